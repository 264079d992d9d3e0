import FreshetKernels
import FreshetRuntime
import Testing

@Suite struct DigestTests {
    /// FIPS 180-2, appendix B, and the empty text.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"),
    ])
    func isSHA256(_ text: String, _ hexadecimal: String) {
        #expect(Digest.hexadecimal(of: text) == hexadecimal)
    }

    @Test func aMillionLettersInPiecesAreOneText() {
        let digest = Digest()
        var left = 1_000_000
        var random = SplitMix64(seed: 1)
        while left > 0 {
            let count = min(left, 1 + random.next(below: 20_000))
            digest.update(String(repeating: "a", count: count))
            left -= count
        }
        #expect(digest.finish() == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test func bytesAndTextAreTheSame() {
        let text = "é\u{0}😀"
        let bytes = Digest()
        Array(text.utf8).withUnsafeBytes { bytes.update(ByteView($0)) }
        #expect(bytes.finish() == Digest.hexadecimal(of: text))
        let empty = Digest()
        empty.update(ByteView.empty)
        #expect(empty.finish() == Digest.hexadecimal(of: ""))
    }
}
