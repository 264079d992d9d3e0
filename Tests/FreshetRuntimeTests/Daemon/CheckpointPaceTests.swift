import FreshetRuntime
import Testing

@Suite struct CheckpointPaceTests {
    private func shop() -> TestShop {
        let shop = TestShop()
        shop.conflate = true
        shop.adjust = {
            $0.batchEventsMax = 4_000
            $0.checkpointEventsMax = 4_000
            $0.checkpointSlice = CheckpointSlice()
        }
        for number in Int64(0)..<24_000 { shop.append("clicks", user: "u\(number % 9_000)", item: "i\(number % 900)", at: number) }
        return shop
    }

    /// Small batches share a checkpoint's work; large ones must not put it off until a restart has many of them to apply again.
    @Test func aCheckpointIsEncodedWithinTwoLargeBatches() throws {
        let shop = shop()
        var (batches, since, most, checkpoints) = (0, 0, 0, 0)
        shop.observer.onStep = { step in
            switch step {
            case .collected: batches += 1
            case .checkpointBegun: since = batches
            case .checkpointEncoded:
                most = max(most, batches - since)
                checkpoints += 1
            default: break
            }
            return true
        }
        try shop.run()
        #expect(checkpoints >= 2 && most <= 2, "\(checkpoints) checkpoints, of up to \(most) batches")
    }

    /// Its rows are those of its boundary, though they were encoded in the midst of the next batch.
    @Test(arguments: 1...3) func aCheckpointEncodedWithinABatchHoldsItsBoundary(kill: Int) throws {
        let digests = try shop().run()
        let killed = shop()
        #expect(try killed.run(killAt: .checkpointSaved, kill))
        #expect(try killed.run() == digests)
    }
}
