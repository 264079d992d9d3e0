import FreshetKernels

/// The lists that the present batch made, by user number: what stood before the batch, and where the list made last stands in the outputs.
final class BatchLists {
    private struct Entry: BitwiseCopyable {
        var standing: PublishedRows.Row
        /// `none` where the list made last was not written.
        var index = BatchLists.none
    }

    private struct Mark: BitwiseCopyable {
        var stamp: UInt32 = 0
        var entry: UInt32 = 0
    }

    private static let none = UInt32.max

    @exclusivity(unchecked) private var marks = FlatList<Mark>()
    @exclusivity(unchecked) private var entries = FlatList<Entry>()
    @exclusivity(unchecked) private var stamp: UInt32 = 1

    deinit {
        marks.free()
        entries.free()
    }

    /// Begins the next batch.
    func removeAll() {
        entries.removeAll()
        stamp &+= 1
    }

    /// Notes that a list is made for a user of whom `standing` is what was published last. Answers what was published last before the batch,
    /// and where this batch's list stands that the new one takes the place of.
    func add(_ user: UInt32, standing: PublishedRows.Row) -> (standing: PublishedRows.Row, index: Int?) {
        marks.extend(to: max(marks.count, Int(user) + 1), with: Mark())
        if marks[Int(user)].stamp != stamp {
            marks[Int(user)] = Mark(stamp: stamp, entry: UInt32(entries.count))
            entries.append(Entry(standing: standing))
        }
        let entry = entries[Int(marks[Int(user)].entry)]
        return (entry.standing, entry.index == BatchLists.none ? nil : Int(entry.index))
    }

    /// Notes where the list of a user that `add` knows stands; `nil` is nowhere.
    func setIndex(_ index: Int?, of user: UInt32) {
        entries[Int(marks[Int(user)].entry)].index = index.map { UInt32($0) } ?? BatchLists.none
    }

    /// Takes a user out who left: whoever gets the number next is another one.
    func forget(_ user: UInt32) {
        if Int(user) < marks.count { marks[Int(user)] = Mark() }
    }
}
