import FreshetKernels
import Testing

@testable import FreshetRuntime

@Suite struct AuthenticatedCipherTests {
    /// One of the published vectors; all in hexadecimal digits.
    struct Vector: Sendable, CustomTestStringConvertible {
        var key: String
        var nonce: String
        var label: String
        var text: String
        var sealed: String
        var testDescription: String { "\(text.utf8.count / 2) bytes" }
    }

    /// McGrew and Viega, "The Galois/Counter Mode of Operation", appendix B, test cases 13, 14 and 16: cipher and tag.
    static let vectors = [
        Vector(
            key: String(repeating: "0", count: 64), nonce: String(repeating: "0", count: 24), label: "", text: "",
            sealed: "530f8afbc74536b9a963b4f1c4cb738b"),
        Vector(
            key: String(repeating: "0", count: 64), nonce: String(repeating: "0", count: 24), label: "", text: String(repeating: "0", count: 32),
            sealed: "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"),
        Vector(
            key: "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", nonce: "cafebabefacedbaddecaf888",
            label: "feedfacedeadbeeffeedfacedeadbeefabaddad2",
            text: "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
            sealed: "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                + "76fc6ece0f4e1768cddf8853bb2d551b"),
    ]

    private func bytes(_ digits: String) -> [UInt8] {
        let digits = Array(digits)
        return stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
    }

    @Test(arguments: vectors) func isAES256GCM(_ vector: Vector) {
        let cipher = AuthenticatedCipher(key: bytes(vector.key))
        // Twice: a text leaves nothing behind that the next one would meet.
        for _ in 0..<2 {
            let sealed = cipher.sealed(bytes(vector.text), under: bytes(vector.nonce), as: bytes(vector.label))
            #expect(sealed == bytes(vector.nonce + vector.sealed))
            #expect(cipher.opened(sealed, as: bytes(vector.label)) == bytes(vector.text))
            #expect(cipher.opened(sealed, as: bytes(vector.label) + [0]) == nil)
        }
    }

    @Test func randomBytesDiffer() throws {
        let drawn = try (0..<100).map { _ in try RandomBytes.draw(32) }
        #expect(Set(drawn).count == 100 && drawn.allSatisfy { $0.count == 32 })
    }
}
