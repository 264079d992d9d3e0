import Foundation
import Testing

@testable import FreshetCore

@Suite struct LetterTests {
    private static let scripts: [(String, ClosedRange<UInt32>)] = [
        ("Latin", 0x00c0...0x024f), ("Latin, additional", 0x1e00...0x1eff), ("Greek", 0x0370...0x03ff), ("Greek, extended", 0x1f00...0x1fff),
        ("Cyrillic", 0x0400...0x052f), ("Arabic", 0x0620...0x06ff), ("India", 0x0900...0x0dff), ("Myanmar", 0x1000...0x109f),
        ("Kana", 0x3040...0x30ff), ("Korean", 0xac00...0xd7a3),
    ]
    /// Signs, and letters that old prints have.
    private static let exceptions: Set<UInt32> = [0x0374, 0x03d3, 0x03d4, 0x1e9b, 0x1fbe]

    /// Who types a letter, who copies it from a file name, and who reads it from a database need not have the same scalars.
    @Test(arguments: scripts) func aLetterIsFoundByItsPartsAndAsOne(_ script: String, _ range: ClosedRange<UInt32>) {
        var composed = 0
        var strangers: [String] = []
        for value in range where !LetterTests.exceptions.contains(value) {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let letter = "a \(scalar)b"
            let parts = letter.decomposedStringWithCanonicalMapping
            guard !parts.unicodeScalars.elementsEqual(letter.unicodeScalars) else { continue }
            composed += 1
            let terms = TokenizerTests.terms(letter)
            let isSame = [parts, letter.precomposedStringWithCanonicalMapping].allSatisfy { TokenizerTests.terms($0) == terms }
            if !isSame { strangers.append(String(value, radix: 16)) }
        }
        #expect(composed > 0 && strangers.isEmpty, "\(script): \(strangers)")
    }
}
