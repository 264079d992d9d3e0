import FreshetKernels
import Testing

@testable import FreshetCore

@Suite struct RepublishTests {
    private func batch(_ publication: Publication, _ acts: [Act], _ maker: EventMaker) -> [String] { StateTests.batch(publication, acts[...], maker) }

    private func keys(_ lines: [String], _ topic: String) -> [String] {
        lines.filter { $0.hasPrefix(topic + " ") }.map { String($0.split(separator: " ")[1]) }
    }

    @Test func manyDueListsGoOutInSeveralBatchesTheOldestFirst() {
        let maker = EventMaker()
        let publication = PublicationTests.publication { settings in
            settings.republishAfter = 2000
            settings.similarItems = false
        }
        let users = 2 * PublicationSettings.republishedMax + 50
        let acts = (0..<users).map { Act(type: .search, user: "u\($0)", time: 10_000 + Int64($0), id: "\($0)") }
        #expect(keys(batch(publication, acts, maker), "recommendations").count == users)
        var again: [String] = []
        for round in 0..<4 {
            let act = Act(type: .search, user: "clock", time: 20_000 + Int64(round), id: "clock\(round)")
            let due = keys(batch(publication, [act], maker), "recommendations").filter { $0 != "clock" }
            #expect(due.count == [PublicationSettings.republishedMax, PublicationSettings.republishedMax, 50, 0][round], "batch \(round)")
            again += due
        }
        #expect(again == (0..<users).map { "u\($0)" })
    }

    @Test func aListThatChangedMeanwhileIsNotDueAtItsOldTime() {
        let maker = EventMaker()
        let publication = PublicationTests.publication { $0.republishAfter = 2000 }
        _ = batch(publication, [Act(type: .click, user: "u", item: "a", time: 10_000, id: "1")], maker)
        #expect(keys(batch(publication, [Act(type: .click, user: "u", item: "b", time: 11_500, id: "2")], maker), "recommendations") == ["u"])
        #expect(!keys(batch(publication, [Act(type: .search, user: "w", time: 12_500, id: "3")], maker), "recommendations").contains("u"))
        #expect(keys(batch(publication, [Act(type: .search, user: "w", time: 13_500, id: "4")], maker), "recommendations").contains("u"))
    }

    @Test func usersWhoLeftAreNotDue() {
        let maker = EventMaker()
        var engine = smallSettings()
        engine.usersMax = 1
        var settings = PublicationSettings()
        settings.republishAfter = 2000
        let publication = Publication(engine: Engine(settings: engine), settings: settings)
        _ = batch(publication, [Act(type: .click, user: "gone", item: "a", time: 10_000, id: "1")], maker)
        let lines = batch(publication, [Act(type: .click, user: "here", item: "a", time: 20_000, id: "2")], maker)
        #expect(keys(lines, "recommendations") == ["here"])
    }

    /// With conflation the record of an item goes out once a look, and only where its neighbours or their order changed.
    @Test func similarItemsFollowWhatChangedInTheBatch() {
        for seed in UInt64(0)..<30 {
            let maker = EventMaker()
            let publication = PublicationTests.publication { $0.recommendations = false }
            let engine = publication.engine
            let acts = RandomLog().acts(200, seed: seed)
            var published: [String: [String]] = [:]
            // The last batch has no event: it looks at what is left.
            for at in stride(from: 0, through: acts.count, by: 20) {
                let written = keys(batch(publication, Array(acts[at..<min(at + 20, acts.count)]), maker), "similarItems")
                #expect(Set(written).count == written.count, "once a batch")
                for item in (0..<UInt32(engine.items.ids.numbersEnd)).filter({ engine.items.ids.contains(number: $0) }) {
                    let similar = engine.signals.similarity.similar(to: item, limit: 5)
                    let names = similar.indices.map { engine.itemID(similar[$0].number).text }
                    let name = engine.itemID(item).text
                    if written.contains(name) {
                        #expect(published[name] != names, "seed \(seed), batch at \(at): \(name) did not change")
                        published[name] = names
                    }
                }
            }
            // An item whose neighbours' own counts moved may stand in an older order; its neighbours are those that it has.
            for (name, names) in published {
                guard let item = engine.item(name) else { continue }
                let similar = engine.signals.similarity.similar(to: item, limit: 1000)
                let now = Set(similar.indices.map { engine.itemID(similar[$0].number).text })
                #expect(now.count > 5 || Set(names) == now, "seed \(seed), \(name)")
            }
        }
    }

    @Test func outputsThatAreOffAreNotMade() {
        for (lists, similar) in [(true, false), (false, true), (false, false)] {
            let maker = EventMaker()
            let publication = PublicationTests.publication { settings in
                settings.recommendations = lists
                settings.similarItems = similar
            }
            let acts = ["a", "b", "a"].enumerated().map { Act(type: .click, user: "u", item: $1, time: 10_000 + Int64($0), id: "\($0)") }
            let lines = batch(publication, acts, maker)
            #expect(lines.contains { $0.hasPrefix("recommendations") } == lists && lines.contains { $0.hasPrefix("similarItems") } == similar)
            #expect(lists || publication.listsMade == 0, "what nobody reads is not computed")
        }
    }
}
