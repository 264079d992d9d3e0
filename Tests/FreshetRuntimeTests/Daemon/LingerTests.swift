import FreshetCore
import FreshetKafka
import FreshetRuntime
import Testing

/// Records wait for each other before they are merged.
@Suite struct LingerTests {
    /// The batches in which 200 records come that a second partition brings a little late and out of order, two each ten milliseconds.
    private func batches(maxWait: Int) throws -> Int {
        let shop = TestShop()
        shop.adjust = {
            $0.batchMaxWait = maxWait
            $0.batchEventsMax = 1_000
        }
        var (sent, batches) = (0, 0)
        shop.observer.onBatch = { batches = $0.batches }
        shop.clock.onSleep = { [unowned shop] _ in
            while sent < 200, shop.clock.monotonicMilliseconds >= Int64(sent) * 5 {
                // The clicks are ahead of the carts, which come behind them.
                shop.append(sent % 2 == 0 ? "clicks" : "carts", user: "u\(sent)", item: "i", at: Int64(sent / 2 * 10 + (sent % 2 == 0 ? 5 : 0)))
                sent += 1
            }
        }
        let (daemon, _) = shop.daemon { sent == 200 && shop.isDone }
        try daemon.run()
        return batches
    }

    @Test func recordsThatGatherAreNotCutApart() throws {
        // A poll that finds nothing waits for 50 ms, in which ten of them come.
        let (eager, patient) = (try batches(maxWait: 0), try batches(maxWait: 200))
        #expect(eager >= 20 && patient * 3 <= eager, "\(eager) \(patient)")
    }
}
