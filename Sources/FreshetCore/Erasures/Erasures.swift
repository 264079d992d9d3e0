import FreshetKernels

/// Who asked to be forgotten, by pseudonym, and up to when: what they did until then is not kept, however late or often it comes.
///
/// It holds no id, and is kept for ever: a user who was forgotten stays forgotten through restarts, restores and replays.
final class Erasures {
    let changed = ChangedRows()
    /// The 16 bytes of each pseudonym.
    let pseudonyms = IDTable()
    /// By the pseudonym's number.
    @exclusivity(unchecked) private(set) var times = FlatList<EventTime>()
    private let limit: Int
    private let scratch = ByteBuffer(capacity: 16)

    init(limit: Int) { self.limit = limit }

    deinit { times.free() }

    /// The number of people.
    var count: Int { pseudonyms.count }

    /// Bytes of memory held.
    var byteCount: Int { pseudonyms.byteCount + times.byteCount + changed.byteCount }

    /// Bytes of one person.
    static let bytesPerPerson = IDTable.byteCount(for: 1, idBytes: 16) + MemoryLayout<EventTime>.stride + ChangedRows.byteCount(for: 1)

    /// Whether those of them fit who are not remembered yet.
    func hasRoom(for people: [Pseudonym]) -> Bool { count + Set(people.filter { time(of: $0) == .never }).count <= limit }

    /// Up to when what a person did is forgotten; never: nobody asked.
    func time(of pseudonym: Pseudonym) -> EventTime {
        guard count > 0 else { return .never }
        return pseudonyms.find(view(of: pseudonym)).map { times[Int($0)] } ?? .never
    }

    /// Notes that what a person did up to `time` is forgotten. An earlier word for a longer time stands. Answers whether it is news.
    func put(_ pseudonym: Pseudonym, until time: EventTime) -> Bool {
        guard time > self.time(of: pseudonym) else { return false }
        let number = pseudonyms.intern(view(of: pseudonym)).number
        changed.touch(number)
        times.extend(to: max(times.count, Int(number) + 1), with: .never)
        times[Int(number)] = time
        return true
    }

    private func view(of pseudonym: Pseudonym) -> ByteView {
        scratch.removeAll()
        scratch.append(pseudonym)
        return scratch.view
    }

    // MARK: State

    func encode(_ number: UInt32, into bytes: ByteBuffer) {
        bytes.append(pseudonyms[number])
        bytes.append(time: times[Int(number)])
    }

    func decode(_ number: UInt32, from reader: inout ByteReader) throws(CodecError) {
        let pseudonym = try reader.pseudonym()
        guard pseudonyms.restore(view(of: pseudonym), as: number) else { throw CodecError(message: "its pseudonym stands in another row too") }
        times.extend(to: max(times.count, Int(number) + 1), with: .never)
        times[Int(number)] = try reader.time()
    }

    func finishRestore() { pseudonyms.finishRestore() }
}
