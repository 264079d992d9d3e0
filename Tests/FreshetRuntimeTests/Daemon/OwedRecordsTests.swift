import FreshetKernels
import FreshetRuntime
import Testing

@testable import FreshetCore

/// What one batch may not write, later ones do, though no record and no tick comes.
@Suite struct OwedRecordsTests {
    private static func shop(changedItemsMax: Int) -> TestShop {
        let shop = TestShop()
        shop.conflate = true
        shop.publishing = { $0.changedItemsMax = changedItemsMax }
        shop.fill(400)
        return shop
    }

    /// The items of the last record of each key.
    private static func last(_ shop: TestShop) -> [String: [String]] {
        var last: [String: [String]] = [:]
        for line in shop.written("similar-items") {
            let ids = line.split(separator: "{\"item_id\":\"").dropFirst().map { String($0.prefix { $0 != "\"" }) }
            last[ids[0]] = Array(ids.dropFirst())
        }
        return last
    }

    /// Runs until everything is committed and nothing is owed.
    private static func drain(_ shop: TestShop) throws {
        var state: (Daemon, Publication)?
        state = shop.daemon { state.map { $0.metrics.isReady && shop.isDone && !$1.owesRecords } ?? false }
        try state?.0.run()
        state = nil
    }

    @Test func everyRecordComesThroughKills() throws {
        let free = OwedRecordsTests.shop(changedItemsMax: 1000)
        try free.run()
        #expect(OwedRecordsTests.last(free).count == 10)
        for kill in [0, 3, 11, 17] {
            let bound = OwedRecordsTests.shop(changedItemsMax: 1)
            if kill > 0 { #expect(try bound.run(killAt: .committed, kill)) }
            try OwedRecordsTests.drain(bound)
            #expect(OwedRecordsTests.last(bound) == OwedRecordsTests.last(free), "killed after \(kill) batches")
            // A batch without a record or a tick writes what is owed.
            #expect(bound.journal.contains { $0.taken.isEmpty && $0.tick == nil })
        }
    }
}
