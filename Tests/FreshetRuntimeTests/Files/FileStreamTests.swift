import FreshetKernels
import FreshetRuntime
import Testing

@Suite struct FileStreamTests {
    /// Text of `count` bytes that compresses by about half.
    private func text(_ count: Int) -> [UInt8] {
        var generator = SplitMix64(seed: 3)
        return (0..<count).map { _ in UInt8(97 + generator.next(below: 16)) }
    }

    @Test(arguments: Compression.allCases)
    func whatWasWrittenIsRead(_ compression: Compression) throws {
        try withTemporaryFolder { folder in
            for count in [0, 1, 5, 1000, 1 << 18, (1 << 18) + 1, 1_500_000] {
                let bytes = text(count)
                // The name says nothing.
                try write(try compression.compress(bytes), to: folder + "/events.csv")
                #expect(try readAll(folder + "/events.csv") == bytes, "\(count) bytes")
            }
        }
    }

    @Test(arguments: [Compression.gzip, .zstandard])
    func severalPartsAreReadAsOne(_ compression: Compression) throws {
        try withTemporaryFolder { folder in
            let parts = [text(300_000), [], text(5)]
            try write(try parts.flatMap { try compression.compress($0) }, to: folder + "/a")
            #expect(try readAll(folder + "/a") == parts.flatMap { $0 })
        }
    }

    @Test(arguments: [Compression.gzip, .zstandard])
    func aFileThatWasCutIsNamed(_ compression: Compression) throws {
        try withTemporaryFolder { folder in
            let whole = try compression.compress(text(400_000))
            for count in [5, 100, whole.count / 2, whole.count - 1] {
                try write(Array(whole.prefix(count)), to: folder + "/a.gz")
                #expect { try readAll(folder + "/a.gz") } throws: {
                    "\($0)" == "\(folder)/a.gz: it ends in the middle of its data: it was cut off"
                }
            }
        }
    }

    @Test(arguments: [Compression.gzip, .zstandard])
    func aFileThatWasChangedIsNeverReadAsItWas(_ compression: Compression) throws {
        try withTemporaryFolder { folder in
            var whole = try compression.compress(text(400_000))
            whole[whole.count / 2] ^= 0x55
            whole[whole.count / 2 + 1] ^= 0x55
            try write(whole, to: folder + "/a")
            #expect { try readAll(folder + "/a") } throws: { ($0 as? FileError)?.code == .damaged }
        }
    }

    @Test func aFileThatIsNotThereIsNamed() {
        #expect(throws: FileError(.unusable, path: "/nowhere", message: "cannot open it: No such file or directory")) { try readAll("/nowhere") }
    }

    @Test func aFolderIsNoFile() throws {
        #expect { try readAll("/tmp") } throws: { ($0 as? FileError)?.message == "cannot read it: Is a directory" }
    }
}
