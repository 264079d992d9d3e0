import FreshetCore
import FreshetKernels
import FreshetRuntime

/// What a catalogue costs: reading it, holding it, an event beside it, a start with it, and taking an item out of all published lists.
public struct CatalogueBench {
    /// Items of the catalogue, and of the shop.
    public var items = 1_000_000
    /// Users of the shop, at most: those whom an event falls on have a list.
    public var users = 100_000
    /// Events of the shop, each followed by a list.
    public var events = 200_000
    /// Makes the events.
    public var seed: UInt64 = 1
    /// Reads the processor time of this thread, in nanoseconds.
    public var processorTime: () -> UInt64

    static let chunks = 20

    /// A bench that reads the given clock.
    public init(processorTime: @escaping () -> UInt64) { self.processorTime = processorTime }

    /// Runs all of it. `progress` is told what is being measured.
    public func run(progress: (String) -> Void) -> BenchReport {
        var report = BenchReport()
        progress("catalogue: \(items) records")
        let listed = ListedShop(users: users, items: items, seed: seed)
        let read = nanoseconds { listed.readCatalogue() }
        report.add("catalogue.items", Double(items), "items")
        report.add("catalogue.record", read / Double(items), "ns, read and taken")
        report.add("catalogue.memory", Double(listed.memory) / Double(items), "bytes/item, with its id and its rows")
        let bare = ListedShop(users: users, items: items, seed: seed)
        measureEvents(listed, bare, &report, progress)
        progress("catalogue: a start")
        measureStart(listed, &report)
        progress("catalogue: an item leaves all lists")
        measureRetraction(listed, &report)
        return report
    }

    /// The two shops take turns, so that both see the same machine.
    private func measureEvents(_ listed: ListedShop, _ bare: ListedShop, _ report: inout BenchReport, _ progress: (String) -> Void) {
        let chunk = max(events / CatalogueBench.chunks, 1)
        var costs: [(listed: Double, bare: Double)] = []
        for number in 0..<CatalogueBench.chunks {
            let cost = [listed, bare].map { shop in
                shop.make(chunk, of: events)
                return nanoseconds { shop.apply() } / Double(chunk)
            }
            costs.append((cost[0], cost[1]))
            progress("catalogue: \(number + 1) of \(CatalogueBench.chunks) parts of \(events) events")
        }
        let settled = costs.suffix(CatalogueBench.chunks / 2)
        report.add("catalogue.event", Spread(settled.map(\.listed)), "ns, an event with its list")
        report.add("catalogue.event.without", Spread(settled.map(\.bare)), "ns, without a catalogue")
        report.add("catalogue.event.factor", Spread(settled.map { $0.listed / $0.bare }), "times as much")
    }

    private func measureStart(_ shop: ListedShop, _ report: inout BenchReport) {
        let rows = shop.rows
        var restored: Publication?
        report.add("catalogue.start", nanoseconds { restored = shop.restored(from: rows) } / 1e9, "s, taking the rows of the whole state")
        if restored == nil { report.problems.append("the state with a catalogue could not be taken again") }
    }

    private func measureRetraction(_ shop: ListedShop, _ report: inout BenchReport) {
        guard let item = shop.mostPopular else { return report.problems.append("no item is popular") }
        var retracted: (batches: Int, lists: Int) = (0, 0)
        let time = nanoseconds { retracted = shop.withdraw(item) }
        report.add("retraction.users", Double(shop.listedUsers), "users with a list")
        report.add("retraction.lists", Double(retracted.lists), "lists that held the item, sent again")
        report.add("retraction.batches", Double(retracted.batches), "batches")
        report.add("retraction.seconds", time / 1e9, "s of processor time, until no list holds it")
    }

    private func nanoseconds(_ body: () -> Void) -> Double {
        let began = processorTime()
        body()
        return Double(processorTime() - began)
    }
}
