import FreshetCore
import Synchronization

/// One shopper's events and the lists that they led to. The shop's thread adds events, the subscriber's adds lists.
final class ShopperSession: Sendable {
    static let eventsShown = 4
    static let itemsShown = 4
    /// Silence after which another shopper is followed, in milliseconds of event time.
    static let silence: Int64 = 4_000

    private struct State {
        var user: [UInt8] = []
        var lastSeen = EventTime.never
        var steps: [Step] = []
    }

    private struct Step {
        var eventID: String
        var text: String
        var list: String?
    }

    private let state = Mutex(State())

    /// Takes a record of the shop if it is the shopper's; a shopper that is silent is left for this record's.
    func note(_ record: ShopRecord) {
        guard record.expectation == .applied else { return }
        state.withLock { state in
            if state.user != record.key {
                let isSilent = state.lastSeen == .never || record.arrival.milliseconds - state.lastSeen.milliseconds > ShopperSession.silence
                guard isSilent, ShopperSession.isWorthFollowing(record.key) else { return }
                state = State(user: record.key)
            }
            state.lastSeen = record.arrival
            guard let step = ShopperSession.step(record) else { return }
            state.steps.append(step)
            if state.steps.count > ShopperSession.eventsShown { state.steps.removeFirst() }
        }
    }

    /// Takes a published list if it is the shopper's.
    func note(key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) {
        state.withLock { state in
            guard key.elementsEqual(state.user) else { return }
            guard let list = try? JSONValue(String(decoding: value, as: UTF8.self)), let id = list["trigger"]?["event_id"]?.string else { return }
            guard let at = state.steps.firstIndex(where: { $0.eventID == id }) else { return }
            state.steps[at].list = ShopperSession.text(of: list)
        }
    }

    /// The session, a line an event and a line its list; empty where nobody is followed yet.
    var lines: [String] {
        state.withLock { state in
            guard !state.steps.isEmpty else { return [] }
            let steps = state.steps.flatMap { ["  \($0.text)", "    → \($0.list ?? "the list stays")"] }
            return ["shopper \(String(decoding: state.user, as: UTF8.self)):"] + steps
        }
    }

    /// Users that log in and come now and then: the most frequent ones make too many events at once to be watched.
    private static func isWorthFollowing(_ key: [UInt8]) -> Bool { key.first == UInt8(ascii: "u") && key.count >= 4 }

    private static func step(_ record: ShopRecord) -> Step? {
        guard let event = try? JSONValue(String(decoding: record.value, as: UTF8.self)), let id = event["event_id"]?.string else { return nil }
        let object = event["item_id"]?.string ?? event["query"]?.string ?? event["visitor_id"]?.string ?? ""
        return Step(eventID: id, text: "\(event["type"]?.string ?? "event") \(object)", list: nil)
    }

    private static func text(of list: JSONValue) -> String {
        let items = (list["items"]?.elements ?? []).prefix(itemsShown).map { item in
            let reason = item["because"]?[0]
            let source = reason?["item_id"]?.string.map { " of \($0)" } ?? ""
            return "\(item["item_id"]?.string ?? "?") (\(reason?["signal"]?.string ?? "?")\(source))"
        }
        return items.joined(separator: ", ")
    }
}
