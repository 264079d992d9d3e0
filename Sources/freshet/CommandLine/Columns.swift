/// Rows of texts as lines with aligned columns.
enum Columns {
    /// A line a row. Columns stand two blanks apart; those in `right` are aligned to the right, the others to the left.
    static func lines(_ rows: [[String]], right: Set<Int> = []) -> [String] {
        var widths: [Int] = []
        for row in rows {
            for (column, text) in row.enumerated() {
                if column == widths.count { widths.append(0) }
                widths[column] = max(widths[column], text.count)
            }
        }
        return rows.map { row in
            var line = ""
            for (column, text) in row.enumerated() {
                let space = String(repeating: " ", count: widths[column] - text.count)
                line += (column > 0 ? "  " : "") + (right.contains(column) ? space + text : text + space)
            }
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }
}
