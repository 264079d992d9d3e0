public import FreshetKernels

/// Which step of the ladder a list stands on: how much is known of the user. From the top down; the signals behind the personal ones stand in the
/// same order.
public enum Rung: UInt8, Sendable {
    /// From what the user did and searched for.
    case history
    /// From what the user's segment looks at.
    case segment
    /// From what is looked at in a category that the user once looked at.
    case category
    /// Popular in the window; nothing is known of the user.
    case popular
    /// Rising, and nothing else is at hand.
    case trending
    /// Nothing can be shown.
    case nothing

    /// The name in outputs.
    public var name: StaticString {
        switch self {
        case .history: "history"
        case .segment: "segment"
        case .category: "category"
        case .popular: "popular"
        case .trending: "trending"
        case .nothing: "nothing"
        }
    }
}

/// One reason of a recommended item.
public struct Reason: BitwiseCopyable, Sendable {
    /// The signal's number in `RecommendedList.signalNames`.
    public var signal: UInt8
    /// The item that the signal's score is owed to most; `nil` where there is none.
    public var item: UInt32?
    /// The reason's share of the score in ten-thousandths; an item's shares sum to 10,000.
    public var share: Int32
    /// The term that the signal's score is owed to most, where there is one.
    var term = Term()

    /// Where the text of a term stands in its list.
    struct Term: BitwiseCopyable, Sendable {
        var start: Int32 = 0
        /// 0: there is none.
        var count: Int32 = 0
    }
}

/// A list of recommendations with the reasons of each item, by interned numbers. Reused from list to list.
public final class RecommendedList {
    /// One item.
    public struct Item: BitwiseCopyable, Sendable {
        /// Its number.
        public var number: UInt32
        /// Its blended score.
        public var score: Double
        /// Its first reason in `reasons`.
        var reasonsStart: Int32
        /// One more than its last.
        var reasonsEnd: Int32
    }

    /// The number of the reason of an item that only a rule speaks for.
    static let ruleSignal = UInt8(Signals.names.count)
    /// The names of signals, by number; the last one stands for a rule.
    public static let signalNames: [StaticString] = Signals.names + ["rule"]

    /// The step of the ladder.
    @exclusivity(unchecked) public internal(set) var rung = Rung.nothing
    @exclusivity(unchecked) var items = FlatList<Item>()
    @exclusivity(unchecked) var reasons = FlatList<Reason>()
    /// The texts of the terms that reasons name.
    private let terms = ByteBuffer()
    /// What rules did to the list.
    @exclusivity(unchecked) var applied = FlatList<Rules.Applied>()

    /// An empty list.
    public init() {}

    deinit {
        items.free()
        reasons.free()
        applied.free()
    }

    /// The number of items.
    public var count: Int { items.count }

    /// The item at a place, best first.
    public subscript(place: Int) -> Item { items[place] }

    /// The reasons of an item, largest share first.
    public func reasons(of item: Item) -> [Reason] { (Int(item.reasonsStart)..<Int(item.reasonsEnd)).map { reasons[$0] } }

    /// The term that a reason names; empty where it names none.
    public func term(of reason: Reason) -> ByteView { terms[Int(reason.term.start)..<Int(reason.term.start + reason.term.count)] }

    /// Keeps the text of a term that a reason is to name.
    func addTerm(_ text: ByteView) -> Reason.Term {
        let start = Int32(terms.count)
        terms.append(text)
        return Reason.Term(start: start, count: Int32(text.count))
    }

    func removeAll() {
        items.removeAll()
        reasons.removeAll()
        terms.removeAll()
        applied.removeAll()
        rung = .nothing
    }

    /// A fingerprint of the items in their order: lists with the same one are not published again.
    func fingerprint(_ ids: IDTable) -> UInt64 { ids.fingerprint(count: items.count) { items[$0].number } }
}
