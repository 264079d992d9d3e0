import FreshetCore
package import FreshetKernels
import FreshetKafka

/// A journal record that is not as Freshet writes it.
package struct JournalError: Error, Equatable, Sendable {
    /// What was expected, and where.
    package var message: String
}

extension JournalRecord {
    /// Reads what `write` wrote, and nothing else: state is made from it.
    package init(reading bytes: ByteView) throws(JournalError) {
        var cursor = JournalCursor(bytes: bytes)
        try cursor.expect("{\"batch\":")
        batch = try cursor.integer()
        try cursor.expect(",\"nonce\":\"")
        nonce = try cursor.text()
        try cursor.expect(",\"config\":\"")
        settingsDigest = try cursor.text()
        try cursor.expect(",\"ranges\":")
        taken = try cursor.ranges()
        tick = cursor.skip(",\"tick\":") ? try cursor.integer() : nil
        let rejected = cursor.skip(",\"rejected\":") ? try cursor.partitions() : []
        if cursor.skip(",\"beside\":") { takenSides = try cursor.ranges() }
        for (partition, offsets) in rejected {
            if taken.note(offsets, of: partition) { continue }
            guard takenSides.note(offsets, of: partition) else { throw cursor.failure("rejected offsets inside the range of \(partition)") }
        }
        if cursor.skip(",\"sides\":") { sides = try cursor.sides() }
        if cursor.skip(",\"loaded\":\"") {
            loaded = try cursor.sideTopic()
            try cursor.expect(",\"records\":")
            loadedRecords = try cursor.integer()
        }
        try cursor.expect("}")
        guard cursor.isAtEnd else { throw cursor.failure("the end") }
    }
}

extension [JournalRecord.Taken] {
    /// Notes the rejected offsets of a partition. Answers `false` where they are not in what was taken of it.
    fileprivate mutating func note(_ rejected: [Int64], of partition: TopicPartition) -> Bool {
        guard let index = firstIndex(where: { $0.partition == partition }), rejected.allSatisfy(self[index].range.contains) else { return false }
        self[index].rejected = rejected
        return true
    }
}

/// Reads the few forms of a journal record from left to right.
private struct JournalCursor {
    let bytes: ByteView
    var at = 0

    var isAtEnd: Bool { at == bytes.count }

    func failure(_ expected: String) -> JournalError { JournalError(message: "expected \(expected) at byte \(at)") }

    mutating func skip(_ literal: StaticString) -> Bool {
        let wanted = ByteView(start: literal.utf8Start, count: literal.utf8CodeUnitCount)
        guard bytes.count - at >= wanted.count, bytes[at..<at + wanted.count] == wanted else { return false }
        at += wanted.count
        return true
    }

    mutating func expect(_ literal: StaticString) throws(JournalError) {
        guard skip(literal) else { throw failure("\(literal)") }
    }

    /// Decimal digits, with a sign before them or not.
    mutating func integer() throws(JournalError) -> Int64 {
        let start = at
        if at < bytes.count, bytes[at] == UInt8(ascii: "-") { at += 1 }
        while at < bytes.count, UInt8(ascii: "0")...UInt8(ascii: "9") ~= bytes[at] { at += 1 }
        guard let value = Int64(bytes[start..<at].text) else { throw failure("a number") }
        return value
    }

    /// What stands before the next quotation mark, which is skipped.
    mutating func text() throws(JournalError) -> String {
        let start = at
        while at < bytes.count, bytes[at] != UInt8(ascii: "\"") {
            guard bytes[at] != UInt8(ascii: "\\"), bytes[at] >= 0x20 else { throw failure("text without escapes") }
            at += 1
        }
        let text = bytes[start..<at].text
        try expect("\"")
        return text
    }

    /// `{"topic":{"partition":[first,end]}}`.
    mutating func ranges() throws(JournalError) -> [JournalRecord.Taken] {
        var taken: [JournalRecord.Taken] = []
        for (partition, numbers) in try partitions() {
            guard numbers.count == 2, numbers[0] < numbers[1] else { throw failure("a range of \(partition)") }
            taken.append(JournalRecord.Taken(partition, numbers[0]..<numbers[1]))
        }
        return taken
    }

    /// What stands before the next quotation mark, as bytes.
    private mutating func base64() throws(JournalError) -> [UInt8] {
        let start = at
        while at < bytes.count, bytes[at] != UInt8(ascii: "\"") { at += 1 }
        guard let read = Base64.read(bytes[start..<at]) else { throw failure("Base64") }
        try expect("\"")
        return read
    }

    /// The rest of a side topic's kind, with its quotation mark.
    mutating func sideTopic() throws(JournalError) -> SideTopic {
        let name = try text()
        guard let topic = SideTopic.allCases.first(where: { "\($0.name)" == name }) else { throw failure("a kind of side topic") }
        return topic
    }

    /// `[["kind","topic",partition,offset,"key","value"]]`.
    mutating func sides() throws(JournalError) -> [JournalRecord.Side] {
        var all: [JournalRecord.Side] = []
        try expect("[")
        repeat {
            try expect("[\"")
            let kind = try sideTopic()
            try expect(",\"")
            let topic = try text()
            try expect(",")
            guard let number = Int32(exactly: try integer()) else { throw failure("a partition") }
            try expect(",")
            let offset = try integer()
            try expect(",\"")
            let key = try base64()
            var value: [UInt8]?
            if !skip(",null") {
                try expect(",\"")
                value = try base64()
            }
            try expect("]")
            all.append(JournalRecord.Side(kind, TopicPartition(topic, number), offset: offset, key: key, value: value))
        } while skip(",")
        try expect("]")
        return all
    }

    /// `{"topic":{"partition":[numbers]}}`, in rising order of the partitions.
    mutating func partitions() throws(JournalError) -> [(TopicPartition, [Int64])] {
        var all: [(TopicPartition, [Int64])] = []
        try expect("{")
        guard !skip("}") else { return all }
        repeat {
            try expect("\"")
            let topic = try text()
            try expect(":{")
            repeat {
                try expect("\"")
                guard let number = Int32(exactly: try integer()) else { throw failure("a partition") }
                try expect("\":[")
                let partition = TopicPartition(topic, number)
                guard all.last.map({ $0.0 < partition }) ?? true else { throw failure("rising partitions") }
                all.append((partition, try numbers()))
            } while skip(",")
            try expect("}")
        } while skip(",")
        try expect("}")
        return all
    }

    /// Numbers up to the closing bracket.
    mutating func numbers() throws(JournalError) -> [Int64] {
        var numbers: [Int64] = []
        repeat { numbers.append(try integer()) } while skip(",")
        try expect("]")
        return numbers
    }
}
