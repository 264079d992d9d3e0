import FreshetKernels
import Testing

@testable import FreshetCore

@Suite struct EvictionTests {
    /// Last event times by id; the oldest leaves, among equals the first id.
    private struct Reference {
        var limit: Int
        var times: [String: Int64] = [:]

        mutating func note(_ id: String, at time: Int64) {
            if let held = times[id] {
                times[id] = max(held, time)
                return
            }
            if times.count >= limit, let oldest = times.min(by: isOlder) { times[oldest.key] = nil }
            times[id] = time
        }

        private func isOlder(_ left: (key: String, value: Int64), _ right: (key: String, value: Int64)) -> Bool {
            left.value != right.value ? left.value < right.value : left.key.utf8.lexicographicallyPrecedes(right.key.utf8)
        }
    }

    private func log(_ seed: UInt64) -> [Act] {
        var log = RandomLog()
        log.users = 12
        log.items = 20
        log.identities = false
        log.duplicates = false
        log.refusals = false
        return log.acts(300, seed: seed)
    }

    private func ids(_ table: IDTable) -> Set<String> {
        Set((0..<UInt32(table.numbersEnd)).filter { table.contains(number: $0) }.map { table[$0].text })
    }

    @Test func theUserWithTheOldestLastEventLeavesFirst() {
        for seed in UInt64(0)..<40 {
            var settings = smallSettings()
            settings.usersMax = 5
            let acts = log(seed)
            var reference = Reference(limit: 5)
            for act in acts { reference.note(act.user, at: act.time) }
            let (publication, _) = ItemSimilarityTests.run(acts, settings)
            #expect(ids(publication.engine.users.ids) == Set(reference.times.keys), "seed \(seed)")
        }
    }

    @Test func theItemWithTheOldestLastEventLeavesFirst() {
        for seed in UInt64(0)..<40 {
            var settings = smallSettings()
            settings.itemsMax = 7
            let acts = log(seed)
            var reference = Reference(limit: 7)
            for act in acts where act.type.needsItem && act.type != .impression { reference.note(act.item, at: act.time) }
            let (publication, _) = ItemSimilarityTests.run(acts, settings)
            #expect(ids(publication.engine.items.ids) == Set(reference.times.keys), "seed \(seed)")
        }
    }

    @Test func manyItemsLeaveInOneWalk() {
        var settings = smallSettings()
        settings.itemsMax = 640
        let acts = (0..<641).map { Act(type: .click, user: "u\($0 % 9)", item: "i\($0)", time: 10_000 + Int64($0), id: "\($0)") }
        let (publication, _) = ItemSimilarityTests.run(acts, settings)
        // A 64th of the limit leaves at once, then the newcomer is taken up.
        #expect(publication.engine.items.ids.count == 640 - 10 + 1)
        let left = ids(publication.engine.items.ids)
        #expect((0..<10).allSatisfy { !left.contains("i\($0)") } && left.contains("i10") && left.contains("i640"))
    }

    @Test func whatLeftIsInNoHistoryTableOrBoard() {
        for seed in UInt64(0)..<20 {
            var settings = smallSettings()
            settings.itemsMax = 6
            settings.usersMax = 4
            let (publication, _) = ItemSimilarityTests.run(log(seed), settings)
            let engine = publication.engine
            func isHeld(_ item: UInt32) -> Bool { engine.items.ids.contains(number: item) }
            for user in engine.users.rows.indices {
                let row = engine.users.rows[user]
                #expect(row.history.indices.allSatisfy { isHeld(row.history[$0].item) })
                for index in row.sessions.indices {
                    let session = row.sessions[index]
                    #expect((0..<Int(session.count)).allSatisfy { isHeld(session.steps[$0]) })
                }
                if !engine.users.ids.contains(number: UInt32(user)) { #expect(row.history.isEmpty && row.sessions.isEmpty) }
            }
            for item in engine.signals.similarity.rows.indices {
                let pairs = engine.signals.similarity.rows[item].pairs
                #expect((0..<pairs.count).allSatisfy { isHeld(pairs.key($0)) })
                let followers = engine.signals.next.rows[item]
                #expect((0..<followers.count).allSatisfy { isHeld(followers.key($0)) })
                if !isHeld(UInt32(item)) { #expect(pairs.count == 0 && followers.count == 0 && engine.signals.similarity.rows[item].count == 0) }
            }
            #expect(engine.signals.popularity.leaders.indices.allSatisfy { isHeld(engine.signals.popularity.leaders[$0]) })
            let boards = engine.signals.popularity.boards.boards
            for index in boards.indices {
                #expect((0..<boards[index].counts.count).allSatisfy { isHeld(boards[index].counts.key($0)) })
            }
        }
    }

    @Test func anItemThatCameBackStartsAnew() {
        var settings = smallSettings()
        settings.itemsMax = 2
        let names = ["a", "b", "c", "a"]
        let acts = names.enumerated().map { Act(type: .click, user: "u\($0)", item: $1, time: 10_000 + Int64($0), id: "\($0)") }
        let (publication, _) = ItemSimilarityTests.run(acts, settings)
        #expect(publication.itemCountsByID()["a"]?.users == 1)
        #expect(ids(publication.engine.items.ids) == ["a", "c"])
    }

    @Test func aUserThatLeavesTakesItsVisitorsAlong() {
        var settings = smallSettings()
        settings.usersMax = 4
        var acts = [
            Act(type: .click, user: "v1", item: "a", time: 10_000, id: "1"), Act(type: .click, user: "v2", item: "b", time: 10_001, id: "2"),
            Act(type: .identify, user: "u", time: 10_002, visitor: "v1", id: "3"),
            Act(type: .identify, user: "u", time: 10_003, visitor: "v2", id: "4"),
        ]
        for number in 0..<4 { acts.append(Act(type: .click, user: "w\(number)", item: "c", time: 11_000 + Int64(number), id: "w\(number)")) }
        let (publication, _) = ItemSimilarityTests.run(acts, settings)
        #expect(ids(publication.engine.users.ids) == ["w0", "w1", "w2", "w3"])
        #expect(publication.itemCountsByID().keys.sorted() == ["c"])
    }

    @Test func theUserOfAnIdentifyDoesNotLeaveForItsOwnVisitor() {
        var settings = smallSettings()
        settings.usersMax = 2
        let acts = [
            Act(type: .click, user: "u", item: "a", time: 10_000, id: "1"), Act(type: .click, user: "w", item: "b", time: 10_500, id: "2"),
            Act(type: .identify, user: "u", time: 10_001, visitor: "v", id: "3"),
        ]
        let (publication, _) = ItemSimilarityTests.run(acts, settings)
        #expect(ids(publication.engine.users.ids) == ["u", "v"], "w is the oldest of the others")
    }

    @Test func aFullHistoryLosesItsOldestEntryAndTheLastIdAmongEquals() {
        var settings = smallSettings()
        settings.itemSimilarity.historyMax = 3
        let names = ["m", "z", "b", "k"]
        let acts = names.enumerated().map { Act(type: .click, user: "u", item: $1, time: 10_000, id: "\($0)") }
        let (publication, _) = ItemSimilarityTests.run(acts, settings)
        #expect(publication.itemCountsByID().keys.sorted() == ["b", "k", "m"])
    }
}
