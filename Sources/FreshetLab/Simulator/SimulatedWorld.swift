import FreshetCore
import FreshetKafka
import FreshetKernels
import FreshetRuntime

/// What all instances of a run share: cluster, clock, the schedule of faults, and the small irregularities that are no faults.
final class SimulatedWorld {
    /// Points after which a run counts as stuck.
    private static let pointsMax = 150_000

    let plan: SimulationPlan
    let cluster: MemoryCluster
    let clock: ManualClock
    let bug: PlantedBug?
    /// Once the run is over, no fault of the schedule strikes any more.
    var isCalm = false
    /// The disk that the next instance starts with.
    var disk: any SimulatedDisk
    /// All disks; any of them may be started from again.
    private var disks: [any SimulatedDisk]
    /// What was committed, and which instances ran.
    let history = CommitHistory()
    /// How often each kind of point was passed.
    private(set) var points: [FaultPoint: Int] = [:]
    /// The faults that struck, with the points at which they did.
    private(set) var struck: [SimulatedFault] = []
    /// Records that a deleted output topic held.
    private(set) var archive: [TopicPartition: [MemoryRecord]] = [:]
    /// The lowest and the highest time that the wall clock showed.
    private(set) var wall: ClosedRange<Int64>

    private var schedule: [FaultPoint: [SimulatedFault]] = [:]
    private var random: SplitMix64
    private var pointsPassed = 0
    private var arrived = 0
    private var nesting = 0
    private var dueActions: [(time: Int64, action: () -> Void)] = []
    private var silence: (partitions: UInt64, polls: Int) = (0, 0)
    private var repetition: Int64 = 0
    private var saveFailures: (times: Int, isApplied: Bool) = (0, false)

    init(_ plan: SimulationPlan, _ faults: [SimulatedFault], bug: PlantedBug?) {
        self.plan = plan
        self.bug = bug
        cluster = plan.makeCluster()
        clock = ManualClock(wallMilliseconds: plan.start)
        let real: (any SimulatedDisk)? = plan.usesSQLite && bug == nil ? SQLiteDisk(isSealed: plan.isSealed) : nil
        disk = real ?? MemoryDisk()
        disks = [disk]
        wall = plan.start...plan.start
        random = SplitMix64(seed: plan.seed ^ 0x3ea7)
        for fault in faults { schedule[fault.point, default: []].append(fault) }
        cluster.onCommit = { [history] in history.note($1) }
        if !plan.isLive { while arrived < plan.input.arrivals.count { arrive() } }
    }

    /// Stands for all that happened so far.
    var trace: UInt64 {
        var state = random
        return SplitMix64.mix(state.next() ^ UInt64(bitPattern: clock.monotonicMilliseconds)) ^ UInt64(pointsPassed)
    }

    /// Whether so much happened that the run will never end.
    var isExhausted: Bool { pointsPassed > SimulatedWorld.pointsMax }

    /// Whether all records have arrived and are committed.
    var isDrained: Bool {
        guard arrived == plan.input.arrivals.count else { return false }
        let committed = cluster.committed(by: SimulationPlan.group)
        return plan.input.partitions.indices.allSatisfy { place in
            let last = plan.input.logs[place].lastIndex { $0 != nil }.map { Int64($0) + 1 } ?? 0
            return (committed[plan.input.partitions[place]]?.offset ?? -1) >= last
        }
    }

    /// A name that no instance had before.
    func newNonce() -> String { history.newNonce() }

    // MARK: Faults

    /// Passes a point of `instance`. Answers how the call fails, where it does.
    func meet(_ point: FaultPoint, _ instance: SimulatedInstance) -> MemoryFault? {
        pointsPassed += 1
        passTime(point)
        if random.next(below: 4) == 0 { instance.goOnSaving() }
        if random.next(below: 4) == 0 { instance.goOnSending() }
        let occurrence = (points[point] ?? 0) + 1
        points[point] = occurrence
        guard !isCalm else { return nil }
        var answer: MemoryFault?
        if point == .save, saveFailures.times > 0 {
            saveFailures.times -= 1
            instance.noteDisturbance()
            answer = .unknown(isApplied: saveFailures.isApplied)
        }
        for fault in schedule[point] ?? [] where fault.occurrence == occurrence {
            struck.append(fault)
            if fault.kind != .terminate || !dueActions.isEmpty { instance.noteDisturbance() }
            if let failure = strike(fault.kind, at: point, instance) { answer = failure }
        }
        return answer
    }

    private func passTime(_ point: FaultPoint) {
        if case .call = point, random.next(below: 4) == 0 { clock.advance(milliseconds: random.next(below: 8)) }
        for due in dueActions where due.time <= clock.monotonicMilliseconds { due.action() }
        dueActions.removeAll { $0.time <= clock.monotonicMilliseconds }
        wall = min(wall.lowerBound, clock.wallMilliseconds)...max(wall.upperBound, clock.wallMilliseconds)
    }

