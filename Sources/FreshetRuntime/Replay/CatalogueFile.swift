import FreshetCore
import FreshetKernels

/// A file that says what a catalogue topic would: JSON lines, each a catalogue record with its `item_id`; or CSV whose header names the fields.
///
/// The layout of RetailRocket's item properties is known by its header, `timestamp,itemid,property,value`: the newest value of each property holds.
public struct CatalogueFile {
    /// Where it lies.
    public var path: String
    /// What dead letters call it: its base name.
    public var name: String

    /// The file at `path`.
    public init(path: String) {
        self.path = path
        name = String(path.split(separator: "/").last ?? "")
    }

    /// Calls `body` with the record of each item, whose offset is its line, in the order of the file (of properties: of the ids).
    func forEach(as partition: Int, lineBytesMax: Int, _ body: (SideRecord) -> Void) throws(ReplayError) {
        do throws(FileError) {
            let lines = LineReader(try FileStream(path: path), lineBytesMax: lineBytesMax)
            guard let first = try lines.next() else { return }
            let said = { (line: LineReader.Line, key: ByteView?, value: ByteView) in
                var record = SideRecord(.catalogue, partition: partition, offset: line.number, key: key, value: value)
                record.checkSize()
                if line.isTooLong { record.rejection = (.recordTooLarge, "the line is longer than \(lineBytesMax) bytes") }
                body(record)
            }
            let columns = (CellReader(separator: UInt8(ascii: ",")).texts(of: first.bytes.withoutMark) ?? [])
            if columns == CatalogueFile.properties { return try readProperties(lines, said) }
            if columns.contains("item_id"), first.bytes.withoutMark.first != UInt8(ascii: "{") { return try readRows(lines, columns, said) }
            guard first.bytes.first == UInt8(ascii: "{") else {
                let excerpt = first.bytes.text.prefix(80)
                throw FileError(.damaged, path: path, message: "the first line is no JSON object, and no header that names item_id: \(excerpt)")
            }
            var line: LineReader.Line? = first
            while let next = line {
                readJSON(next, said)
                line = try lines.next()
            }
        } catch {
            throw .file(error)
        }
    }

    private typealias Body = (_ line: LineReader.Line, _ key: ByteView?, _ value: ByteView) -> Void

    private func readJSON(_ line: LineReader.Line, _ body: Body) {
        guard line.bytes.count > 0 else { return }
        let key = (try? JSONValue(line.bytes))?["item_id"]?.string
        CatalogueFile.withText(key) { body(line, $0, line.bytes) }
    }

    // MARK: CSV

    private static let numbers: Set = ["price", "margin"]

    private func readRows(_ lines: LineReader, _ columns: [String], _ body: Body) throws(FileError) {
        let id = columns.firstIndex(of: "item_id") ?? 0
        let cells = CellReader(separator: UInt8(ascii: ","))
        while let line = try lines.next() {
            guard line.bytes.count > 0 else { continue }
            let row = cells.texts(of: line.bytes)
            let value = ByteBuffer()
            guard let row, row.count == columns.count else {
                // Said as it stands: no JSON, so that it is refused with its line.
                body(line, nil, line.bytes)
                continue
            }
            CatalogueFile.write(columns, row, to: value)
            CatalogueFile.withText(row[id].isEmpty ? nil : row[id]) { body(line, $0, value.view) }
        }
    }

    /// A row as the JSON that a record would be. A cell that should be a number or a flag and is none stays text, so that it is refused by name.
    private static func write(_ columns: [String], _ row: [String], to value: ByteBuffer) {
        value.append("{")
        var isFirst = true
        for (name, cell) in zip(columns, row) where !cell.isEmpty && name != "item_id" {
            if !isFirst { value.append(",") }
            isFirst = false
            value.appendJSON(text: name)
            value.append(":")
            switch name {
            case "available":
                let flags = ["1": "true", "true": "true", "0": "false", "false": "false"]
                if let flag = flags[cell] { value.append(text: flag) } else { value.appendJSON(text: cell) }
            case "keywords":
                value.append("[")
                for (index, word) in cell.split(separator: "|").enumerated() {
                    if index > 0 { value.append(",") }
                    value.appendJSON(text: String(word))
                }
                value.append("]")
            case _ where numbers.contains(name) && (try? JSONValue(cell))?.number != nil: value.append(text: cell)
            default: value.appendJSON(text: cell)
            }
        }
        value.append("}")
    }

    // MARK: RetailRocket

    private static let properties = ["timestamp", "itemid", "property", "value"]

    private func readProperties(_ lines: LineReader, _ body: Body) throws(FileError) {
        struct Item {
            var category: (time: Int64, value: String) = (.min, "")
            var isAvailable: (time: Int64, value: Bool) = (.min, true)
            var price: (time: Int64, value: String) = (.min, "")
        }
        var items: [String: Item] = [:]
        while let line = try lines.next() {
            let cells = line.bytes.text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            guard cells.count == 4, let time = Int64(cells[0]), !cells[1].isEmpty else {
                body(line, nil, line.bytes)
                continue
            }
            var item = items[cells[1]] ?? Item()
            switch cells[2] {
            case "categoryid" where time >= item.category.time: item.category = (time, cells[3])
            case "available" where time >= item.isAvailable.time: item.isAvailable = (time, cells[3] == "1")
            // 790 is the price; all numbers begin with an n.
            case "790" where time >= item.price.time && cells[3].hasPrefix("n"): item.price = (time, String(cells[3].dropFirst()))
            default: break
            }
            items[cells[1]] = item
        }
        for (number, (id, item)) in items.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }).enumerated() {
            let value = ByteBuffer()
            CatalogueFile.write(
                ["category", "available", "price"], [item.category.value, item.isAvailable.value ? "true" : "false", item.price.value], to: value)
            let line = LineReader.Line(number: Int64(number) + 1, bytes: value.view, isTooLong: false)
            CatalogueFile.withText(id) { body(line, $0, value.view) }
        }
    }

    private static func withText(_ text: String?, _ body: (ByteView?) -> Void) {
        guard let text else { return body(nil) }
        text.withView(body)
    }
}

extension ByteView {
    fileprivate var first: UInt8? { isEmpty ? nil : self[0] }

    /// Without the mark that some programs begin UTF-8 with.
    fileprivate var withoutMark: ByteView { count >= 3 && self[0] == 0xef && self[1] == 0xbb && self[2] == 0xbf ? self[3..<count] : self }
}
