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
    /// What a candidate of the last query is owed to, by the board's `because`.
    func evidence(_ because: UInt32) -> Evidence
    /// Appends what is stored of an item.
    func encode(_ item: UInt32, into bytes: ByteBuffer)
    /// Takes what is stored of an item.
    func decode(_ item: UInt32, from reader: inout ByteReader) throws(CodecError)
}

/// Candidates of one signal that enter the blend.
let candidatesOfSignalMax = 100

extension Signal {
    func admit(_ item: UInt32) {}
    func forget(_ item: UInt32) {}
    func evidence(_ because: UInt32) -> Evidence { Evidence(item: because == ScoreBoard.noItem ? nil : because) }
    func encode(_ item: UInt32, into bytes: ByteBuffer) {}
    func decode(_ item: UInt32, from reader: inout ByteReader) throws(CodecError) {}
}

/// What speaks for a candidate most.
struct Evidence {
    /// The item of the user's that it is owed to; `nil` where there is none.
    var item: UInt32?
    /// The term that the candidate says, too; empty where there is none. Valid until the catalogue changes.
    var term = ByteView.empty
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
    /// What the user searched for last, in no order.
    var searches = FlatList<Search>()
    /// The segment of shoppers that the user belongs to; empty where none is known.
    var segment = ByteView.empty
}
