import FreshetKernels

@testable import FreshetCore

/// Makes events whose texts live as long as the maker.
final class EventMaker {
    private let arena = ByteArena()
    private var serial = 0

    func view(_ text: String) -> ByteView {
        var text = text
        return text.withUTF8 { arena.copy(ByteView(UnsafeRawBufferPointer($0))) }
    }

    func event(
        _ type: EventType, _ user: String, _ item: String = "", at time: Int64, visitor: String = "", session: String = "", id: String? = nil,
        consent: Bool = true, query: String = "", segment: String = ""
    ) -> Event {
        serial += 1
        let eventID = view(id ?? "e\(serial)")
        var event = Event(type: type, time: EventTime(milliseconds: time), user: view(user), fingerprint: Fingerprint(of: eventID))
        event.item = view(item)
        event.visitor = view(visitor)
        event.session = view(session)
        event.eventID = eventID
        event.consent = consent
        event.query = view(query)
        event.segment = view(segment)
        return event
    }
}

extension IDTable {
    /// The number of an id; `nil` where it is not held.
    func number(of id: String) -> UInt32? {
        var id = id
        return id.withUTF8 { find(ByteView(UnsafeRawBufferPointer($0))) }
    }
}

extension Engine {
    /// The number of a user, or of the user that a visitor belongs to.
    func user(_ id: String) -> UInt32? { users.ids.number(of: id).map { users[$0].isAlias ? users[$0].master : $0 } }

    /// The number of an item.
    func item(_ id: String) -> UInt32? { items.ids.number(of: id) }
}

/// What a test says of an event; `EventMaker` turns it into one.
struct Act {
    var type: EventType
    var user: String
    var item = ""
    var time: Int64
    var visitor = ""
    var session = ""
    var id: String
    var consent = true
    var query = ""
    var segment = ""

    func made(by maker: EventMaker) -> Event {
        maker.event(type, user, item, at: time, visitor: visitor, session: session, id: id, consent: consent, query: query, segment: segment)
    }
}

/// Random logs of a small shop: out of order, some far too late, with removals, returns, identities and duplicates.
struct RandomLog {
    var users = 6
    var items = 8
    var spread: Int64 = 400
    var lateShare = 20
    var identities = true
    var duplicates = true
    var refusals = true
    /// Words of `RandomSides`, and others.
    static let queries = ["green tea", "Sencha t1", "", "CUPS a", "t0 t2 \u{1f375}", "\u{7dd1}\u{8336}"]

    func acts(_ count: Int, seed: UInt64) -> [Act] {
        var random = SplitMix64(seed: seed)
        var acts: [Act] = []
        for number in 0..<count {
            let base = Int64(number) * 40
            let late = random.next(below: lateShare) == 0
            let time = 10_000 + base - Int64(random.next(below: Int(late ? spread * 10 : spread)))
            if duplicates, !acts.isEmpty, random.next(below: 12) == 0 {
                acts.append(acts[random.next(below: acts.count)])
                continue
            }
            var act = Act(type: type(&random), user: name(&random), time: time, id: "e\(number)")
            if act.type == .identify { act.visitor = name(&random) }
            if act.type.needsItem { act.item = "i\(random.next(below: items))" }
            if number % 3 == 0 { act.segment = "s\(number % 4)" }
            if act.type == .search { act.query = RandomLog.queries[number % RandomLog.queries.count] }
            if refusals { act.consent = random.next(below: 15) != 0 }
            if random.next(below: 2) == 0 { act.session = "s\(random.next(below: 3))" }
            acts.append(act)
        }
        return acts
    }

    private func name(_ random: inout SplitMix64) -> String { "u\(random.next(below: users))" }

    private func type(_ random: inout SplitMix64) -> EventType {
        switch random.next(below: 20) {
        case 0..<8: .click
        case 8..<12: .cart
        case 12..<15: .purchase
        case 15: .removeFromCart
        case 16: .return
        case 17: .search
        case 18: .impression
        default: identities ? .identify : .click
        }
    }
}

/// Small windows, so that random logs reach their ends.
func smallSettings() -> EngineSettings {
    var settings = EngineSettings()
    settings.lateness = 200
    settings.sessionGap = 300
    settings.dedupHorizon = 100_000
    settings.usersMax = 1000
    settings.itemsMax = 1000
    settings.dedupEventsMax = 1000
    settings.itemSimilarity.window = 3000
    settings.itemSimilarity.shrinkage = 2
    settings.next.halfLife = 2000
    settings.popularity.halfLife = 1000
    settings.popularity.longHalfLife = 4000
    settings.popularity.leadersMax = 5
    return settings
}

/// The canonical rows of every digest table, as text: equal states have equal texts.
func canonicalState(_ publication: Publication, except left: Set<DigestTable> = []) -> [String: [[UInt8]]] {
    var tables: [String: [[UInt8]]] = [:]
    for table in DigestTable.allCases where !left.contains(table) {
        var rows: [[UInt8]] = []
        publication.canonicalRows(of: table) { rows.append([UInt8]($0.buffer)) }
        tables[table.rawValue] = rows
    }
    return tables
}
