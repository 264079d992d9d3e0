import FreshetCore
import FreshetKernels
import FreshetRuntime
import Testing

/// A record of the tests: `time` nil is one without a readable key.
private struct Line: Equatable {
    var offset: Int64
    var time: Int64?
    var user = "u"
    var rank = EventType.click
}

/// The order of ranges by the slow and obvious way: at each step, the least head.
private func slowOrder(_ ranges: [[Line]]) -> [[Int64]] {
    struct Key: Comparable {
        var time: Int64
        var user: [UInt8]
        var rank: UInt8
        var partition: Int
        static func < (left: Key, right: Key) -> Bool {
            if left.time != right.time { return left.time < right.time }
            if left.user != right.user { return left.user.lexicographicallyPrecedes(right.user) }
            return (left.rank, left.partition) < (right.rank, right.partition)
        }
    }
    var rest = ranges
    var last: [Key?] = ranges.map { _ in nil }
    var order: [[Int64]] = []
    while rest.contains(where: { !$0.isEmpty }) {
        var best: (partition: Int, key: Key)?
        for (partition, lines) in rest.enumerated() {
            guard let line = lines.first else { continue }
            let least = Key(time: .min, user: [], rank: 0, partition: partition)
            let own = line.time.map { Key(time: $0, user: Array(line.user.utf8), rank: line.rank.rawValue, partition: partition) }
            let key = own ?? last[partition] ?? least
            if best == nil || key < best!.key { best = (partition, key) }
        }
        let (partition, key) = best!
        order.append([Int64(partition), rest[partition].removeFirst().offset])
        last[partition] = key
    }
    return order
}

/// Logs whose times are partly unsorted, with ties, gaps in the offsets and records without a key.
private func randomLogs(_ random: inout SplitMix64) -> [[Line]] {
    let disorder = Int64(random.next(below: 4)) * 3
    return (0..<1 + random.next(below: 5)).map { _ in
        var offset: Int64 = 0
        var time: Int64 = 0
        return (0..<random.next(below: 14)).map { _ in
            offset += Int64(random.next(below: 8) == 0 ? 1 + random.next(below: 3) : 0)
            defer { offset += 1 }
            time += Int64(random.next(below: 4))
            let late = disorder > 0 ? Int64(random.next(below: Int(disorder))) : 0
            let user = ["", "a", "b", "bé"][random.next(below: 4)]
            let rank: EventType = random.next(below: 2) == 0 ? .click : .purchase
            return Line(offset: offset, time: random.next(below: 6) == 0 ? nil : time - late, user: user, rank: rank)
        }
    }
}

private func record(_ line: Line, in arena: ByteArena) -> PendingRecord {
    guard let time = line.time else { return PendingRecord(offset: line.offset, content: .rejected(.malformed, detail: "")) }
    var user = line.user
    let view = user.withUTF8 { arena.copy(ByteView(UnsafeRawBufferPointer($0))) }
    let event = Event(type: line.rank, time: EventTime(milliseconds: time), user: view, fingerprint: Fingerprint(high: 0, low: 0))
    return PendingRecord(offset: line.offset, content: .event(event))
}

/// One live run: records arrive in chunks, ends at random moments, batches end by a cut, by chance or when nothing more is there.
private struct LiveRun {
    var logs: [[Line]]
    var merge: Merge
    var arrived: [Int]
    var batches: [[[Int64]]] = []
    var ranges: [[Range<Int64>]] = []
    var cuts = 0
    /// Whether ends are told before a partition's last record has come, too.
    let endsEarly: Bool

    init(_ logs: [[Line]], endsEarly: Bool = true) {
        self.logs = logs
        self.endsEarly = endsEarly
        merge = Merge(starts: logs.map { _ in 0 })
        arrived = logs.map { _ in 0 }
    }

    mutating func arrive(_ random: inout SplitMix64) {
        let partition = random.next(below: logs.count)
        for _ in 0..<random.next(below: 4) where arrived[partition] < logs[partition].count {
            merge.push(record(logs[partition][arrived[partition]], in: merge.queues[partition].arena), to: partition)
            arrived[partition] += 1
        }
        let isWhole = arrived[partition] == logs[partition].count
        if isWhole || endsEarly && random.next(below: 3) > 0 {
            merge.end(of: partition, at: arrived[partition] == 0 ? 0 : logs[partition][arrived[partition] - 1].offset + 1)
        }
    }

