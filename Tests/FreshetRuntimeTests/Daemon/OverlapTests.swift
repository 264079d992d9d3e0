import FreshetCore
import FreshetKafka
import FreshetKernels
import FreshetRuntime
import Testing

/// A batch is applied while the one before is on its way.
@Suite struct OverlapTests {
    private func shop(_ count: Int = 400, sendsLate: Bool = true) -> TestShop {
        let shop = TestShop()
        shop.sendsLate = sendsLate
        shop.fill(count)
        return shop
    }

    @Test func oneBatchIsAppliedAheadAndNoMore() throws {
        let shop = shop()
        var (applied, committed, ahead) = (0, 0, Set<Int>())
        shop.observer.onStep = { step in
            if step == .applied { applied += 1 }
            if step == .committed { committed += 1 }
            ahead.insert(applied - committed)
            return true
        }
        try shop.run()
        #expect(applied > 15 && applied == committed)
        #expect(ahead == [0, 1, 2])
    }

    @Test func aCheckpointFreezesACommittedBatch() throws {
        let shop = shop()
        var (applied, committed, checkpoints) = (0, 0, 0)
        shop.observer.onStep = { step in
            if step == .applied { applied += 1 }
            if step == .committed { committed += 1 }
            guard step == .checkpointBegun else { return true }
            checkpoints += 1
            #expect(applied == committed)
            return true
        }
        try shop.run()
        #expect(checkpoints > 2)
    }

    @Test func whatIsPublishedIsTheSameWhetherBatchesAreSentLateOrAtOnce() throws {
        let (prompt, late) = (shop(sendsLate: false), shop())
        #expect(try prompt.run() == late.run())
        #expect(prompt.effects == late.effects)
    }

    @Test func aKillAtAnyStepLeavesNoTrace() throws {
        let calm = shop()
        let digests = try calm.run()
        for step in DaemonStep.allCases {
            for count in [1, 2, 7] {
                let shop = shop()
                let isKilled = try shop.run(killAt: step, count)
                if [.collected, .applied, .begun, .produced, .offsetsSent, .committed].contains(step) { #expect(isKilled, "\(step) \(count)") }
                #expect(try shop.run() == digests, "\(step) \(count)")
                #expect(shop.effects == calm.effects, "\(step) \(count)")
            }
        }
    }

    @Test(arguments: [MemoryFault.retriable, .abortable, .fatal, .unknown(isApplied: true), .unknown(isApplied: false), .forbidden, .unreachable])
    func aFailureOfTheBatchOnItsWayLeavesNoTraceInTheNextOne(fault: MemoryFault) throws {
        let calm = shop()
        let digests = try calm.run()
        for call in [MemoryCall.begin, .produce, .sendOffsets, .commit] {
            let shop = shop()
            var applied = 0
            shop.observer.onStep = { step in
                if step == .applied { applied += 1 }
                if step == .applied, applied % 3 == 0 { shop.cluster.faults[call, default: []].append(fault) }
                return true
            }
            #expect(try shop.run() == digests, "\(call)")
            #expect(shop.effects == calm.effects, "\(call)")
        }
    }

    @Test func aMissingRightIsToldWhereAnotherFailureCameFirst() throws {
        let shop = shop(60)
        var (told, isGranted) = ([KafkaError](), false)
        shop.observer.onNotice = { if case .notReady(let error) = $0 { told.append(error) } }
        shop.observer.onStep = { step in
            if step == .applied, !isGranted {
                isGranted = true
                shop.cluster.faults[.sendOffsets, default: []] += [.unreachable]
                shop.cluster.faults[.commit, default: []] += [.forbidden, .forbidden]
            }
            return true
        }
        try shop.run()
        #expect(told.map(\.isMissingPermission) == [false, true])
    }
}
