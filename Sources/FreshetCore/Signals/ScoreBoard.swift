import FreshetKernels

/// Candidates with their scores and the evidence that weighed most: scratch memory of one signal's proposals.
///
/// The candidates lie side by side in the order of their first part; by item number there is only where each one lies, so that a list of
/// thousands of candidates among millions of items stays within the processor's caches.
final class ScoreBoard {
    /// Stands for "no item" in evidence.
    static let noItem = UInt32.max

    /// One candidate.
    struct Candidate: BitwiseCopyable {
        /// Its number.
        var item: UInt32
        /// The item that its largest part is owed to, or `noItem`.
        var because: UInt32
        /// The sum of its parts.
        var score: Double
        /// Its largest part.
        var bestPart: Double
    }

    // One owner, no re-entrance: checked once here by reading, not at every access.
    @exclusivity(unchecked) private(set) var candidates = FlatList<Candidate>()
    /// By item number: one more than its place in `candidates`; 0 where it is none.
    @exclusivity(unchecked) private var places = FlatList<UInt32>()

    deinit {
        candidates.free()
        places.free()
    }

    /// Makes room for numbers below `count`.
    func reserve(_ count: Int) { places.extend(to: max(places.count, count), with: 0) }

    /// Adds a positive part of a candidate's score, owed to an item or to none.
    @inline(__always) func add(_ item: UInt32, _ part: Double, because: UInt32) {
        let place = places[Int(item)]
        guard place > 0 else {
            candidates.append(Candidate(item: item, because: because, score: part, bestPart: part))
            places[Int(item)] = UInt32(candidates.count)
            return
        }
        let index = Int(place) - 1
        candidates[index].score += part
        if part > candidates[index].bestPart {
            candidates[index].bestPart = part
            candidates[index].because = because
        }
    }

    /// The item that weighed most for a candidate.
    func because(_ item: UInt32) -> UInt32 { candidates[Int(places[Int(item)]) - 1].because }

    /// A candidate's score.
    func score(of item: UInt32) -> Double { candidates[Int(places[Int(item)]) - 1].score }

    /// Forgets all candidates.
    func clear() {
        for index in candidates.indices { places[Int(candidates[index].item)] = 0 }
        candidates.removeAll()
    }
}
