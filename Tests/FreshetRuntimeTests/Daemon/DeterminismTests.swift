import FreshetKernels
import Testing

/// The same log gives the same outputs and the same state, on any number of partitions and wherever it is cut.
@Suite struct DeterminismTests {
    private static let logs: Range<UInt64> = 0..<4

    @Test func aLogReplayedTwiceOnOneAndOnFourPartitionsIsTheSame() throws {
        for seed in Self.logs {
            let log = SortedShop.log(900, seed: seed)
            let first = SortedShop(log, partitions: 1)
            try first.run()
            let written = first.written()
            #expect(written.keys.count > 25 && written["dead-letters"]?.isEmpty == false, "seed \(seed)")
            for partitions in [1, 4] {
                let again = SortedShop(log, partitions: partitions)
                again.batchEventsMax = 7 * partitions
                try again.run()
                #expect(again.written() == written, "seed \(seed), \(partitions) partitions")
                #expect(again.digests == first.digests, "seed \(seed), \(partitions) partitions")
            }
        }
    }

    @Test(arguments: [SortedShop.Cut.stop, .kill]) func tenCutsLeaveNoTrace(_ kind: SortedShop.Cut) throws {
        for seed in Self.logs {
            let log = SortedShop.log(900, seed: seed)
            let whole = SortedShop(log, partitions: 1)
            try whole.run()
            for partitions in [1, 4] {
                var random = SplitMix64(seed: seed &+ 100)
                let shop = SortedShop(log, partitions: partitions)
                var cuts = 0
                for _ in 0..<10 {
                    shop.batchEventsMax = 5 + random.next(below: 15)
                    if try shop.run((kind, afterBatches: 1 + random.next(below: 5))) { cuts += 1 }
                }
                #expect(cuts == 10, "seed \(seed): the log ended before")
                try shop.run()
                #expect(shop.written() == whole.written(), "seed \(seed), \(partitions) partitions")
                #expect(shop.digests == whole.digests, "seed \(seed), \(partitions) partitions")
            }
        }
    }
}
