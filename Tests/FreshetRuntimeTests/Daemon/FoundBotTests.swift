import FreshetCore
import FreshetRuntime
import Testing

@Suite struct FoundBotTests {
    /// Each of these users looks at ten new items, and six make a bot.
    private func shop(_ users: [String]) -> TestShop {
        let shop = TestShop()
        shop.engine.bots.itemsPerDayMax = 5
        for item in 0..<10 {
            for (number, user) in users.enumerated() {
                shop.append("clicks", user: user, item: "i\(item)", at: Int64(item) * 1_234 + Int64(number))
            }
        }
        return shop
    }

    private func told(by shop: TestShop) throws -> [String] {
        var told: [String] = []
        shop.observer.onNotice = { notice in
            guard case .foundBot(let bot) = notice else { return }
            #expect(notice.isWarning && bot.reason == .breadth)
            told.append(notice.description)
        }
        try shop.run()
        return told
    }

    @Test func whoIsTakenForABotIsNamedOnceWithTheReason() throws {
        let shop = shop(["terminal"])
        let first = try told(by: shop)
        #expect(first.count == 1 && first[0].hasPrefix("the user terminal is taken for a bot (breadth)"), "\(first)")
        // What a catch-up applies again was told before.
        shop.store = MemoryStore()
        shop.adjust = { $0.isRebuild = true }
        #expect(try told(by: shop) == [])
        // It is known for one.
        shop.adjust = { _ in }
        shop.append("clicks", user: "terminal", item: "more", at: 20_000)
        #expect(try told(by: shop) == [])
    }

    @Test func ofManyOneIsNamedInTenSeconds() throws {
        #expect(try told(by: shop((0..<40).map { "u\($0)" })).count == 1)
    }

    @Test func underPseudonymsNobodyIsNamed() throws {
        let shop = shop(["terminal"])
        shop.adjust = { $0.pseudonyms = Pseudonyms(for: .deadLetters, key: testKey().key) }
        let told = try told(by: shop)
        #expect(told.count == 1 && told[0].hasPrefix("a user is taken for a bot (breadth)") && !told[0].contains("terminal"), "\(told)")
    }
}
