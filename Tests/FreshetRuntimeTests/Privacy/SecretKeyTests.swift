import FreshetKernels
import FreshetRuntime
import Glibc
import Testing

@Suite struct SecretKeyTests {
    private static let digits = "00112233445566778899aabbccddeeff0123456789abcdefFEDCBA9876543210"
    private static let bytes: [UInt8] = [
        0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff,
        0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32, 0x10,
    ]

    @Test func bytesAndDigitsAreTheSameKey() throws {
        let key = try #require(SecretKey(SecretKeyTests.bytes))
        for end in ["", "\n", "\r\n"] { #expect(SecretKey(Array((SecretKeyTests.digits + end).utf8)) == key) }
    }

    @Test func everyByteOfAKeyCounts() throws {
        var keys: [SecretKey] = []
        for place in SecretKeyTests.bytes.indices {
            var other = SecretKeyTests.bytes
            other[place] ^= 0x80
            keys.append(try #require(SecretKey(other)))
        }
        for (number, key) in keys.enumerated() { #expect(keys.dropFirst(number + 1).allSatisfy { $0 != key }) }
    }

    @Test(arguments: [
        "", "\n", String(digits.prefix(32)), String(digits.prefix(63)), digits + "0", digits + " ", String(digits.dropLast()) + "g", "secret",
    ])
    func whatIsNoKeyIsNotTakenForOne(_ text: String) {
        #expect(SecretKey(Array(text.utf8)) == nil)
    }

    @Test func anyThirtyTwoRandomBytesAreAKey() {
        var random = SplitMix64(seed: 3)
        for _ in 0..<1_000 { #expect(SecretKey((0..<32).map { _ in UInt8(truncatingIfNeeded: random.next()) }) != nil) }
    }

    @Test func aFileIsReadAndItsKeyNeverPrinted() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/key"
            try write(SecretKeyTests.digits + "\n", to: path)
            let file = try KeyFile(reading: path)
            #expect(file == KeyFile(path: path, key: try #require(SecretKey(SecretKeyTests.bytes))))
            var printed = "\(file) \(file.key) \(String(reflecting: file))"
            dump(file, to: &printed)
            #expect(printed.contains("***") && !printed.contains("17, 34") && !printed.contains("112233"), "\(printed)")
        }
    }

    @Test(
        arguments: [
            (0o600, true), (0o400, true), (0o640, true), (0o644, false), (0o660, false), (0o604, false), (0o777, false),
        ] as [(mode_t, Bool)])
    func aFileThatOthersMayUseIsRefused(_ mode: mode_t, _ isTaken: Bool) throws {
        try withTemporaryFolder { folder in
            let path = folder + "/key"
            try write(SecretKeyTests.bytes, to: path)
            #expect(chmod(path, mode) == 0)
            do throws(FileError) {
                _ = try KeyFile(reading: path)
                #expect(isTaken)
            } catch {
                let words = "others may use it (mode \(String(mode, radix: 8))): chmod 600 it, or 640 where a group must read it"
                #expect(!isTaken && error.description == "\(path): \(words)")
            }
        }
    }

    @Test func aFileWithoutAKeySaysHowToMakeOne() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/key"
            try write("hunter2", to: path)
            let error = #expect(throws: FileError.self) { try KeyFile(reading: path) }
            #expect(error?.message.hasPrefix("it holds 7 bytes that are no key: write 32 random bytes, as by ") == true)
            #expect(error?.message.contains("hunter2") == false)
            let missing = #expect(throws: FileError.self) { try KeyFile(reading: folder + "/none") }
            #expect(missing?.description == "\(folder)/none: cannot open it: No such file or directory")
        }
    }
}
