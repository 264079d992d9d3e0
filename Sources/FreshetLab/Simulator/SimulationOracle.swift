import FreshetCore
import FreshetKafka
import FreshetKernels
import FreshetRuntime

/// Judges a run that has ended: what FAULTS calls "once".
struct SimulationOracle {
    private let plan: SimulationPlan
    private let run: SimulatedRun
    private(set) var violations: [String] = []

    /// The violations of a run.
    init(_ plan: SimulationPlan, _ run: SimulatedRun) {
        self.plan = plan
        self.run = run
        violations = run.world.history.violations
        guard violations.isEmpty else { return }
        var recomputation = Recomputation(plan)
        let journal = readJournal()
        for record in journal { recomputation.apply(record) }
        recomputation.finish()
        violations += recomputation.violations
        comparePublished(recomputation.published)
        compare(run.digests, recomputation.digests, "the state after the last batch")
        compareStored(journal)
        judgeCounts(recomputation)
        judgeClock(recomputation, journal)
    }

    private mutating func violate(_ words: String) { violations.append(words) }

    private mutating func readJournal() -> [JournalRecord] {
        var journal: [JournalRecord] = []
        for (offset, record) in run.world.cluster.records(of: TopicPartition(SimulationPlan.outputs[.journal] ?? "", 0)) {
            do throws(JournalError) {
                journal.append(try JournalRecord(reading: record.value.map { ByteView($0) } ?? .empty))
            } catch {
                violate("the journal cannot be read at \(offset): \(error.message)")
            }
        }
        return journal
    }

    // MARK: Outputs

    /// In order a key; between keys there is none.
    private mutating func comparePublished(_ published: [Recomputation.Output]) {
        for (topic, name) in SimulationPlan.outputs.sorted(by: { $0.value < $1.value }) where topic != .journal {
            let expected = Dictionary(grouping: published.filter { $0.topic == topic }, by: \.key)
            let records = (0..<Int32(SimulationPlan.outputPartitions)).flatMap { run.world.published(TopicPartition(name, $0)) }
            let found = Dictionary(grouping: records, by: { $0.key.map { Array($0) } })
            let keys = Set(expected.keys).union(found.keys).sorted { ($0 ?? []).lexicographicallyPrecedes($1 ?? []) }
            for key in keys { compare(found[key] ?? [], expected[key] ?? [], name, key) }
        }
    }

    private mutating func compare(_ found: [MemoryRecord], _ expected: [Recomputation.Output], _ name: String, _ key: [UInt8]?) {
        let same = zip(found, expected).prefix { $0.isSame(as: $1) }.count
        guard same < max(found.count, expected.count) else { return }
        let first = found.dropFirst(same).first.map { ($0.valueText ?? "null").prefix(200) } ?? "nothing"
        let wanted = expected.dropFirst(same).first.map { String(decoding: $0.value ?? [], as: UTF8.self).prefix(200) } ?? "nothing"
        let place = "\(name) of \(String(decoding: key ?? [], as: UTF8.self))"
        violate("\(place) holds \(found.count) records instead of \(expected.count); at \(same): \(first), expected \(wanted)")
    }

    // MARK: State

    private mutating func compare(_ found: [DigestTable: Fingerprint], _ expected: [DigestTable: Fingerprint], _ what: String) {
        let tables = DigestTable.allCases.filter { found[$0] != expected[$0] }.map(\.rawValue)
        if !tables.isEmpty { violate("\(what) differs in \(tables.joined(separator: ", "))") }
    }

    /// What is saved is the state at its own boundary: that of the last batch, unless the disk refused.
    private mutating func compareStored(_ journal: [JournalRecord]) {
        let publication = plan.makePublication()
        do throws(StoreError) {
            let store = try run.disk.copy().open()
            defer { store.close() }
            guard let stored = try store.loadBoundary() else { return violate("no state is saved at the end") }
            if stored.batch != journal.count, !run.world.struck.contains(where: { $0.kind.isOfDisk }) {
                violate("the last save is of batch \(stored.batch), and batch \(journal.count) is the last")
            }
            try publication.restore(from: store)
            var recomputation = Recomputation(plan)
            for record in journal.prefix(Int(stored.batch)) { recomputation.apply(record) }
            compare(publication.fingerprints, recomputation.digests, "the saved state")
        } catch {
            violate("the saved state cannot be loaded: \(error)")
        }
    }

