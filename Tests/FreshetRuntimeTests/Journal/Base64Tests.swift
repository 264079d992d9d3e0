import FreshetKernels
import Foundation
import Testing

@testable import FreshetRuntime

@Suite struct Base64Tests {
    private func text(_ bytes: [UInt8]) -> String {
        let buffer = ByteBuffer()
        bytes.withUnsafeBytes { Base64.write(ByteView($0), to: buffer) }
        return buffer.view.text
    }

    private func read(_ text: String) -> [UInt8]? {
        let buffer = ByteBuffer()
        buffer.append(text: text)
        return Base64.read(buffer.view)
    }

    @Test func bothWaysAgreeWithFoundation() {
        var random = SplitMix64(seed: 9)
        for count in 0..<200 {
            let bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            let expected = Data(bytes).base64EncodedString()
            #expect(text(bytes) == expected && read(expected) == bytes)
        }
    }

    @Test(arguments: ["A", "AA", "AAA", "A===", "====", "AA=A", "AB==", "AAB=", "A*AA", "AA==AAAA", "AAAA "])
    func whatIsNotWrittenSoIsRefused(_ text: String) { #expect(read(text) == nil) }
}
