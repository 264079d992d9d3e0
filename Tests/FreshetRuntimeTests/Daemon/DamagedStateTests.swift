import FreshetKernels
import FreshetRuntime
import Glibc
import Testing

/// A daemon whose state on the disk was damaged between two runs.
@Suite struct DamagedStateTests {
    /// Runs with the state in `folder`, as `freshet run` does, and answers the digests.
    private func run(_ shop: TestShop, in folder: String, _ key: KeyFile?, isRebuild: Bool = false) throws -> [String] {
        let store = try SQLiteStore(folder: folder, opening: isRebuild ? .anew : .existingOrNew, key: key)
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

    /// The state of a daemon that was killed, its newest saves in the write-ahead log, with a bit flipped or the log's end cut off. What of the log
    /// is not as written SQLite leaves out: then the state is an older one, and the journal makes up for it.
    @Test("FAULTS 24: a bit flipped anywhere in the database or its log is found, or has no effect", arguments: [nil, testKey()])
    func noDamageIsTakenForState(_ key: KeyFile?) throws {
        let calm = TestShop()
        calm.fill(150)
        calm.fill(100, seed: 2, from: 600_000)
        let digests = try calm.run()
        try withTemporaryFolder { folder in
            let shop = TestShop()
            shop.fill(150)
            let killed = folder + "/killed"
            _ = try run(shop, in: killed, key)
            shop.fill(100, seed: 2, from: 600_000)
            let store = try SQLiteStore(folder: killed, key: key)
            shop.disk = store
            #expect(try shop.run(killAt: .checkpointSaved, 1))
            var files: [String: [UInt8]] = [:]
            for name in ["state.sqlite", "state.sqlite-wal"] { files[name] = try readBytes("\(killed)/\(name)") }
            store.close()
            _ = try run(shop, in: killed, key)
            let effects = shop.effects
            #expect(mkdir(folder + "/damaged", 0o755) == 0)
            var random = SplitMix64(seed: 24)
            var (refused, loaded) = (0, 0)
            for _ in 0..<300 {
                let name = random.next(below: 2) == 0 ? "state.sqlite" : "state.sqlite-wal"
                var bytes = try #require(files[name])
                if random.next(below: 8) == 0 {
                    bytes.removeLast(random.next(below: bytes.count))
                } else {
                    bytes[random.next(below: bytes.count)] ^= 1 << UInt8(random.next(below: 8))
                }
                for (file, whole) in files { try write(file == name ? bytes : whole, to: "\(folder)/damaged/\(file)") }
                switch Result(catching: { try run(shop, in: folder + "/damaged", key) }) {
                case .success(let found):
                    loaded += 1
                    #expect(found == digests, "\(name)")
                case .failure(let error):
                    refused += 1
                    #expect("\(error)".contains("state.sqlite") && "\(error)".contains("--rebuild"), "\(name): \(error)")
                }
            }
            #expect(refused > 5 && loaded > 100, "\(refused) refused, \(loaded) loaded")
            #expect(shop.effects == effects)
        }
    }

    /// From a bit in every page to one in nearly every row.
    @Test("FAULTS 24: damage is refused, and the state made anew on the operator's word", arguments: [4_096, 1_000, 100], [nil, testKey()])
    func itIsRefusedAndMadeAnewOnTheOperatorsWord(everyBytes: Int, _ key: KeyFile?) throws {
        let calm = TestShop()
        calm.fill(300)
        calm.fill(100, seed: 2, from: 600_000)
        let digests = try calm.run()
        try withTemporaryFolder { folder in
            let shop = TestShop()
            shop.fill(300)
            _ = try run(shop, in: folder, key)
            try damage(folder + "/state.sqlite", everyBytes: everyBytes)
            shop.fill(100, seed: 2, from: 600_000)
            let before = shop.committed
            let error = #expect(throws: (any Error).self) { try run(shop, in: folder, key) }
            #expect("\(error!)".contains("\(folder)/state.sqlite") && "\(error!)".contains("--rebuild"), "\(error!)")
            #expect(shop.committed == before)
            #expect(try run(shop, in: folder, key, isRebuild: true) == digests)
            #expect(shop.effects == calm.effects)
            #expect(try run(shop, in: folder, key) == digests)
        }
    }
}