    private func strike(_ kind: FaultKind, at point: FaultPoint, _ instance: SimulatedInstance) -> MemoryFault? {
        switch kind {
        case .kill(let effect):
            instance.kill()
            return effect == .decided ? .unfinished : .unknown(isApplied: effect == .whole)
        case .powerCut(let saves):
            instance.kill()
            instance.disk.crash(savesLost: saves)
            return .fatal
        case .terminate: instance.terminate()
        case .secondInstance(let points): runSecondInstance(beside: instance, points)
        case .failure(let fault): return fault
        case .outage(let milliseconds):
            cluster.isReachable = false
            later(milliseconds) { $0.cluster.isReachable = true }
            if case .call = point { return .unreachable }
        case .stall(let milliseconds): clock.advance(milliseconds: milliseconds)
        case .clockJump(let milliseconds): clock.wallMilliseconds += milliseconds
        case .silence(let partitions, let polls): silence = (partitions, polls)
        case .repetition(let records): repetition = records
        case .saveFailure(let times, let isApplied):
            saveFailures = (times - 1, isApplied)
            return .unknown(isApplied: isApplied)
        case .loadFailure: return .retriable
        case .retention: cutInputs()
        case .topicLoss(let output, let milliseconds): loseTopic(output, milliseconds)
        }
        return nil
    }

    private func later(_ milliseconds: Int, _ action: @escaping (SimulatedWorld) -> Void) {
        dueActions.append((clock.monotonicMilliseconds + Int64(milliseconds), { [unowned self] in action(self) }))
    }

    /// The other instance runs within a call of the first: one thread, and yet every interleaving that can matter, because what counts is
    /// where each of them stands when the other goes on.
    private func runSecondInstance(beside first: SimulatedInstance, _ points: Int) {
        guard nesting < 2 else { return }
        nesting += 1
        defer { nesting -= 1 }
        let second = SimulatedInstance(self, nonce: newNonce(), disk: first.disk.copy(), pointsMax: points)
        disks.append(second.disk)
        history.judge(second.run(), of: second)
        if random.next(below: 2) == 0 { disk = second.disk }
    }

    /// Cuts the inputs where no state that may still be loaded needs them.
    private func cutInputs() {
        var needed: [TopicPartition: Int64] = [:]
        for disk in disks {
            guard let stored = disk.oldestOffsets else { return }
            needed.merge(stored) { min($0, $1) }
        }
        for (partition, offset) in needed.sorted(by: { $0.key < $1.key }) { cluster.drop(partition, before: offset) }
    }

    /// Deletes an output topic. With a transaction open its records would count nowhere, so it waits for the next point outside of one.
    private func loseTopic(_ output: Int, _ milliseconds: Int) {
        let topics: [OutputTopic] = [.recommendations, .similarItems, .deadLetters]
        guard let name = SimulationPlan.outputs[topics[output]], cluster.exists(name), !cluster.hasOpenTransaction else { return }
        for partition in 0..<Int32(SimulationPlan.outputPartitions) {
            let place = TopicPartition(name, partition)
            archive[place, default: []] += cluster.records(of: place).map(\.record)
        }
        cluster.deleteTopic(name)
        later(milliseconds) { $0.cluster.createTopic(TopicSpecification(name: name, partitions: SimulationPlan.outputPartitions)) }
    }

    // MARK: What is no fault

    /// What the next poll of `instance` brings: any part of what is there, in any order of partitions.
    func nextPoll(of instance: SimulatedInstance) -> MemoryPoll {
        if plan.isLive, arrived < plan.input.arrivals.count, random.next(below: 3) == 0 {
            for _ in 0...random.next(below: 12) {
                if pauseBeforeNext > SimulatedWorld.pauseMax { instance.finishSending() }
                // Another instance may have taken it meanwhile.
                if arrived < plan.input.arrivals.count { arrive() }
            }
        }
        var poll = MemoryPoll()
        if random.next(below: 2) == 0 { poll.recordsMax = 1 + random.next(below: 12) }
        poll.first = random.next(below: plan.input.partitions.count)
        if random.next(below: 2) == 0 { poll.withheldEnds = random.next() }
        if random.next(below: 4) == 0 { poll.silent = random.next() & random.next() }
        if silence.polls > 0 {
            silence.polls -= 1
            poll.silent |= silence.partitions
        }
        swap(&poll.repeated, &repetition)
        return poll
    }

    /// The longest time that another thread stands still for no reason: far below the time-out of a transaction.
    private static let pauseMax = 1_000

    /// The time until the next record arrives in a live run.
    private var pauseBeforeNext: Int {
        guard arrived < plan.input.arrivals.count else { return 0 }
        let partition = plan.input.arrivals[arrived]
        let entry = plan.input.logs[partition][Int(cluster.end(of: plan.input.partitions[partition]))]
        return entry.map { Int(max(0, $0.timestamp - plan.start - clock.monotonicMilliseconds)) } ?? 0
    }

    /// Lets the next record arrive; in a live run at its time.
    private func arrive() {
        let pause = pauseBeforeNext
        let partition = plan.input.arrivals[arrived]
        arrived += 1
        let place = plan.input.partitions[partition]
        guard let entry = plan.input.logs[partition][Int(cluster.end(of: place))] else { return cluster.appendGap(to: place) }
        if plan.isLive { clock.advance(milliseconds: pause) }
        cluster.append(entry.key, entry.value, to: place, entry.timestamp)
    }
}
