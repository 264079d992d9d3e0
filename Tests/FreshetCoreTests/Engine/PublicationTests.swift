import FreshetKernels
import Testing

@testable import FreshetCore

@Suite struct PublicationTests {
    static func publication(_ change: (inout PublicationSettings) -> Void) -> Publication {
        var settings = PublicationSettings()
        settings.listLength = 5
        change(&settings)
        return Publication(engine: Engine(settings: smallSettings()), settings: settings)
    }

    /// The items of a list's JSON, in order.
    static func items(_ record: String) -> [String] {
        record.components(between: "{\"item_id\":\"", and: "\"")
    }

    @Test func theConflatedListIsTheLastOneOfTheBatch() {
        for seed in UInt64(0)..<60 {
            let maker = EventMaker()
            let acts = RandomLog().acts(200, seed: seed)
            let each = PublicationTests.publication { $0.conflate = false }
            let conflated = PublicationTests.publication { $0.conflate = true }
            var last: [String: String] = [:]
            var published: [String: String] = [:]
            for at in stride(from: 0, to: acts.count, by: 20) {
                for line in StateTests.batch(each, acts[at..<at + 20], maker) where line.hasPrefix("recommendations") { note(line, &last) }
                var keys: [String] = []
                for line in StateTests.batch(conflated, acts[at..<at + 20], maker) where line.hasPrefix("recommendations") {
                    if !line.hasSuffix("tombstone") {
                        keys.append(key(line))
                        #expect(published[key(line)].map(PublicationTests.items) != PublicationTests.items(line), "it did not change, seed \(seed)")
                    }
                    note(line, &published)
                }
                #expect(Set(keys).count == keys.count, "one list a user and batch, seed \(seed)")
                // With its scores, its trigger and its time, too.
                for key in keys where published[key] != nil { #expect(published[key] == last[key], "seed \(seed)") }
            }
            #expect(published.mapValues(PublicationTests.items) == last.mapValues(PublicationTests.items), "seed \(seed)")
            #expect(canonicalState(each) == canonicalState(conflated))
        }
    }

    @Test func whereForesightIsUnsureTheListStillHasTheTriggerOfTheLastEvent() {
        let maker = EventMaker()
        let publication = PublicationTests.publication { _ in }
        var acts = [Act(type: .identify, user: "u", time: 1000, visitor: "v", id: "identify")]
        acts += (1...3).map { Act(type: .search, user: "u", time: 1000 + $0, id: "search \($0)") }
        let lists = StateTests.batch(publication, acts[...], maker).filter { $0.hasPrefix("recommendations u ") }
        #expect(publication.listsMade == 4 && lists.count == 1)
        #expect(lists.first?.contains("\"event_id\":\"search 3\"") ?? false)
    }

    @Test func aReplayedStateOwesThoseWhoDidSomethingAndWhatHasNeighbours() {
        let maker = EventMaker()
        let publication = PublicationTests.publication { _ in }
        let acts = [
            Act(type: .click, user: "gone", item: "old", time: 1000, id: "1"), Act(type: .search, user: "searcher", time: 90_000, id: "2"),
            Act(type: .click, user: "u", item: "a", time: 90_000, id: "3"), Act(type: .click, user: "u", item: "b", time: 90_001, id: "4"),
            Act(type: .click, user: "w", item: "lonely", time: 90_002, id: "5"),
        ]
        for event in acts.map({ $0.made(by: maker) }) { _ = publication.engine.apply(event) }
        publication.oweAll()
        let lines = StateTests.batch(publication, [], maker)
        #expect(
            lines.map { $0.split(separator: " ").prefix(2).joined(separator: " ") } == [
                "similarItems a", "similarItems b", "recommendations u", "recommendations w",
            ])
        #expect(!publication.owesRecords)
    }

    private func key(_ line: String) -> String { String(line.split(separator: " ")[1]) }

    private func note(_ line: String, _ records: inout [String: String]) {
        records[key(line)] = line.hasSuffix("tombstone") ? nil : line
    }

    @Test func anUnchangedListIsNotSentAgainUnlessItIsDue() {
        let maker = EventMaker()
        let publication = PublicationTests.publication { $0.republishAfter = 2000 }
        func lists(_ time: Int64, _ id: String) -> Int {
            let act = Act(type: .search, user: "u", time: time, id: id)
            return StateTests.batch(publication, [act], maker).filter { $0.hasPrefix("recommendations u") }.count
        }
        #expect(lists(1000, "a") == 1)
        #expect(lists(1500, "b") == 0)
        #expect(lists(3000, "c") == 1)
    }

