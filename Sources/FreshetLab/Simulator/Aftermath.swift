import FreshetCore
import FreshetKafka
import FreshetKernels
import FreshetRuntime

/// What an operator may meet after a run: state lost, an old backup, a topic made anew. Each must be refused with its name, or lead to the same
/// state and to no second output.
struct Aftermath {
    /// What happens to what the run left behind.
    enum Mishap: CaseIterable {
        /// An older copy of the state is restored.
        case oldBackup
        /// The state is gone.
        case stateLost
        /// The state is from other settings.
        case otherSettings
        /// An input topic is deleted and made anew.
        case topicMadeAnew
        /// An input topic gets more partitions.
        case partitionsAdded
        /// Another program commits for the group.
        case foreignOffsets
        /// An old backup, and the journal no longer holds what it lacks.
        case journalCut
    }

    private let plan: SimulationPlan
    private let run: SimulatedRun
    private let mishap: Mishap
    private(set) var violations: [String] = []

    /// Lets one mishap follow a run that was right, the seed's.
    init(_ plan: SimulationPlan, _ run: SimulatedRun) {
        self.plan = plan
        self.run = run
        run.world.isCalm = true
        // By then brokers are back, and topics are made anew.
        run.world.clock.advance(milliseconds: 400_000)
        mishap = Mishap.allCases[Int(plan.seed / 2 % UInt64(Mishap.allCases.count))]
        switch mishap {
        case .oldBackup: expectSameState(from: run.disk.oldest(), isRebuild: run.disk.oldest().isEmpty)
        case .stateLost:
            let empty = MemoryDisk()
            expectRefusal(from: empty) { if case .stateLost = $0 { true } else { false } }
            // Inputs that retention has cut give another state; that a rebuild says so is tested elsewhere.
            if !run.world.struck.contains(where: { $0.kind == .retention }) { expectSameState(from: empty, isRebuild: true) }
        case .otherSettings:
            expectRefusal(from: run.disk, settingsDigest: "other") { if case .otherSettings = $0 { true } else { false } }
        case .topicMadeAnew:
            run.world.cluster.deleteTopic("clicks")
            run.world.cluster.createTopic(TopicSpecification(name: "clicks", partitions: Int(SimulatedInput.partitionsPerTopic)))
            expectRefusal(from: run.disk) { if case .offsetsGone = $0 { true } else { false } }
        case .partitionsAdded:
            run.world.cluster.createTopic(TopicSpecification(name: "carts", partitions: Int(SimulatedInput.partitionsPerTopic) + 1))
            expectRefusal(from: run.disk) { if case .partitionsChanged = $0 { true } else { false } }
        // A commit that is decided and not finished would still replace the other program's offset.
        case .foreignOffsets where run.world.cluster.hasOpenTransaction: break
        case .foreignOffsets:
            run.world.cluster.commit(CommittedOffset(offset: 0, metadata: ""), of: plan.input.partitions[0], by: SimulationPlan.group)
            expectRefusal(from: run.disk) { if case .foreignOffsets = $0 { true } else { false } }
        case .journalCut: cutJournal()
        }
    }

    private mutating func violate(_ words: String) { violations.append("\(mishap) afterwards: \(words)") }

    private mutating func cutJournal() {
        let journal = TopicPartition(SimulationPlan.outputs[.journal] ?? "", 0)
        let disk = run.disk.oldest()
        guard !disk.isEmpty, let stored = disk.oldestBatch, stored < run.world.history.last?.batch ?? 0 else { return }
        run.world.cluster.drop(journal, before: run.world.cluster.end(of: journal))
        expectRefusal(from: disk) { if case .journalShort = $0 { true } else { false } }
    }

    /// A start from `disk` comes to the state that stands, and sends nothing.
    private mutating func expectSameState(from disk: any SimulatedDisk, isRebuild: Bool) {
        let outputs = publishedCount
        let instance = SimulatedInstance(run.world, nonce: run.world.newNonce(), disk: disk, isRebuild: isRebuild)
        let ending = instance.run()
        guard case .stopped = ending else { return violate("the start fails: \(ending)") }
        if instance.publication.fingerprints != run.digests { violate("the state is another one") }
        // Silence may go on in batches of its own, which publish nothing.
        if publishedCount != outputs { violate("\(publishedCount - outputs) records are published again") }
    }

    private mutating func expectRefusal(from disk: any SimulatedDisk, settingsDigest: String? = nil, _ isExpected: (RecoveryRefusal) -> Bool) {
        let instance = SimulatedInstance(run.world, nonce: run.world.newNonce(), disk: disk, settingsDigest: settingsDigest)
        let ending = instance.run()
        guard case .failed(.refused(let refusal)) = ending, isExpected(refusal) else { return violate("the start is not refused: \(ending)") }
    }

    private var publishedCount: Int {
        SimulationPlan.outputs.values.filter { $0 != SimulationPlan.outputs[.journal] }.reduce(0) { sum, name in
            sum + (0..<Int32(SimulationPlan.outputPartitions)).reduce(0) { $0 + run.world.published(TopicPartition(name, $1)).count }
        }
    }
}

extension SimulatedDisk {
    /// The batch of the oldest state; `nil` where it is empty or cannot be read.
    var oldestBatch: Int64? {
        do throws(StoreError) {
            let store = try oldest().open()
            defer { store.close() }
            return try store.loadBoundary()?.batch
        } catch {
            return nil
        }
    }
}
