import FreshetKernels

/// A source of scored candidates with evidence. Adding one touches its own folder and the list in `Signals`.
///
/// A signal learns in calls that the engine makes from `apply` (each names what it observes), and proposes in pure reads.
protocol Signal: AnyObject {
    /// Its name in outputs and configuration.
    static var name: StaticString { get }
    /// Its share of the blend in thousandths; 0 proposes nothing.
    var blend: Int32 { get }
    /// Takes up an item that was just interned.
    func admit(_ item: UInt32)
    /// Forgets an item that is about to leave.
    func forget(_ item: UInt32)
    /// Scores candidates for a query on the board.
    func propose(_ query: Query, on board: ScoreBoard)
    /// Appends what is stored of an item.
    func encode(_ item: UInt32, into bytes: ByteBuffer)
    /// Takes what is stored of an item.
    func decode(_ item: UInt32, from reader: inout ByteReader) throws(CodecError)
}

extension Signal {
    func admit(_ item: UInt32) {}
    func forget(_ item: UInt32) {}
    func encode(_ item: UInt32, into bytes: ByteBuffer) {}
    func decode(_ item: UInt32, from reader: inout ByteReader) throws(CodecError) {}
}

/// What is asked for: a user's profile and the time.
struct Query {
    /// The user's history, most recent action first; live entries only.
    var seeds: FlatList<HistoryEntry>
    /// The whole history.
    var history: FlatList<HistoryEntry>
    /// The session with the newest event; `nil` where none is open.
    var session: Session?
    /// The largest applied event time.
    var now: EventTime
    /// What happened up to this time is out of the window.
    var windowEnd: EventTime
}

/// Scores by item number with the evidence that weighed most: scratch memory of one signal's proposals.
final class ScoreBoard {
    /// Stands for "no item" in evidence.
    static let noItem = UInt32.max

    // One owner, no re-entrance: checked once here by reading, not at every access.
    @exclusivity(unchecked) private var scores = FlatList<Double>()
    @exclusivity(unchecked) private var bestParts = FlatList<Double>()
    @exclusivity(unchecked) private var evidence = FlatList<UInt32>()
    @exclusivity(unchecked) private(set) var touched = FlatList<UInt32>()

    deinit {
        scores.free()
        bestParts.free()
        evidence.free()
        touched.free()
    }

    /// Makes room for numbers below `count`.
    func reserve(_ count: Int) {
        scores.extend(to: max(scores.count, count), with: 0)
        bestParts.extend(to: max(bestParts.count, count), with: 0)
        evidence.extend(to: max(evidence.count, count), with: ScoreBoard.noItem)
    }

    /// Adds a positive part of a candidate's score, owed to an item or to none.
    @inline(__always) func add(_ candidate: UInt32, _ part: Double, because item: UInt32) {
        let index = Int(candidate)
        if scores[index] == 0 { touched.append(candidate) }
        scores[index] += part
        if part > bestParts[index] {
            bestParts[index] = part
            evidence[index] = item
        }
    }

    /// A candidate's score.
    func score(_ candidate: UInt32) -> Double { scores[Int(candidate)] }

    /// The item that weighed most for a candidate.
    func because(_ candidate: UInt32) -> UInt32 { evidence[Int(candidate)] }

    /// Forgets all candidates.
    func clear() {
        for index in touched.indices {
            let candidate = Int(touched[index])
            scores[candidate] = 0
            bestParts[candidate] = 0
            evidence[candidate] = ScoreBoard.noItem
        }
        touched.removeAll()
    }
}
