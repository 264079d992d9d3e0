import FreshetKernels

/// Which events of a batch may be the last of their user that a list follows: known before the first is applied.
///
/// An event needs no list when a later one of the same user is *certain* to be followed by one. Events that may turn out duplicates, and
/// those of users and visitors that the batch identifies, are not certain: the list of each is made, and a later one replaces it.
/// So the list that stands at the end of a batch is always that of the state just after the user's last event, wherever batches are cut.
final class Foresight {
    private struct Mark: BitwiseCopyable {
        var stamp: UInt32 = 0
        /// The newest position of the user; `none` where there is none yet.
        var position = Foresight.none
        /// Whether the batch identifies the user, or a visitor as the user.
        var isJoined = false
    }

    private static let none = UInt32.max
    private static let filterBits = 1 << 18

    private let newcomers = IDTable()
    @exclusivity(unchecked) private var known = FlatList<Mark>()
    @exclusivity(unchecked) private var unknown = FlatList<Mark>()
    /// By position: whether a list is needed, and the position of the same user before it.
    @exclusivity(unchecked) private var needed = FlatList<Bool>()
    @exclusivity(unchecked) private var previous = FlatList<UInt32>()
    /// A filter of the batch's fingerprints, two bits each: one that has a clear bit was surely not seen. It has no key, so that every process
    /// makes the same lists; events prepared to collide in it cost what a duplicate costs, a list made in vain.
    @exclusivity(unchecked) private var filter = FlatList<UInt64>()
    @exclusivity(unchecked) private var filtered = FlatList<UInt32>()
    @exclusivity(unchecked) private var stamp: UInt32 = 0

    init() { filter.extend(to: Foresight.filterBits / 64, with: 0) }

    deinit {
        known.free()
        unknown.free()
        needed.free()
        previous.free()
        filter.free()
        filtered.free()
    }

    /// Forgets the last batch.
    func removeAll() {
        needed.removeAll()
        previous.removeAll()
        stamp &+= 1
        for index in filtered.indices { filter[Int(filtered[index])] = 0 }
        filtered.removeAll()
        if newcomers.count > 0 { newcomers.removeAll() }
    }

    /// Adds the next event of the batch.
    func add(_ event: Event, _ engine: Engine) {
        let position = UInt32(needed.count)
        needed.append(true)
        previous.append(Foresight.none)
        let isRepeated = mayBeRepeated(event.fingerprint) || engine.dedup.holds(event.fingerprint)
        // It will have no effect, and makes no list before it needless.
        if engine.isErased(event) { return }
        if event.type == .identify {
            withMark(event.user, engine.userNumber(event.user)) { $0.isJoined = true }
            withMark(event.visitor, engine.userNumber(event.visitor)) { $0.isJoined = true }
        }
        guard event.type.isFollowedByList, event.consent else { return }
        let number = engine.users.ids.find(event.user)
        // Its user may be evicted within the batch, and then the visitor stands for itself: nothing is certain.
        if let number, engine.users[number].isAlias { return }
        withMark(event.user, number) { mark in
            if mark.isJoined || isRepeated {
                link(&mark, position)
            } else {
                release(from: mark.position)
                mark.position = position
            }
        }
    }

    /// Whether a list is needed after the event at `position`; what was not foreseen is.
    func isNeeded(_ position: Int) -> Bool { position >= needed.count || needed[position] }

    /// An event that is not certain: those before it stay needed.
    private func link(_ mark: inout Mark, _ position: UInt32) {
        previous[Int(position)] = mark.position
        mark.position = position
    }

    /// No list is needed at a user's earlier positions.
    private func release(from position: UInt32) {
        var at = position
        while at != Foresight.none, needed[Int(at)] {
            needed[Int(at)] = false
            at = previous[Int(at)]
        }
    }

    /// `number` is that of a user who is known.
    private func withMark(_ id: ByteView, _ number: UInt32?, _ body: (inout Mark) -> Void) {
        if let number {
            Foresight.refresh(&known, Int(number), stamp)
            body(&known[Int(number)])
        } else {
            let number = Int(newcomers.intern(id).number)
            Foresight.refresh(&unknown, number, stamp)
            body(&unknown[number])
        }
    }

    private static func refresh(_ marks: inout FlatList<Mark>, _ number: Int, _ stamp: UInt32) {
        marks.extend(to: max(marks.count, number + 1), with: Mark())
        if marks[number].stamp != stamp { marks[number] = Mark(stamp: stamp) }
    }

    private func mayBeRepeated(_ fingerprint: Fingerprint) -> Bool {
        let isFirstSet = setBit(fingerprint.low)
        let isSecondSet = setBit(fingerprint.high)
        return isFirstSet && isSecondSet
    }

    /// Sets a bit of the filter. Answers whether it was set.
    private func setBit(_ hash: UInt64) -> Bool {
        let bit = Int(truncatingIfNeeded: hash) & (Foresight.filterBits - 1)
        let word = bit >> 6
        let mask: UInt64 = 1 << UInt64(bit & 63)
        if filter[word] & mask != 0 { return true }
        if filter[word] == 0 { filtered.append(UInt32(word)) }
        filter[word] |= mask
        return false
    }
}
