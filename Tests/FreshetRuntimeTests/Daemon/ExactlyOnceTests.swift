import FreshetCore
import FreshetKafka
import FreshetKernels
import FreshetRuntime
import Testing

@Suite struct ExactlyOnceTests {
    private static func calm(_ count: Int = 400) throws -> (effects: [[String]], digests: [String]) {
        let shop = TestShop()
        shop.fill(count)
        let digests = try shop.run()
        return (shop.effects, digests)
    }

    @Test func aKillAtAnyStepLeavesNoTrace() throws {
        let calm = try Self.calm()
        for step in DaemonStep.allCases {
            for count in [1, 2, 7] {
                let shop = TestShop()
                shop.fill(400)
                let isKilled = try shop.run(killAt: step, count)
                let isOften = [.collected, .applied, .begun, .produced, .offsetsSent, .committed].contains(step)
                if isOften || count == 1 && step != .caughtUpBatch { #expect(isKilled, "\(step) \(count)") }
                // A second kill, in the start that follows the first.
                _ = try shop.run(killAt: .caughtUpBatch, 2)
                #expect(try shop.run() == calm.digests, "\(step) \(count)")
                #expect(shop.effects == calm.effects, "\(step) \(count)")
            }
        }
    }

    @Test func killsAndFaultsInAnyOrderLeaveNoTrace() throws {
        let calm = try Self.calm(300)
        let faults: [MemoryFault] = [
            .retriable, .abortable, .fatal, .unknown(isApplied: true), .unknown(isApplied: false), .forbidden, .unreachable,
        ]
        let calls: [MemoryCall] = [.begin, .produce, .sendOffsets, .commit, .commit, .abort, .openProducer, .committed, .poll, .read]
        for seed in 0..<UInt64(80) {
            var random = SplitMix64(seed: seed)
            let shop = TestShop()
            shop.fill(300)
            shop.observer.onStep = { _ in
                guard random.next(below: 12) == 0 else { return random.next(below: 60) > 0 }
                let call = calls[random.next(below: calls.count)]
                let isPlain = [.openProducer, .committed, .poll, .read].contains(call)
                let fault = isPlain ? .unreachable : faults[random.next(below: faults.count)]
                shop.cluster.faults[call, default: []].append(fault)
                return true
            }
            var digests: [String]?
            var runs = 0
            while digests == nil, runs < 200 {
                runs += 1
                if runs == 199 { shop.observer.onStep = { _ in true } }
                do throws(DaemonError) {
                    digests = try shop.run()
                } catch {
                    guard case .interrupted = error else { throw error }
                }
            }
            #expect(digests == calm.digests, "seed \(seed)")
            #expect(shop.effects == calm.effects, "seed \(seed)")
        }
    }

    @Test func conflatedRunsEndWithTheSameListsAndState() throws {
        func last(_ shop: TestShop) -> [String: String] {
            var lists: [String: String] = [:]
            for partition in 0..<Int32(2) {
                for (_, record) in shop.cluster.records(of: TopicPartition("recommendations", partition)) {
                    let parts = record.valueText.map { $0.split(separator: "\"items\":").last ?? "" } ?? "tombstone"
                    let ids = parts.split(separator: "{\"item_id\":\"").dropFirst().map { $0.prefix { $0 != "\"" } }
                    let value = record.valueText == nil ? "tombstone" : ids.joined(separator: " ")
                    lists[record.keyText ?? ""] = value
                }
            }
            return lists
        }
        let calm = TestShop()
        calm.conflate = true
        calm.fill(400)
        let digests = try calm.run()
        for seed in 0..<UInt64(20) {
            var random = SplitMix64(seed: seed)
            let shop = TestShop()
            shop.conflate = true
            shop.fill(400)
            for _ in 0..<4 { _ = try shop.run(killAt: DaemonStep.allCases[random.next(below: 17)], 1 + random.next(below: 6)) }
            #expect(try shop.run() == digests)
            #expect(shop.written("recommendations").count < 350)
            #expect(last(shop).keys.sorted() == last(calm).keys.sorted())
        }
    }

    @Test func aSecondInstanceFencesTheFirst() throws {
        let calm = try Self.calm()
        for step in [DaemonStep.collected, .applied, .begun, .produced, .offsetsSent, .committed] {
            let shop = TestShop()
            shop.fill(400)
            var seen = 0
            var second: [String]?
            shop.observer.onStep = { done in
                guard done == step, second == nil else { return true }
                seen += 1
                if seen == 4 { second = try? shop.run() }
                return true
            }
            guard case .fenced(let by) = shop.failure() else {
                Issue.record("the first instance was not fenced at \(step)")
                continue
            }
            #expect(by.nonce == "run2")
            #expect(second == calm.digests, "\(step)")
            #expect(shop.effects == calm.effects, "\(step)")
        }
    }

    @Test func aSecondInstanceThatIsRefusedLetsTheFirstGoOn() throws {
        let calm = try Self.calm()
        let shop = TestShop()
        shop.fill(400)
        let store = shop.store
        var seen = 0
        var second: DaemonError?
        shop.observer.onStep = { step in
            guard step == .committed, second == nil else { return true }
            seen += 1
            guard seen == 4 else { return true }
            // As on another host with an empty folder.
            shop.store = MemoryStore()
            second = shop.failure()
            shop.store = store
            return true
        }
        #expect(try shop.run() == calm.digests)
        #expect(shop.effects == calm.effects)
        guard case .refused(.stateLost(let batch)) = second else {
            Issue.record("the second instance ended with \(String(describing: second))")
            return
        }
        #expect(batch > 0)
        #expect(Set(shop.journal.map(\.nonce)) == ["run1"])
    }

    @Test func anOutputTooLargeDoesNotStopTheFlow() throws {
        let shop = TestShop()
        shop.fill(200)
        shop.cluster.recordBytesMax = 1_200
        var metrics = DaemonMetrics()
        shop.observer.onBatch = { metrics = $0 }
        try shop.run()
        let refused = shop.errors().filter { $0 == "output_too_large" }.count
        #expect(refused > 0 && refused == metrics.counts.outputsRefused)
        #expect(metrics.counts.records == 200)

        // Known beforehand, it is not even sent.
        let told = TestShop()
        told.fill(200)
        told.adjust = { $0.outputBytesMax = 1_200 }
        try told.run()
        #expect(told.errors().filter { $0 == "output_too_large" }.count == refused)
    }

    @Test("FAULTS 23: a checkpoint that fails is made up for")
    func aCheckpointThatFailsIsMadeUpFor() throws {
        let calm = try Self.calm()
        let shop = TestShop()
        shop.fill(400)
        var saves = 0
        shop.observer.onStep = { step in
            if step == .checkpointBegun {
                saves += 1
                shop.store.saveFailure = saves == 2 || saves == 3 ? StoreError(.io, "no space") : nil
            }
            return !(step == .checkpointSaved && saves == 4)
        }
        var failures = 0
        shop.observer.onBatch = { failures = $0.checkpointFailures }
        #expect(throws: DaemonError.self) { try shop.run() }
        #expect(failures == 2)
        shop.observer.onStep = { _ in true }
        #expect(try shop.run() == calm.digests)
        #expect(shop.effects == calm.effects)
    }
}
