import FreshetKernels
import Testing

@testable import FreshetCore

@Suite struct InspectTests {
    private func shop(_ seed: UInt64) -> Publication {
        let publication = PublicationTests.publication { _ in }
        _ = StateTests.batch(publication, RandomLog().acts(200, seed: seed)[...], EventMaker())
        return publication
    }

    private func read(_ body: (ByteBuffer) -> Void) throws -> JSONValue {
        let bytes = ByteBuffer()
        body(bytes)
        return try JSONValue(bytes.view)
    }

    private func text(_ time: EventTime) -> String {
        let bytes = ByteBuffer()
        bytes.append(rfc3339: time)
        return bytes.view.text
    }

    @Test func aUserShowsEveryEntryOfItsHistoryAndEverySession() throws {
        var entries = 0
        for seed in UInt64(0)..<10 {
            let publication = shop(seed)
            let engine = publication.engine
            for user in profiles(engine) {
                let row = engine.users[user]
                let tree = try read { #expect(publication.appendUser(engine.userID(user), into: $0)) }
                #expect(tree["user_id"]?.string == engine.userID(user).text && tree["events"]?.integer == Int64(row.events))
                #expect(tree["last_event"]?.string == text(row.lastEvent))
                #expect(tree["visitor_ids"]?.elements?.compactMap(\.string) == row.visitors.indices.map { engine.userID(row.visitors[$0]).text })
                let history = tree["history"]?.elements ?? []
                #expect(history.count == row.history.count)
                for (entry, shown) in zip(row.history.indices.map { row.history[$0] }, history) {
                    #expect(shown["item_id"]?.string == engine.itemID(entry.item).text)
                    #expect(shown["count"]?.integer == Int64(entry.count) && shown["rating"]?.integer == Int64(entry.share.rating))
                    let times = [
                        ("click", entry.click), ("cart", entry.cart), ("purchase", entry.purchase), ("remove_from_cart", entry.removal),
                        ("return", entry.giveback),
                    ]
                    for (name, time) in times { #expect(shown[name]?.string == (time == .never ? nil : text(time)), "\(name)") }
                    entries += 1
                }
                let searches = tree["searches"]?.elements ?? []
                #expect(searches.map { $0["words"]?.string } == row.searches.indices.map { row.searches[$0].words.view.text })
                #expect(searches.map { $0["time"]?.string } == row.searches.indices.map { text(row.searches[$0].time) })
                #expect(tree["segment"]?.string ?? "" == row.segment.view.text)
                let sessions = tree["sessions"]?.elements ?? []
                #expect(sessions.count == row.sessions.count)
                for (session, shown) in zip(row.sessions.indices.map { row.sessions[$0] }, sessions) {
                    let steps = (0..<Int(session.count)).map { engine.itemID(session.steps[$0]).text }
                    #expect(shown["items"]?.elements?.compactMap(\.string) == steps && shown["last_event"]?.string == text(session.last))
                }
            }
        }
        #expect(entries > 200)
    }

    @Test func anItemShowsItsCountsItsNeighboursAndWhatFollowsIt() throws {
        for seed in UInt64(0)..<10 {
            let publication = shop(seed)
            let engine = publication.engine
            for item in (0..<UInt32(engine.items.ids.numbersEnd)).filter({ engine.items.ids.contains(number: $0) }) {
                let tree = try read { #expect(publication.appendItem(engine.itemID(item), into: $0)) }
                let row = engine.signals.similarity.rows[Int(item)]
                #expect(tree["count"]?.integer == row.count && tree["users"]?.integer == Int64(row.users))
                #expect(tree["last_event"]?.string == text(engine.items.lastEvent(item)))
                let counts = engine.signals.popularity.counts(item, at: engine.now)
                #expect(tree["popularity"]?["short"]?.number == counts.short && tree["popularity"]?["long"]?.number == counts.long)
                let similar = tree["similar"]?.elements ?? []
                let similarities = similar.compactMap { $0["similarity"]?.number }
                #expect(similarities.count == similar.count && similarities == similarities.sorted(by: >))
                for neighbour in similar {
                    let name = neighbour["item_id"]?.string ?? ""
                    guard let number = engine.item(name), let cell = engine.signals.similarity.cell(item, number) else {
                        Issue.record("\(name) is no neighbour")
                        continue
                    }
                    #expect(neighbour["count"]?.integer == Int64(cell.count) && neighbour["users"]?.integer == Int64(cell.users))
                    let links = ["click_to_buy", "cart_to_purchase", "purchase_to_purchase", "click_to_click"].map {
                        neighbour["links"]?[$0]?.integer
                    }
                    #expect(links == [cell.clickToBuy, cell.cartToPurchase, cell.purchaseToPurchase, cell.clickToClick].map { Int64($0) })
                }
                let shares = (tree["next"]?.elements ?? []).compactMap { $0["share"]?.number }
                #expect(shares.isEmpty || abs(shares.reduce(0, +) - 1) < 1e-9)
            }
        }
    }

    @Test func aStrangerGetsTheColdListAndIsSaidToBeOne() throws {
        let publication = shop(1)
        let maker = EventMaker()
        let stranger = try read { publication.appendRecommendations(for: maker.view("nobody\"s"), limit: 3, into: $0) }
        #expect(stranger["user_id"]?.string == "nobody\"s" && stranger["known"]?.bool == false && stranger["rung"]?.string == "popular")
        #expect(stranger["items"]?.elements?.count == 3)
        let known = try read { publication.appendRecommendations(for: maker.view("u1"), limit: 3, into: $0) }
        #expect(known["known"]?.bool == true && known["rung"]?.string == "history")
    }

    @Test func whatIsUnknownIsNotShown() {
        let publication = shop(1)
        let bytes = ByteBuffer()
        let maker = EventMaker()
        #expect(!publication.appendUser(maker.view("nobody"), into: bytes))
        #expect(!publication.appendItem(maker.view("nothing"), into: bytes))
        #expect(bytes.count == 0)
    }

    @Test func sizesAreThoseOfTheTables() {
        let publication = shop(3)
        let engine = publication.engine
        let counts = Dictionary(uniqueKeysWithValues: publication.counts.map { ($0.name.description, $0.value) })
        #expect(counts["users"] == engine.users.ids.count && counts["items"] == engine.items.ids.count)
        #expect(counts["pairs"] == publication.pairsByID().count)
        #expect(counts["events_applied"] == Int(engine.eventsApplied) && counts["events_late"] == Int(engine.eventsLate))
        #expect(counts["dedup"] == Int(engine.eventsApplied), "each applied event left its id")
        #expect(counts["pairs_evicted"] == 0 && counts["followers_evicted"] == 0)
    }

    @Test func memoryIsCountedByWhatItIsFor() {
        let empty = PublicationTests.publication { _ in }.memoryUse
        let use = shop(3).memoryUse
        #expect(use.total == use.users + use.items + use.pairs + use.followers + use.boards + use.dedup + use.catalogue)
        #expect(use.users > empty.users && use.items > empty.items && use.pairs > empty.pairs && use.followers > empty.followers)
        #expect(use.pairs >= shop(3).pairsByID().count * MemoryLayout<PairCell>.stride)
    }
}
