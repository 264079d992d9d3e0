import CSimdJSON
package import FreshetKernels

/// Reads rows of separated cells (RFC 4180): a cell may stand in quotes, where a doubled quote is one quote.
///
/// A row is one line: a quoted line break is not supported. Rows with another number of cells than there are columns are refused.
package final class CellReader {
    private static let quote = UInt8(ascii: "\"")

    private let columns: [EventField?]
    private let separator: UInt8
    private let unquoted = ByteBuffer()

    init(columns: [EventField?], separator: UInt8) {
        self.columns = columns
        self.separator = separator
    }

    /// A reader of rows whose columns are the caller's matter.
    package convenience init(separator: UInt8) { self.init(columns: [], separator: separator) }

    /// The cells of a row as text; `nil` where it is no row.
    package func texts(of row: ByteView) -> [String]? {
        var texts: [String] = []
        do throws(Rejection) {
            try forEachCell(row) { texts.append($0.text) }
            return texts
        } catch {
            return nil
        }
    }

    /// Fills the fields from a row; an empty cell is an absent field. Texts stay until the next call and while the row does.
    func read(_ row: ByteView, into fields: RawFields) throws(Rejection) {
        fields.clear()
        var found = 0
        try forEachCell(row) { cell in
            if found < columns.count, let field = columns[found] { fields[field] = freshet_json_field(untyped: cell) }
            found += 1
        }
        guard found == columns.count else { throw Rejection(.malformed, "the row has \(found) cells where there are \(columns.count) columns") }
    }

    /// Calls `body` with each cell, without its quotes.
    func forEachCell(_ row: ByteView, _ body: (ByteView) -> Void) throws(Rejection) {
        guard freshet_json_is_text(row.start, row.count) else { throw Rejection(.malformed, "the row is not valid UTF-8, or holds a NUL") }
        let row = row.withoutLineEnd
        unquoted.removeAll()
        unquoted.reserve(row.count)
        var at = 0
        while true {
            body(try cell(row, &at))
            if at == row.count { return }
            at += 1
        }
    }

    /// The cell that begins at `at`, which moves to the separator after it, or to the row's end.
    private func cell(_ row: ByteView, _ at: inout Int) throws(Rejection) -> ByteView {
        let first = at
        if at < row.count, row[at] == CellReader.quote { return try quotedCell(row, &at) }
        while at < row.count, row[at] != separator { at += 1 }
        return row[first..<at]
    }

    private func quotedCell(_ row: ByteView, _ at: inout Int) throws(Rejection) -> ByteView {
        let first = unquoted.count
        at += 1
        while true {
            guard at < row.count else { throw Rejection(.malformed, "a quote is not closed in its line") }
            let byte = row[at]
            at += 1
            if byte != CellReader.quote {
                unquoted.append(byte)
            } else if at < row.count, row[at] == CellReader.quote {
                unquoted.append(byte)
                at += 1
            } else {
                break
            }
        }
        guard at == row.count || row[at] == separator else { throw Rejection(.malformed, "text follows a closing quote") }
        return unquoted[first..<unquoted.count]
    }
}

extension ByteView {
    /// The row without CR or CR LF at its end.
    fileprivate var withoutLineEnd: ByteView {
        var end = count
        while end > 0, self[end - 1] == UInt8(ascii: "\n") || self[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        return self[0..<end]
    }
}
