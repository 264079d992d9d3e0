import FreshetKernels

/// What the shop says of its items, by the numbers of `Items`: an item that is listed here is held there, too.
final class Catalogue {
    /// What is known of one item.
    struct Row: BitwiseCopyable {
        /// The record, encoded; empty where the item is not listed.
        var record = FlatList<UInt8>()
        /// Its category's path, its brand and the item that it is a variant of, by the numbers of their tables.
        var category = GroupTable.none
        var brand = GroupTable.none
        var parent = GroupTable.none
        /// Whether it can be sold.
        var isAvailable = false
        /// Its price and what the shop earns by it; NaN where that is not known.
        var price = Double.nan
        var margin = Double.nan

        /// Whether the catalogue holds the item.
        var isListed: Bool { !record.isEmpty }
    }

    /// Between the levels of a path in `categories`: sorts before every letter, and stands in none.
    static let levelSeparator: UInt8 = 0x1f

    /// A path as `categories` holds it.
    static func path(_ levels: [String]) -> String { levels.joined(separator: String(UnicodeScalar(levelSeparator))) }

    let categories = GroupTable()
    let brands = GroupTable()
    let parents = GroupTable()
    let changed = ChangedRows()
    /// The number of items listed.
    private(set) var count = 0
    /// The bytes of their records.
    private(set) var recordBytes = 0
    private let bytesMax: Int
    @exclusivity(unchecked) private(set) var rows = FlatList<Row>()
    private let scratch = ByteBuffer()

    /// A catalogue whose records hold at most so many bytes together.
    init(bytesMax: Int) { self.bytesMax = bytesMax }

    deinit {
        for index in rows.indices { rows[index].record.free() }
        rows.free()
    }

    /// Bytes of memory held.
    var byteCount: Int {
        var bytes = rows.byteCount + categories.byteCount + brands.byteCount + parents.byteCount + changed.byteCount
        for index in rows.indices { bytes += rows[index].record.byteCount }
        return bytes
    }

    /// What is known of an item, which may have any number.
    subscript(item: UInt32) -> Row { Int(item) < rows.count ? rows[Int(item)] : Row() }

    /// Whether the catalogue holds the item.
    func lists(_ item: UInt32) -> Bool { Int(item) < rows.count && rows[Int(item)].isListed }

    /// The first level of an item's category; empty where it has none.
    func topCategory(of item: UInt32) -> ByteView {
        let category = self[item].category
        guard category != GroupTable.none else { return .empty }
        let path = categories.ids[category]
        return path[0..<((0..<path.count).first { path[$0] == Catalogue.levelSeparator } ?? path.count)]
    }

    /// The record of an item; `nil` where it is not listed.
    func record(of item: UInt32) -> CatalogueRecord? {
        guard lists(item) else { return nil }
        var reader = ByteReader(rows[Int(item)].record.view)
        return try? CatalogueRecord(from: &reader)
    }

    /// Whether there is room for a record, in the place of the one that the item has, `beside` what follows from all of them. One that is no longer
    /// than the one it replaces always has room. What follows from the record itself is not known yet: the next one is judged with it.
    func hasRoom(for record: CatalogueRecord, of item: UInt32?, beside: Int) -> Bool {
        encode(record)
        let replaced = item.map { self[$0].record.count } ?? 0
        return scratch.count <= replaced || recordBytes - replaced + scratch.count + beside <= bytesMax
    }

    /// Takes the record that `hasRoom` was asked about last in the place of an earlier one. Answers `false` where it says the same.
    func put(_ item: UInt32, _ record: CatalogueRecord) -> Bool {
        if lists(item), rows[Int(item)].record.view == scratch.view { return false }
        changed.touch(item)
        place(item, record)
        return true
    }

    private func encode(_ record: CatalogueRecord) {
        scratch.removeAll()
        record.encode(into: scratch)
    }

    /// Takes the record that `scratch` holds.
    private func place(_ item: UInt32, _ record: CatalogueRecord) {
        rows.extend(to: max(rows.count, Int(item) + 1), with: Row())
        // Joined before what it had is left: a name that stays keeps its number.
        var row = Row()
        row.category = categories.join(text: Catalogue.path(record.category))
        row.brand = brands.join(text: record.brand)
        row.parent = parents.join(text: record.parent)
        row.isAvailable = record.isAvailable
        row.price = record.price ?? .nan
        row.margin = record.margin ?? .nan
        for index in 0..<scratch.count { row.record.append(scratch.view[index], limit: scratch.count) }
        vacate(item)
        rows[Int(item)] = row
        recordBytes += row.record.count
        count += 1
    }

    /// Takes an item out of the catalogue. Answers whether it was in it.
    func remove(_ item: UInt32) -> Bool {
        guard lists(item) else { return false }
        changed.touch(item)
        vacate(item)
        return true
    }

    private func vacate(_ item: UInt32) {
        guard lists(item) else { return }
        let row = rows[Int(item)]
        categories.leave(row.category)
        brands.leave(row.brand)
        parents.leave(row.parent)
        recordBytes -= row.record.count
        rows[Int(item)].record.free()
        rows[Int(item)] = Row()
        count -= 1
    }
}

extension GroupTable {
    fileprivate func join(text: String) -> UInt32 { text.withView(join) }
}

// MARK: Stored rows

extension Catalogue {
    /// Appends an item's row.
    func encode(_ item: UInt32, into bytes: ByteBuffer) { bytes.append(rows[Int(item)].record.view) }

    /// Takes an item's stored row.
    func decode(_ item: UInt32, from reader: inout ByteReader) throws(CodecError) {
        let record = try CatalogueRecord(from: &reader)
        encode(record)
        place(item, record)
    }
}
