import FreshetRuntime
import Glibc
import Testing

/// A daemon whose state is sealed: what a kill leaves on the disk, and what comes of it.
@Suite struct SealedStateTests {
    private static let words = ["shopper-anna-", "gift-for-somebody-", "carts", "clicks"]

    private func shop() -> TestShop {
        let shop = TestShop()
        for number in 0..<300 {
            let (user, item) = ("shopper-anna-\(number % 12)", "gift-for-somebody-\(number * 7 % 10)")
            shop.append("clicks", Int32(number % 2), user: user, item: item, at: Int64(number) * 1_000)
            if number % 9 == 0 { shop.append("carts", user: user, item: item, at: Int64(number) * 1_000 + 1) }
        }
        return shop
    }

    /// Kills in the midst of a first save, of a checkpoint that the store has a part of, behind one, and between two.
    @Test(
        arguments: [
            (.startSaved, 1), (.checkpointBegun, 1), (.collected, 8), (.checkpointEncoded, 2), (.checkpointSaved, 2), (.committed, 14),
        ] as [(DaemonStep, Int)])
    func aKillLeavesNeitherATraceNorAnId(_ step: DaemonStep, _ count: Int) throws {
        let calm = shop()
        let digests = try calm.run()
        try withTemporaryFolder { folder in
            let shop = shop()
            let store = try SQLiteStore(folder: folder + "/killed", key: testKey())
            shop.disk = store
            #expect(try shop.run(killAt: step, count))
            let left = folder + "/left"
            #expect(mkdir(left, 0o755) == 0)
            for name in fileNames(in: folder + "/killed") { try write(readBytes("\(folder)/killed/\(name)"), to: "\(left)/\(name)") }
            store.close()
            #expect(fileNames(in: left).contains { $0.hasPrefix("state.sqlite") })
            #expect(try wordsLyingOpen(SealedStateTests.words, in: left).isEmpty)
            let again = try SQLiteStore(folder: left, key: testKey())
            shop.disk = again
            #expect(try shop.run() == digests)
            again.close()
            #expect(shop.effects == calm.effects)
            #expect(try wordsLyingOpen(SealedStateTests.words, in: left).isEmpty)
        }
    }

    @Test func theSearchFindsWhatAPlainStateHolds() throws {
        try withTemporaryFolder { folder in
            let shop = shop()
            let store = try SQLiteStore(folder: folder)
            shop.disk = store
            _ = try shop.run()
            store.close()
            #expect(try wordsLyingOpen(SealedStateTests.words, in: folder) == Set(SealedStateTests.words))
        }
    }

    @Test func aStartWithTheWrongKeyLosesNothing() throws {
        let calm = shop()
        let digests = try calm.run()
        try withTemporaryFolder { folder in
            let shop = shop()
            let store = try SQLiteStore(folder: folder, key: testKey())
            shop.disk = store
            #expect(try shop.run(killAt: .committed, 9))
            store.close()
            for wrong in [nil, testKey(1)] {
                #expect { try SQLiteStore(folder: folder, key: wrong) } throws: { ($0 as? StoreError)?.code == .key }
            }
            let again = try SQLiteStore(folder: folder, key: testKey())
            shop.disk = again
            #expect(try shop.run() == digests)
            #expect(shop.effects == calm.effects)
            again.close()
        }
    }
}
