import FreshetRuntime
import Testing

/// A daemon whose state on the disk was damaged between two runs.
@Suite struct DamagedStateTests {
    /// Runs with the state in `folder`, as `freshet run` does, and answers the digests.
    private func run(_ shop: TestShop, in folder: String, isRebuild: Bool = false) throws -> [String] {
        let store = try SQLiteStore(folder: folder, opening: isRebuild ? .anew : .existingOrNew)
        defer { store.close() }
        shop.disk = store
        shop.adjust = { $0.isRebuild = isRebuild }
        return try shop.run()
    }

    private func damage(_ path: String, everyBytes step: Int) throws {
        var bytes = try readBytes(path)
        for place in stride(from: step / 2, to: bytes.count, by: step) { bytes[place] ^= 0x10 }
        try write(bytes, to: path)
    }

    /// From a bit in every page to one in nearly every row.
    @Test(arguments: [4_096, 1_000, 100]) func itIsRefusedAndMadeAnewOnTheOperatorsWord(everyBytes: Int) throws {
        let calm = TestShop()
        calm.fill(300)
        calm.fill(100, seed: 2, from: 600_000)
        let digests = try calm.run()
        try withTemporaryFolder { folder in
            let shop = TestShop()
            shop.fill(300)
            _ = try run(shop, in: folder)
            try damage(folder + "/state.sqlite", everyBytes: everyBytes)
            shop.fill(100, seed: 2, from: 600_000)
            let before = shop.committed
            let error = #expect(throws: (any Error).self) { try run(shop, in: folder) }
            #expect("\(error!)".contains("\(folder)/state.sqlite") && "\(error!)".contains("--rebuild"), "\(error!)")
            #expect(shop.committed == before)
            #expect(try run(shop, in: folder, isRebuild: true) == digests)
            #expect(shop.effects == calm.effects)
            #expect(try run(shop, in: folder) == digests)
        }
    }
}