    // MARK: Accounting and time

    private mutating func judgeCounts(_ recomputation: Recomputation) {
        let records = plan.input.logs.joined().count { $0 != nil }
        if recomputation.counts.records != records { violate("\(recomputation.counts.records) records are accounted for, of \(records)") }
        // What lies in the future by the clock of the first reading is no matter of the shop's, in a live run.
        var left: Set<String> = plan.isLive ? ["\(RejectionCode.inTheFuture.name)"] : []
        // What a forgotten user did is not looked at any more.
        if plan.input.sides.contains(.erasures) { left.insert("\(RejectionCode.identityCycle.name)") }
        let found = run.world.rejections.filter { !left.contains($0) }
        let expected = plan.input.rejections.filter { !left.contains($0) }
        // An event that is rejected by the clock is not judged by the state.
        guard !plan.isLive else {
            if found.count > expected.count { violate("dead letters: \(found.count), at most \(expected.count) expected") }
            return
        }
        if found != expected { violate("dead letters state \(found), expected \(expected)") }
    }

    private mutating func judgeClock(_ recomputation: Recomputation, _ journal: [JournalRecord]) {
        if recomputation.ticked > run.world.clock.monotonicMilliseconds {
            violate("ticks moved event time by \(recomputation.ticked) ms, in \(run.world.clock.monotonicMilliseconds) ms")
        }
        let certainlyPast = run.world.wall.lowerBound + SimulationPlan.maxFuture
        for taken in journal.flatMap({ $0.taken + $0.takenSides }) {
            guard let place = plan.input.partitions.firstIndex(of: taken.partition) else { continue }
            for offset in taken.rejected where plan.input.time(at: Int(offset), of: place).map({ $0 <= certainlyPast }) ?? true {
                violate("\(taken.partition) at \(offset) was rejected as in the future, and was not")
            }
        }
    }
}

extension SimulatedWorld {
    /// What readers of a partition of an output saw, in order, though the topic may have been made anew since.
    func published(_ partition: TopicPartition) -> [MemoryRecord] {
        (archive[partition] ?? []) + cluster.records(of: partition).map(\.record)
    }

    /// The codes that the dead letters of inputs state, sorted.
    var rejections: [String] {
        (0..<Int32(SimulationPlan.outputPartitions)).flatMap { partition in
            published(TopicPartition(SimulationPlan.outputs[.deadLetters] ?? "", partition)).compactMap { $0.header("freshet.error") }
            // For what there is no room, only the state tells.
        }.filter { $0 != "\(RejectionCode.outputTooLarge.name)" && $0 != "\(RejectionCode.noRoom.name)" }.sorted()
    }
}

extension SimulatedInput {
    /// The time that an entry names; `nil` where it cannot be read.
    func time(at offset: Int, of partition: Int) -> Int64? {
        guard offset < logs[partition].count, let entry = logs[partition][offset] else { return nil }
        guard sides[partition] == nil else {
            return entry.value.flatMap { try? JSONValue(String(decoding: $0, as: UTF8.self)) }?["timestamp"]?.integer
        }
        let arena = ByteArena()
        let decoder = SimulatedInput.decoder(of: partitions[partition].topic, recordBytesMax: .max)
        let value = entry.value?.withUnsafeBytes { arena.copy(ByteView($0)) }
        guard case .event(let event) = decoder.decode(value: value, key: nil, recordTime: nil, into: arena) else { return nil }
        return event.time.milliseconds
    }
}

extension MemoryRecord {
    /// Whether key, value and headers are the same, byte for byte.
    func isSame(as output: Recomputation.Output) -> Bool {
        guard headers.count * 2 == output.headers.count else { return false }
        for (place, header) in headers.enumerated() {
            guard output.headers[place * 2] == header.name, output.headers[place * 2 + 1] == header.value else { return false }
        }
        return MemoryRecord.isSame(key, output.key) && MemoryRecord.isSame(value, output.value)
    }

    private static func isSame(_ found: UnsafeRawBufferPointer?, _ expected: [UInt8]?) -> Bool {
        guard let found, let expected else { return found == nil && expected == nil }
        return found.elementsEqual(expected)
    }
}
