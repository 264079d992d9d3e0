import FreshetKernels

/// Which event of a batch is the last of its user that a list may follow: known before the first is applied.
///
/// Users are told apart by the profile that their events will go to: a visitor that this batch identifies counts as its user from there on.
final class Foresight {
    private let newcomers = IDTable()
    private let joined = IDTable()
    private var joinedTo = FlatList<UInt32>()
    /// By profile number: the position of its last event, valid where the stamp is this batch's.
    private var known = FlatList<Mark>()
    /// The same by number in `newcomers`.
    private var unknown = FlatList<Mark>()
    private var owed = FlatList<Mark>()
    private var lasts = FlatList<Bool>()
    private var stamp: UInt32 = 0
    private var touchedNewcomers = false

    fileprivate struct Mark: BitwiseCopyable {
        var stamp: UInt32 = 0
        var position: UInt32 = 0
    }

    deinit {
        joinedTo.free()
        known.free()
        unknown.free()
        owed.free()
        lasts.free()
    }

    /// Forgets the last batch.
    func removeAll() {
        lasts.removeAll()
        stamp &+= 1
        if touchedNewcomers {
            newcomers.removeAll()
            joined.removeAll()
            joinedTo.removeAll()
            touchedNewcomers = false
        }
    }

    /// Adds the next event of the batch.
    func add(_ event: Event, _ engine: Engine) {
        let position = lasts.count
        lasts.append(false)
        if event.type == .identify { join(event, engine) }
        guard event.type.isFollowedByList, event.consent else { return }
        let id = resolved(event.user)
        if let number = engine.userNumber(id) {
            moveMark(&known, number, stamp, position, &lasts)
        } else {
            touchedNewcomers = true
            moveMark(&unknown, newcomers.intern(id).number, stamp, position, &lasts)
        }
    }

    /// Whether the event at `position` is the last of its user.
    func isLast(_ position: Int) -> Bool { position < lasts.count && lasts[position] }

    /// Remembers where a user's debt stands.
    func noteOwed(_ user: UInt32, at place: Int) {
        owed.extend(to: max(owed.count, Int(user) + 1), with: Mark())
        owed[Int(user)] = Mark(stamp: stamp, position: UInt32(place))
    }

    /// Where a user's newest debt of this batch stands.
    func owedPlace(_ user: UInt32) -> Int? {
        guard Int(user) < owed.count, owed[Int(user)].stamp == stamp else { return nil }
        return Int(owed[Int(user)].position)
    }

    private func join(_ event: Event, _ engine: Engine) {
        guard joined.find(event.visitor) == nil, event.visitor != event.user else { return }
        touchedNewcomers = true
        let visitor = joined.intern(event.visitor).number
        let user = joined.intern(event.user).number
        joinedTo.extend(to: joined.numbersEnd, with: .max)
        joinedTo[Int(visitor)] = user
    }

    private func resolved(_ id: ByteView) -> ByteView {
        guard joined.count > 0, let number = joined.find(id), joinedTo[Int(number)] != .max else { return id }
        return joined[joinedTo[Int(number)]]
    }
}

/// Moves the mark of "last" from a user's earlier event of the batch to this one.
private func moveMark(_ marks: inout FlatList<Foresight.Mark>, _ number: UInt32, _ stamp: UInt32, _ position: Int, _ lasts: inout FlatList<Bool>) {
    marks.extend(to: max(marks.count, Int(number) + 1), with: Foresight.Mark())
    if marks[Int(number)].stamp == stamp { lasts[Int(marks[Int(number)].position)] = false }
    marks[Int(number)] = Foresight.Mark(stamp: stamp, position: UInt32(position))
    lasts[position] = true
}
