import FreshetKernels

@testable import FreshetCore

/// Items by name, and a board to read proposals from: what a signal needs to be asked by itself.
final class SignalBench {
    let items = Items()
    private let maker = EventMaker()
    private let board = ScoreBoard()

    /// The number of an item, which is taken up where it is new.
    func item(_ name: String, admittedBy signal: any Signal) -> UInt32 {
        if let number = items.ids.find(maker.view(name)) { return number }
        let number = items.add(maker.view(name), at: EventTime(milliseconds: 0))
        signal.admit(number)
        return number
    }

    func name(_ number: UInt32) -> String { items.ids[number].text }

    /// What a signal proposes, by name: the score, and the name of the item that it is owed to.
    func proposals(of signal: any Signal, _ query: Query) -> [String: Proposal] {
        SignalBench.proposals(of: signal, query, items, board)
    }

    static func proposals(of signal: any Signal, _ query: Query, _ items: Items, _ board: ScoreBoard = ScoreBoard()) -> [String: Proposal] {
        board.reserve(items.ids.numbersEnd)
        signal.propose(query, on: board)
        var proposals: [String: Proposal] = [:]
        for index in board.candidates.indices {
            let candidate = board.candidates[index]
            let because = signal.evidence(candidate.because).item.map { items.ids[$0].text }
            proposals[items.ids[candidate.item].text] = Proposal(score: candidate.score, because: because)
        }
        board.clear()
        return proposals
    }
}

struct Proposal: Equatable {
    var score: Double
    var because: String?
}

extension Query {
    /// A query of somebody of whom nothing but a session is known.
    static func session(_ items: [UInt32], now: Int64) -> Query {
        var session = Session(key: 0, last: EventTime(milliseconds: now))
        for item in items.reversed() { session.push(item, limit: 16) }
        return Query(seeds: FlatList(), history: FlatList(), session: session, now: EventTime(milliseconds: now), windowEnd: .never)
    }
}

/// The query of a user, put together slowly from what the engine holds. The caller frees `seeds`.
func slowQuery(_ engine: Engine, _ user: UInt32) -> Query {
    let row = engine.users[user]
    let live = row.history.indices.map { row.history[$0] }.filter(\.share.isLive)
        .sorted { left, right in
            if left.lastAction != right.lastAction { return left.lastAction > right.lastAction }
            return engine.items.ids[left.item].text.utf8.lexicographicallyPrecedes(engine.items.ids[right.item].text.utf8)
        }
    var seeds = FlatList<HistoryEntry>()
    for entry in live { seeds.append(entry) }
    let session = row.sessions.indices.map { row.sessions[$0] }.max { ($0.last, $0.key) < ($1.last, $1.key) }
    return Query(
        seeds: seeds, history: row.history, session: session, now: engine.now, windowEnd: engine.windowEnd, searches: row.searches,
        segment: row.segment.view)
}

/// The users of an engine that are no aliases.
func profiles(_ engine: Engine) -> [UInt32] {
    engine.users.rows.indices.map { UInt32($0) }.filter { engine.users.ids.contains(number: $0) && !engine.users[$0].isAlias }
}

func isClose(_ left: Double, _ right: Double, within share: Double = 1e-9) -> Bool {
    abs(left - right) <= share * max(abs(left), abs(right), 1e-12)
}
