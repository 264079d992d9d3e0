import FreshetCore
import FreshetKernels
import Foundation
import Testing

/// A published list of recommendations, read strictly: every field there, in its order, of its type and in its range.
struct ListRecord {
    var user: String
    var trigger: LogAccount.Place
    var items: [String]

    private static let signals: Set = [
        "item_similarity", "typed_links", "next", "revisit", "content", "keywords", "segment", "category", "popularity", "trending",
    ]

    /// `effects` are those of the log that it was made from.
    init(_ record: KcatRecord, _ effects: [LogAccount.Place: LogAccount.Effect], topicPrefix: String, lengthMax: Int) throws {
        let value = try record.strictValue(["user_id", "generated_at", "trigger", "model_version", "rung", "items"], optional: "rules")
        user = try #require(value["user_id"]?.string)
        #expect(record.key.map { Array($0) } == Array(user.utf8) && record.headers.isEmpty)
        trigger = try Self.trigger(value["trigger"], topicPrefix: topicPrefix)
        let effect = try #require(effects[trigger], "\(trigger) caused a list and had no effect")
        #expect(effect.row.user == user)
        #expect(value["generated_at"]?.string == effect.row.time.rfc3339)
        #expect(value["model_version"]?.string?.isEmpty == false)
        let elements = try #require(value["items"]?.elements)
        items = try elements.map { try Self.item($0) }
        #expect(items.count <= lengthMax && Set(items).count == items.count)
        expectFalling(elements, by: "score")
        for rule in try value["rules"].map({ try #require($0.elements) }) ?? [] {
            #expect(rule.names == ["rule", "effect", "item_id"] && rule["rule"]?.string == "bought" && rule["effect"]?.string == "removed")
            #expect(!items.contains(try #require(rule["item_id"]?.string)))
        }
        let rung = try #require(value["rung"]?.string)
        #expect(["history", "segment", "category", "popular", "trending", "nothing"].contains(rung) && items.isEmpty == (rung == "nothing"))
    }

    private static func trigger(_ value: JSONValue?, topicPrefix: String) throws -> LogAccount.Place {
        let value = try #require(value)
        #expect(value.names == ["topic", "partition", "offset", "event_id"] && value["event_id"] == .null)
        let topic = try #require(value["topic"]?.string)
        #expect(topic.hasPrefix(topicPrefix))
        return LogAccount.Place(
            topic: String(topic.dropFirst(topicPrefix.count)), partition: Int(try #require(value["partition"]?.integer)),
            offset: try #require(value["offset"]?.integer))
    }

    private static func item(_ value: JSONValue) throws -> String {
        #expect(value.names == ["item_id", "score", "propensity", "because"] && value["propensity"] == .integer(1))
        #expect(try #require(value["score"]?.number) > 0)
        let reasons = try #require(value["because"]?.elements)
        var sum = 0.0
        for reason in reasons {
            #expect(reason.names == ["signal", "share"] || reason.names == ["signal", "item_id", "share"])
            #expect(signals.contains(try #require(reason["signal"]?.string)), "\(reason)")
            #expect(reason["item_id"] == nil || reason["item_id"]?.string?.isEmpty == false)
            let share = try #require(reason["share"]?.number)
            #expect(share >= 0 && share <= 1)
            sum += share
        }
        #expect(abs(sum - 1) < 1e-9 && Set(reasons.compactMap { $0["signal"]?.string }).count == reasons.count)
        return try #require(value["item_id"]?.string)
    }
}

/// A published record of similar items, read strictly.
struct SimilarRecord {
    var item: String
    var generatedAt: String
    var others: [String]

    init(_ record: KcatRecord, lengthMax: Int) throws {
        let value = try record.strictValue(["item_id", "generated_at", "items"])
        item = try #require(value["item_id"]?.string)
        #expect(record.key.map { Array($0) } == Array(item.utf8) && record.headers.isEmpty)
        generatedAt = try #require(value["generated_at"]?.string)
        let elements = try #require(value["items"]?.elements)
        others = try elements.map { try Self.other($0) }
        #expect(others.count <= lengthMax && Set(others).count == others.count && !others.contains(item))
        expectFalling(elements, by: "similarity")
    }

    private static func other(_ value: JSONValue) throws -> String {
        #expect(value.names == ["item_id", "similarity", "count", "users"])
        let similarity = try #require(value["similarity"]?.number)
        let (count, users) = (try #require(value["count"]?.integer), try #require(value["users"]?.integer))
        // No weight is below 1, and no pair counts for more than the root of its items' counts.
        #expect(similarity > 0 && similarity <= 1 && users >= 1 && count >= users)
        return try #require(value["item_id"]?.string)
    }
}

/// Falling, and by item id where equal.
private func expectFalling(_ elements: [JSONValue], by name: String) {
    for (left, right) in zip(elements, elements.dropFirst()) {
        guard let first = left[name]?.number, let second = right[name]?.number, let id = left["item_id"]?.string, let next = right["item_id"]?.string
        else { continue }
        #expect(first > second || first == second && id.utf8.lexicographicallyPrecedes(next.utf8), "\(name) \(first) \(second), \(id) \(next)")
    }
}

extension KcatRecord {
    /// The value as strict JSON: an object of exactly these members, in this order; an optional one may follow.
    func strictValue(_ names: [String], optional: String? = nil) throws -> JSONValue {
        let bytes = try #require(value, "a tombstone")
        let json = try bytes.withUnsafeBytes { try JSONValue(ByteView($0)) }
        #expect(json.names == names || json.names == names + [optional].compactMap(\.self), "\(json.names)")
        return json
    }
}

extension JSONValue {
    /// The names of an object's members, in their order.
    var names: [String] { if case .object(let members) = self { members.map(\.name) } else { [] } }
}

extension Int64 {
    /// Milliseconds since the epoch as outputs write them.
    var rfc3339: String {
        let seconds = Date(timeIntervalSince1970: TimeInterval(self / 1000)).formatted(.iso8601)
        let milliseconds = String(self % 1000 + 1000).dropFirst()
        return "\(seconds.dropLast()).\(milliseconds)Z"
    }
}
