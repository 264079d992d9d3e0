import FreshetKernels

/// What was last published for each user or item: enough to tell whether a list changed, and when it is due again.
final class PublishedRows {
    /// What was published for one key.
    struct Row: BitwiseCopyable, Equatable {
        /// The fingerprint of its items.
        var fingerprint: UInt64 = 0
        /// When, in event time; never: nothing was.
        var time = EventTime.never
    }

    let changed = ChangedRows()
    private let republishAfter: Int64?
    @exclusivity(unchecked) private(set) var rows = FlatList<Row>()
    @exclusivity(unchecked) private var due = IndexedHeap()

    init(republishAfter: Int64?) { self.republishAfter = republishAfter }

    deinit {
        rows.free()
        due.free()
    }

    /// Notes what is now the list of a key. Answers whether it differs from the last one published, or is due again.
    func note(_ number: UInt32, _ fingerprint: UInt64, at time: EventTime) -> Bool {
        note(number, fingerprint, at: time, since: row(number))
    }

    /// The same where `standing` is the last one published, and what was noted since is taken back.
    func note(_ number: UInt32, _ fingerprint: UInt64, at time: EventTime, since standing: Row) -> Bool {
        let isDue = republishAfter.map { standing.time.advanced(by: $0) <= time } ?? false
        let isNew = standing.time == .never || standing.fingerprint != fingerprint || isDue
        if isNew {
            set(number, to: Row(fingerprint: fingerprint, time: max(time, standing.time)))
        } else if row(number) != standing {
            set(number, to: standing)
        }
        return isNew
    }

    /// What was last published for a key.
    func row(_ number: UInt32) -> Row { Int(number) < rows.count ? rows[Int(number)] : Row() }

    /// Bytes of memory held.
    var byteCount: Int { rows.byteCount + due.byteCount + changed.byteCount }

    /// Whether anything was published for a key.
    func holds(_ number: UInt32) -> Bool { row(number).time != .never }

    /// Forgets a key.
    func forget(_ number: UInt32) {
        guard holds(number) else { return }
        changed.touch(number)
        rows[Int(number)] = Row()
        due.remove(number, ties: <)
    }

    /// Takes the next key that is due again.
    func nextDue(by time: EventTime) -> UInt32? {
        guard let top = due.top, top.key <= time.milliseconds else { return nil }
        due.remove(top.number, ties: <)
        return top.number
    }

    /// Takes a stored row.
    func restore(_ number: UInt32, _ row: Row) {
        rows.extend(to: max(rows.count, Int(number) + 1), with: Row())
        rows[Int(number)] = row
        schedule(number)
    }

    private func set(_ number: UInt32, to row: Row) {
        rows.extend(to: max(rows.count, Int(number) + 1), with: Row())
        changed.touch(number)
        rows[Int(number)] = row
        schedule(number)
    }

    private func schedule(_ number: UInt32) {
        guard let republishAfter else { return }
        due.set(number, to: rows[Int(number)].time.advanced(by: republishAfter).milliseconds, ties: <)
    }
}
