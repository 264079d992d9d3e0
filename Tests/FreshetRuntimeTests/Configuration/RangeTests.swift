import FreshetRuntime
import Testing

/// The smallest and the largest value of each key, and their nearest neighbours outside.
@Suite struct RangeTests {
    struct Range: Sendable, CustomTestStringConvertible {
        var key: String
        var least: String
        var most: String
        /// Just outside; `nil` where the type itself ends there.
        var below: String?
        var above: String?

        init(_ key: String, _ least: String, _ most: String, below: String? = nil, above: String? = nil) {
            self.key = key
            self.least = least
            self.most = most
            self.below = below
            self.above = above
        }

        var testDescription: String { key }
    }

    private static func count(_ key: String, _ least: Int, _ most: Int) -> Range {
        Range(key, "\(least)", "\(most)", below: "\(least - 1)", above: "\(most + 1)")
    }

    private static func span(_ key: String, _ least: Int, _ most: Int) -> Range {
        Range(key, "\(least)ms", "\(most)ms", below: least > 0 ? "\(least - 1)ms" : nil, above: "\(most + 1)ms")
    }

    private static func share(_ key: String) -> Range { Range(key, "0", "1000", above: "1000.001") }

    private static let day = 86_400_000

    static let ranges: [Range] = [
        Range("seed", "0", "18446744073709551615"),
        span("state.checkpoint_interval", 100, day), count("state.checkpoint_events_max", 1, 100_000_000),
        count("limits.users_max", 2, 100_000_000), count("limits.items_max", 1, 100_000_000), count("limits.dedup_events_max", 1, 1_000_000_000),
        span("batch.max_wait", 1, 5000), count("batch.events_max", 1, 1_000_000),
        span("events.lateness", 0, 365 * day), span("events.max_future", 0, 365 * day), span("events.session_gap", 1, 365 * day),
        span("events.dedup_horizon", 0, 365 * day), span("events.pause_after", 1000, 365 * day),
        count("limits.erasures_max", 1, 100_000_000),
        Range("limits.catalogue_bytes_max", "1MiB", "1099511627776B", below: "1048575B", above: "1099511627777B"),
        Range("events.max_record_bytes", "256B", "64MiB", below: "255B", above: "67108865B"),
        count("publish.list_length", 1, 1000), count("publish.every", 1, 1_000_000), span("publish.republish_after", 1, 3650 * day),
        span("signals.item_similarity.window", 1000, 3650 * day), count("signals.item_similarity.weights.click", 1, 100),
        count("signals.item_similarity.weights.cart", 1, 100), count("signals.item_similarity.weights.purchase", 1, 100),
        count("signals.item_similarity.history_max", 1, 10_000), count("signals.item_similarity.pairs_max", 1, 10_000),
        count("signals.item_similarity.shrinkage", 0, 1_000_000), count("signals.item_similarity.pairs_recent", 1, 10_000),
        count("signals.item_similarity.list_recent", 1, 10_000), share("signals.item_similarity.blend"),
        share("signals.item_similarity.links_blend"),
        count("signals.next.steps_max", 1, 16), count("signals.next.followers_max", 1, 10_000), span("signals.next.half_life", 1000, 3650 * day),
        count("signals.next.sessions_max", 1, 16), share("signals.next.blend"),
        span("signals.popularity.half_life", 1000, 3650 * day), span("signals.popularity.long_half_life", 1000, 3650 * day),
        count("signals.popularity.boards_max", 1, 1_000_000), count("signals.popularity.board_items_max", 1, 10_000),
        count("signals.popularity.leaders_max", 1, 100_000), share("signals.popularity.blend"),
        count("signals.revisit.recent_max", 1, 10_000), share("signals.revisit.blend"),
        count("signals.content.recent_max", 1, 10_000), span("signals.content.half_life", 1000, 3650 * day),
        count("signals.content.profile_terms_max", 1, 1_000), count("signals.content.postings_max", 1, 100_000_000),
        share("signals.content.blend"),
        count("signals.keywords.searches_max", 1, 16), count("signals.keywords.postings_max", 1, 100_000_000), share("signals.keywords.blend"),
        count("cleaning.bots.events_per_hour_max", 1, 60_000), count("cleaning.bots.items_per_day_max", 1, 60_000),
        count("cleaning.bots.equal_gaps_max", 1, 60_000), span("cleaning.bots.parole", 3_600_000, 3650 * day),
        count("cleaning.tracking.expected_min", 10, 1_000_000_000), share("cleaning.tracking.fall_below"), share("cleaning.tracking.rise_above"),
    ]

    private func problems(_ key: String, _ value: String) -> [String] {
        var lines = key.split(separator: ".").enumerated().map { String(repeating: "  ", count: $0) + $1 + ":" }
        lines[lines.count - 1] += " \(value)"
        return ConfigurationText(text: lines.joined(separator: "\n"), needsTopics: false).problems
    }

    @Test(arguments: ranges) func bothEndsAreTaken(_ range: Range) {
        for value in [range.least, range.most] {
            // What two keys together exclude is another mistake.
            #expect(problems(range.key, value).allSatisfy { !$0.contains("out of range") }, "\(value)")
        }
    }

    @Test(arguments: ranges) func whatIsJustOutsideIsRefusedWithTheRange(_ range: Range) {
        for value in [range.below, range.above].compactMap(\.self) {
            let found = problems(range.key, value)
            #expect(found.count == 1 && found.first?.contains("\(range.key): ") == true, "\(found)")
            #expect(found.first?.contains("out of range: write a") == true || found.first?.contains("is not a") == true, "\(found)")
        }
    }

    @Test func everyKeyWithARangeIsHere() {
        let words = ["on | off", "text", "topic", "topic | null", "file | null", "mapping", "exactly_once | at_least_once"]
        let without = Set(Setting.all.filter { words.contains($0.type) || $0.type.hasPrefix("list of") }.map(\.key))
        #expect(Set(RangeTests.ranges.map(\.key)) == Set(Setting.all.map(\.key)).subtracting(without))
    }

    @Test(arguments: ["0", "-1", "1.0", "+1", " 1", "0x10", "1_000", "١", "1e3", "99999999999999999999999"])
    func aWholeNumberIsDigitsOnly(_ text: String) {
        #expect(problems("batch.events_max", "\"\(text)\"").count == 1)
    }

    @Test(arguments: ["5", "s", "5 s", "-5s", "5.5s", "5S", "5sec", "5ms5s", "9223372036854775807d", "99999999999999999999s"])
    func aDurationIsANumberAndItsUnit(_ text: String) {
        let found = problems("batch.max_wait", "\"\(text)\"")
        #expect(found.count == 1 && found.first?.contains("write a whole number and a unit") == true, "\(found)")
    }

    private func read(_ key: String, _ value: String) throws(ConfigurationError) -> Configuration {
        var lines = key.split(separator: ".").enumerated().map { String(repeating: "  ", count: $0) + $1 + ":" }
        lines[lines.count - 1] += " \(value)"
        return try ConfigurationText(text: lines.joined(separator: "\n"), needsTopics: false).read().configuration
    }

    @Test func whatIsPrintedOfAValueReadsBackToIt() throws {
        var checked = 0
        for range in RangeTests.ranges {
            guard let setting = Setting.all.first(where: { $0.key == range.key }) else { continue }
            for value in [range.least, range.most] where problems(range.key, value).isEmpty {
                let configuration = try read(range.key, value)
                #expect(try read(range.key, setting.text(in: configuration)) == configuration, "\(range.key): \(value)")
                checked += 1
            }
        }
        #expect(checked > 60)
    }
}