    mutating func run(_ random: inout SplitMix64) {
        merge.beginBatch()
        var batch: [[Int64]] = []
        func close(_ run: inout LiveRun) {
            guard !batch.isEmpty else { return }
            run.batches.append(batch)
            run.ranges.append(run.logs.indices.map { run.merge.range(of: $0) })
            run.merge.beginBatch()
            batch = []
        }
        while true {
            let step = merge.next()
            switch step {
            case .record(let partition):
                batch.append([Int64(partition), merge.take(partition).offset])
                if random.next(below: 40) == 0 { close(&self) }
            case .cut:
                #expect(!batch.isEmpty)
                cuts += 1
                close(&self)
            case .waiting, .drained:
                let isOver = arrived.indices.allSatisfy { arrived[$0] == logs[$0].count }
                if isOver, step == .drained { return close(&self) }
                if random.next(below: 6) == 0 { close(&self) }
            }
            if random.next(below: 3) == 0 || step != .record(partition: 0) { arrive(&random) }
        }
    }
}

@Suite struct MergeTests {
    @Test func theOrderOfRangesIsTheOrderAppliedLive() {
        var cuts = 0
        for seed in 0..<UInt64(10_000) {
            var random = SplitMix64(seed: seed)
            var live = LiveRun(randomLogs(&random))
            live.run(&random)
            cuts += live.cuts
            for (batch, ranges) in zip(live.batches, live.ranges) {
                let lines = zip(live.logs, ranges).map { log, range in log.filter { range.contains($0.offset) } }
                guard slowOrder(lines) == batch else {
                    Issue.record("seed \(seed): \(batch) is not the order of \(lines)")
                    return
                }
            }
            #expect(live.batches.joined().count == live.logs.joined().count)
            let again = replay(live)
            guard again == live.batches else {
                Issue.record("seed \(seed): catch-up gives \(again), live gave \(live.batches)")
                return
            }
        }
        #expect(cuts > 1_000)  // else the schedules do not test the rule
    }

    /// The batches of a live run, made again from their ranges as catch-up does: all records read ahead, and limits.
    private func replay(_ live: LiveRun) -> [[[Int64]]] {
        let merge = Merge(starts: live.logs.map { _ in 0 })
        for (partition, log) in live.logs.enumerated() {
            for line in log { merge.push(record(line, in: merge.queues[partition].arena), to: partition) }
        }
        return live.ranges.map { ranges in
            merge.beginBatch(limits: ranges.map(\.upperBound))
            var batch: [[Int64]] = []
            while case .record(let partition) = merge.next() { batch.append([Int64(partition), merge.take(partition).offset]) }
            return batch
        }
    }

    @Test("FAULTS 42: a record below the next expected offset is dropped and counted")
    func aRecordBelowTheNextExpectedOffsetIsDroppedAndCounted() {
        let merge = Merge(starts: [5])
        #expect(!merge.expects(4, of: 0))
        #expect(merge.expects(7, of: 0))
        merge.push(record(Line(offset: 7, time: 1), in: merge.queues[0].arena), to: 0)
        #expect(!merge.expects(7, of: 0))
        #expect(merge.droppedRecords == 2)
    }

    @Test func aPartitionIsWaitedForUntilItsFirstRecordOrEnd() {
        let merge = Merge(starts: [0, 3])
        merge.beginBatch()
        merge.push(record(Line(offset: 0, time: 1), in: merge.queues[0].arena), to: 0)
        #expect(merge.next() == .waiting(partition: 1))
        // An end that is older than what was asked for says nothing.
        merge.end(of: 1, at: 2)
        #expect(merge.next() == .waiting(partition: 1))
        merge.end(of: 1, at: 3)
        #expect(merge.next() == .record(partition: 0))
        _ = merge.take(0)
        #expect(merge.next() == .waiting(partition: 0))
        merge.end(of: 0, at: 4)
        #expect(merge.next() == .drained)
        #expect(merge.isAtEnd)
    }

    @Test func sortedLogsGiveOneSequenceOnAnyNumberOfPartitionsAndForAnyCuts() {
        for seed in 0..<UInt64(500) {
            var random = SplitMix64(seed: seed)
            // Keys are unique a user: equal keys would be ordered by their partition.
            let lines = (0..<30).map { number in
                Line(offset: 0, time: Int64(random.next(below: 20)), user: "u\(number)", rank: random.next(below: 2) == 0 ? .click : .cart)
            }
            let sorted = lines.sorted { ($0.time!, $0.user) < ($1.time!, $1.user) }
            for count in [1, 2, 4, 7] {
                var logs: [[Line]] = Array(repeating: [], count: count)
                for var line in sorted {
                    let partition = Int(line.user.utf8.reduce(7) { ($0 &* 31) &+ UInt64($1) } % UInt64(count))
                    line.offset = Int64(logs[partition].count)
                    logs[partition].append(line)
                }
                var live = LiveRun(logs, endsEarly: false)
                live.run(&random)
                let users = live.batches.joined().map { logs[Int($0[0])][Int($0[1])].user }
                #expect(users == sorted.map(\.user), "seed \(seed), \(count) partitions, \(live.batches.count) batches")
            }
        }
    }
}