    @Test func aSilentUsersListIsSentAgainWhenItIsDue() {
        let maker = EventMaker()
        let publication = PublicationTests.publication { $0.republishAfter = 2000 }
        _ = StateTests.batch(publication, [Act(type: .click, user: "quiet", item: "i", time: 1000, id: "a")], maker)
        let lines = StateTests.batch(publication, [Act(type: .click, user: "other", item: "i", time: 9000, id: "b")], maker)
        let again = lines.first { $0.hasPrefix("recommendations quiet") }
        #expect(again?.contains("\"trigger\":null,\"cause\":\"republish\"") ?? false)
        #expect(lines.contains { $0.hasPrefix("similarItems i ") })
    }

    @Test func everyCountsTheEventsOfTheProfile() {
        let maker = EventMaker()
        let publication = PublicationTests.publication {
            $0.conflate = false
            $0.every = 3
        }
        let acts = (0..<10).map { Act(type: .click, user: "u", item: "i\($0)", time: 1000 + Int64($0), id: "\($0)") }
        let lists = StateTests.batch(publication, acts[...], maker).filter { $0.hasPrefix("recommendations") }
        #expect(lists.count == 3)
        #expect(lists[0].contains("\"offset\":1002,"))
    }

    @Test func identifySendsATombstoneForTheVisitorAndAListForTheUser() {
        let maker = EventMaker()
        let publication = PublicationTests.publication { _ in }
        _ = StateTests.batch(publication, [Act(type: .click, user: "v", item: "i", time: 1000, id: "a")], maker)
        let lines = StateTests.batch(publication, [Act(type: .identify, user: "u", time: 1001, visitor: "v", id: "b")], maker)
        #expect(lines.contains("recommendations v tombstone"))
        #expect(lines.contains { $0.hasPrefix("recommendations u {\"user_id\":\"u\"") })
        let later = StateTests.batch(publication, [Act(type: .click, user: "v", item: "j", time: 1002, id: "c")], maker)
        #expect(later.contains { $0.hasPrefix("recommendations u ") } && !later.contains { $0.hasPrefix("recommendations v ") })
    }

    @Test func withoutConsentNothingIsKeptOrSentButPopularity() {
        let maker = EventMaker()
        let publication = PublicationTests.publication { _ in }
        let act = Act(type: .click, user: "private", item: "i", time: 1000, id: "a", consent: false)
        #expect(StateTests.batch(publication, [act], maker).isEmpty)
        #expect(publication.engine.userNumber(maker.view("private")) == nil)
        #expect(publication.engine.signals.popularity.leaders.count == 1)
        #expect(publication.itemCountsByID().isEmpty)
    }

    @Test func removalsReturnsAndImpressionsAreNotFollowedByLists() {
        let maker = EventMaker()
        let publication = PublicationTests.publication { $0.conflate = false }
        for type in [EventType.removeFromCart, .return, .impression] {
            let lines = StateTests.batch(publication, [Act(type: type, user: "u", item: "i", time: 1000, id: "\(type)")], maker)
            #expect(!lines.contains { $0.hasPrefix("recommendations") })
        }
    }

    @Test func inspectShowsWhatIsKept() {
        let maker = EventMaker()
        let publication = PublicationTests.publication { _ in }
        let acts = [
            Act(type: .click, user: "u", item: "a", time: 1000, id: "1"), Act(type: .purchase, user: "u", item: "b", time: 1001, id: "2"),
            Act(type: .identify, user: "u", time: 1002, visitor: "v", id: "3"),
        ]
        _ = StateTests.batch(publication, acts[...], maker)
        let bytes = ByteBuffer()
        #expect(publication.appendItem(maker.view("a"), into: bytes))
        #expect(bytes.view.text.hasPrefix("{\"item_id\":\"a\",\"count\":1,\"users\":1,"))
        #expect(
            bytes.view.text.contains("\"similar\":[{\"item_id\":\"b\",\"similarity\":") && bytes.view.text.contains("\"next\":[{\"item_id\":\"b\""))
        bytes.removeAll()
        #expect(publication.appendUser(maker.view("v"), into: bytes))
        #expect(bytes.view.text.contains("\"user_id\":\"u\",\"visitor_ids\":[\"v\"],\"events\":3"))
        #expect(!publication.appendItem(maker.view("zzz"), into: bytes))
    }
}

extension String {
    /// The texts that stand between two marks.
    func components(between start: String, and end: String) -> [String] {
        var found: [String] = []
        var rest = self[...]
        while let from = rest.range(of: start) {
            rest = rest[from.upperBound...]
            guard let to = rest.range(of: end) else { break }
            found.append(String(rest[..<to.lowerBound]))
            rest = rest[to.upperBound...]
        }
        return found
    }

    fileprivate func range(of text: String) -> Range<Index>? { self[...].range(of: text) }
}

extension Substring {
    fileprivate func range(of text: String) -> Range<Index>? {
        var from = startIndex
        while from < endIndex {
            if self[from...].hasPrefix(text) { return from..<index(from, offsetBy: text.count) }
            from = index(after: from)
        }
        return nil
    }
}
