import FreshetKernels
import Testing

@testable import FreshetCore

@Suite struct UsersTests {
    private let maker = EventMaker()

    private func add(_ id: String, at time: Int64, to users: Users) -> UInt32 { users.add(maker.view(id), at: EventTime(milliseconds: time)) }

    private func oldest(_ users: Users, except kept: UInt32? = nil) -> String? { users.oldestProfile(except: kept).map { users.ids[$0].text } }

    @Test func theOldestProfileIsThatOfTheOldestLastEventOtherThanTheOneKept() {
        let users = Users()
        let b = add("b", at: 5, to: users)
        let a = add("a", at: 5, to: users)
        _ = add("c", at: 3, to: users)
        #expect(oldest(users) == "c")
        users[users.ids.number(of: "c") ?? 0].lastEvent = EventTime(milliseconds: 9)
        #expect(oldest(users) == "a", "ties by id")
        #expect(oldest(users, except: a) == "b" && oldest(users, except: b) == "a")
        #expect(oldest(users) == "a", "who was kept is in the order again")
    }

    @Test func anAliasLeavesWithItsUserOnly() {
        let users = Users()
        let visitor = add("v", at: 1, to: users)
        let user = add("u", at: 2, to: users)
        users.makeAlias(visitor, of: user)
        #expect(oldest(users) == "u" && oldest(users, except: user) == nil)
        #expect(users[visitor].isAlias && !users[user].isAlias && users[user].visitors.count == 1)
    }

    @Test func aNumberThatIsFreeAgainStartsWithAnEmptyProfile() {
        let users = Users()
        let first = add("first", at: 1, to: users)
        users[first].history.append(HistoryEntry(item: 3))
        users[first].events = 7
        users.remove(first)
        let second = add("second", at: 2, to: users)
        #expect(second == first, "the smallest free number")
        #expect(users[second].history.isEmpty && users[second].events == 0 && users[second].nextExpiry.milliseconds == .max)
    }

    @Test func restoredProfilesLeaveInTheSameOrder() {
        var random = SplitMix64(seed: 1)
        let users = Users()
        for number in 0..<50 { _ = add("u\(number)", at: Int64(random.next(below: 10)), to: users) }
        let restored = Users()
        for number in (UInt32(0)..<50).reversed() {
            var row = UserRow()
            row.lastEvent = users[number].lastEvent
            #expect(restored.restore(users.ids[number], as: number, row))
        }
        #expect(!restored.restore(users.ids[3], as: 60, UserRow()), "an id stands in one row")
        restored.finishRestore()
        while let next = users.oldestProfile(except: nil) {
            #expect(restored.oldestProfile(except: nil) == next)
            users.remove(next)
            restored.remove(next)
        }
        #expect(restored.ids.count == 0)
    }
}
