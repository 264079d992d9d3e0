import FreshetCore
import FreshetKernels

/// How the cost of an event and of a list, and the memory of a user, an item and a pair, grow with the number of users.
///
/// At each size a shop runs for a week, in which ten events fall on a user; then all sizes know equally much of a user. Items come in two ways:
/// in proportion, a fifth as many as users, as where a larger shop has more to sell: the events that fall on an item stay the same, and what
/// grows shows what the tables cost. And fixed, as where the same shop has more visitors: more events fall on an item, whose pairs fill up.
public struct GrowthBench {
    /// The numbers of users, rising.
    public var users = [10_000, 100_000, 1_000_000]
    /// Makes the events.
    public var seed: UInt64 = 1
    /// Reads the processor time of this thread, in nanoseconds: what other work on the machine takes away does not count.
    public var processorTime: () -> UInt64

    static let eventsPerUser = 10
    static let usersPerItem = 5
    static let itemsFixed = 20_000
    static let week: Int64 = 7 * 86_400_000

    /// A bench that reads the given clock.
    public init(processorTime: @escaping () -> UInt64) { self.processorTime = processorTime }

    /// Runs all of it. `progress` is told what is being measured.
    public func run(progress: (String) -> Void) -> BenchReport {
        var report = BenchReport()
        var sizes: [GrowthSize] = []
        for assortment in GrowthSize.Assortment.allCases {
            for users in users {
                let items = assortment == .fixed ? GrowthBench.itemsFixed : max(users / GrowthBench.usersPerItem, 1)
                // Where both are the same, it is measured once.
                var size = sizes.first { $0.users == users && $0.items == items } ?? measure(users, items, progress)
                size.assortment = assortment
                sizes.append(size)
            }
        }
        report.add(growth: sizes)
        return report
    }

    private func measure(_ users: Int, _ items: Int, _ progress: (String) -> Void) -> GrowthSize {
        let shop = GrowingShop(users: users, items: items, seed: seed)
        let events = users * GrowthBench.eventsPerUser
        let chunk = max(events / GrowthSize.chunks, 1)
        var costs: [Double] = []
        for number in 0..<GrowthSize.chunks {
            shop.make(chunk, of: events)
            let began = processorTime()
            shop.apply()
            costs.append(Double(processorTime() - began) / Double(chunk))
            progress("growth: \(users) users, \(items) items, \(number + 1) of \(GrowthSize.chunks) parts of \(events) events")
        }
        var size = GrowthSize(users: users, items: items, memory: shop.memory)
        size.event = Spread(Array(costs.suffix(GrowthSize.chunks / 2)))
        size.list = Spread((0..<GrowthSize.listRounds).map { _ in list(shop) })
        return size
    }

    /// Microseconds a list, of users who are in the last events.
    private func list(_ shop: GrowingShop) -> Double {
        let began = processorTime()
        let count = shop.list(GrowthSize.listsARound)
        return Double(processorTime() - began) / Double(count) / 1000
    }
}
