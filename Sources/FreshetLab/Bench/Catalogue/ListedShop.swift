import FreshetCore
import FreshetKernels

/// The learned state of a shop whose items stand in a catalogue, or do not, and the events that fill it.
final class ListedShop {
    private var publication: Publication
    private let chunk = LoadChunk()
    private var load: ShopLoad
    private let items: Int
    private let outputs = OutputBuffer()
    private let start = EventTime(milliseconds: 1_764_000_000_000)
    private let origin = EventOrigin(topic: .empty, partition: 0, offset: 0)
    private static let settings: PublicationSettings = {
        var settings = PublicationSettings()
        settings.similarItems = false
        return settings
    }()

    init(users: Int, items: Int, seed: UInt64) {
        var settings = LoadSettings()
        (settings.users, settings.items, settings.seed) = (users, items, seed)
        load = ShopLoad(settings)
        self.items = items
        publication = Publication(engine: Engine(settings: CoreBench.settings), settings: ListedShop.settings)
    }

    /// Reads a record of each item, as a first reading does.
    func readCatalogue() {
        let (key, value) = (ByteBuffer(), ByteBuffer())
        for item in 0..<items {
            key.removeAll()
            key.append("i")
            key.append(decimal: Int64(item))
            write(item, isAvailable: true, to: value)
            _ = publication.apply(.catalogue, key: key.view, value: value.view)
        }
        publication.finishSides()
    }

    private func write(_ item: Int, isAvailable: Bool, to value: ByteBuffer) {
        value.removeAll()
        value.append(text: "{\"title\":\"Item number \(item)\",\"category\":[\"department \(item % 12)\",\"shelf \(item % 240)\"],")
        value.append(text: "\"brand\":\"brand \(item % 500)\",\"price\":\(1 + item % 90).95,\"available\":\(isAvailable)}")
    }

    /// Bytes of items and catalogue.
    var memory: Int { publication.memoryUse.items + publication.memoryUse.catalogue }

    /// Makes the next `count` events of a week with `total` events.
    func make(_ count: Int, of total: Int) {
        chunk.fill(count, from: &load) { start.advanced(by: Int64($0) * GrowthBench.week / Int64(total)) }
    }

    /// Decodes and applies them, each followed by its list.
    func apply() {
        chunk.decode { event in
            outputs.removeAll()
            publication.begin(outputs)
            publication.foresee(event)
            _ = publication.apply(event, from: origin)
            publication.finish()
        }
    }

    /// All rows of the state.
    var rows: StateChanges {
        let changes = StateChanges()
        publication.beginCheckpoint(into: changes)
        while !publication.encodeCheckpoint(rowsMax: .max) {}
        return changes
    }

    /// An engine that takes them, as a start does; `nil` where it cannot.
    func restored(from rows: StateChanges) -> Publication? {
        let restored = Publication(engine: Engine(settings: CoreBench.settings), settings: ListedShop.settings)
        do throws(StateError) {
            for row in rows.rows {
                if let value = row.value { try restored.restore(row.table, row.number, rows.bytes[value]) }
            }
            try restored.finishRestore()
        } catch {
            return nil
        }
        return restored
    }

    /// Users who have a list.
    var listedUsers: Int { publication.listedUsers }

    /// The item that most look at.
    var mostPopular: Int? { publication.mostPopularItem.flatMap { Int($0.dropFirst()) } }

    /// Says that an item cannot be sold, and ends the batches that take it out of all lists.
    func withdraw(_ item: Int) -> (batches: Int, lists: Int) {
        let (key, value) = (ByteBuffer(), ByteBuffer())
        key.append("i")
        key.append(decimal: Int64(item))
        write(item, isAvailable: false, to: value)
        _ = publication.apply(.catalogue, key: key.view, value: value.view)
        publication.finishSides()
        var (batches, lists) = (0, 0)
        repeat {
            outputs.removeAll()
            publication.begin(outputs)
            publication.finish()
            batches += 1
            lists += outputs.count
        } while publication.owesRecords
        return (batches, lists)
    }
}
