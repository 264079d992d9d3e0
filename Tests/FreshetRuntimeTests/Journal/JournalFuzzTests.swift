import FreshetCore
import FreshetKafka
import FreshetKernels
import FreshetRuntime
import Testing

@Suite struct JournalFuzzTests {
    private func record(_ random: inout SplitMix64) -> JournalRecord {
        var partitions: Set<TopicPartition> = []
        for _ in 0..<random.next(below: 6) {
            partitions.insert(TopicPartition(["carts", "clicks", "a.b_c-d", "z"][random.next(below: 4)], Int32(random.next(below: 12))))
        }
        let taken = partitions.sorted().map { partition in
            let start = Int64(random.next(below: 1 << 40))
            let range = start..<start + 1 + Int64(random.next(below: 50))
            let rejected = range.filter { _ in random.next(below: 20) == 0 }
            return JournalRecord.Taken(partition, range, rejected: rejected)
        }
        var record = JournalRecord(
            batch: Int64(random.next(below: 1 << 50)), nonce: String(random.next(), radix: 36), settingsDigest: String(random.next(), radix: 16),
            taken: taken, tick: random.next(below: 3) == 0 ? Int64(bitPattern: random.next()) : nil)
        if random.next(below: 3) == 0 { addSides(&record, &random) }
        return record
    }

    private func addSides(_ record: inout JournalRecord, _ random: inout SplitMix64) {
        let catalogue = TopicPartition("catalogue", 0)
        record.takenSides = [JournalRecord.Taken(catalogue, 5..<12, rejected: (5..<12).filter { _ in random.next(below: 4) == 0 })]
        record.loaded = random.next(below: 4) == 0 ? .rules : nil
        if record.loaded != nil { record.loadedRecords = Int64(random.next(below: 99)) }
        func bytes() -> [UInt8] { (0..<random.next(below: 9)).map { _ in UInt8(truncatingIfNeeded: random.next()) } }
        for offset in 5..<5 + Int64(random.next(below: 4)) {
            record.sides.append(
                JournalRecord.Side(.catalogue, catalogue, offset: offset, key: bytes(), value: random.next(below: 3) == 0 ? nil : bytes()))
        }
    }

    private func bytes(_ record: JournalRecord) -> [UInt8] {
        let buffer = ByteBuffer()
        record.write(to: buffer)
        return [UInt8](buffer.view.buffer)
    }

    private func read(_ bytes: [UInt8]) -> JournalRecord? { bytes.withUnsafeBytes { try? JournalRecord(reading: ByteView($0)) } }

    @Test func whatIsWrittenIsReadForAnyRecord() {
        var random = SplitMix64(seed: 1)
        for _ in 0..<3000 {
            let record = record(&random)
            #expect(read(bytes(record)) == record)
        }
    }

    @Test func topicsStandInTheOrderOfTheirPartitions() {
        var random = SplitMix64(seed: 2)
        for _ in 0..<200 {
            guard let read = read(bytes(record(&random))) else {
                Issue.record("a record is not read")
                return
            }
            #expect(zip(read.taken, read.taken.dropFirst()).allSatisfy { $0.partition < $1.partition })
        }
    }

    /// State is made from a record: whatever the damage, it is refused, or is a whole record that says one thing.
    @Test func aDamagedRecordIsRefusedOrIsAnotherWholeRecord() {
        var random = SplitMix64(seed: 3)
        let marks = Array("{}[]\",:-0123456789abz\\\u{0}".utf8)
        var refused = 0
        for _ in 0..<30_000 {
            var damaged = bytes(record(&random))
            for _ in 0...random.next(below: 3) {
                let place = random.next(below: damaged.count)
                switch random.next(below: 4) {
                case 0: damaged[place] = marks[random.next(below: marks.count)]
                case 1: damaged.insert(marks[random.next(below: marks.count)], at: place)
                case 2: damaged.remove(at: place)
                default: damaged[place] ^= 1 << UInt8(random.next(below: 8))
                }
            }
            guard let found = read(damaged) else {
                refused += 1
                continue
            }
            #expect(read(bytes(found)) == found)
            #expect((found.taken + found.takenSides).allSatisfy { !$0.range.isEmpty && $0.rejected.allSatisfy($0.range.contains) })
        }
        #expect(refused > 15_000)
    }
}
