import FreshetKernels
import Testing

@testable import FreshetCore

@Suite struct TokenizerTests {
    static func terms(_ text: String, _ runs: Tokenizer.Runs = .trigrams) -> [String] {
        var terms: [String] = []
        Tokenizer().forEachTerm(of: text, runs) { terms.append($0.text) }
        return terms
    }

    @Test(arguments: [
        ("Green TEA, 100g!", ["green", "tea", "100g"]),
        ("  ", []), ("", []), ("...", []), ("don't", ["don", "t"]), ("a-b_c", ["a", "b", "c"]),
        ("Café CRÈME brûlée", ["cafe", "creme", "brulee"]),
        ("cafe\u{301} naïve Ångström Łódź Đà Nẵng", ["cafe", "naive", "angstrom", "lodz", "da", "nang"]),
        ("Straße ŒUVRE", ["straße", "œuvre"]),
        ("İSTANBUL", ["istanbul"]),
        ("ЧАЙ Зелёный Йогурт", ["чай", "зелёный", "йогурт"]),
        ("ЧА\u{418}\u{306} зел\u{435}\u{308}ный", ["чай", "зелёный"]), ("за\u{301}мок", ["замок"]),
        ("ΟΔΟΣ οδος Οδός Οδο\u{301}ς", ["οδοσ", "οδοσ", "οδοσ", "οδοσ"]), ("Ὄνομα ΐ ᾳ ΰ", ["ονομα", "ι", "α", "υ"]),
        ("شاي أخضر", ["شاي", "أخضر"]),
        ("شَايٌ", ["شاي"]),
        ("תֵּה יָרוֹק", ["תה", "ירוק"]),
        ("हरी चाय", ["हरी", "चाय"]),
        ("녹차 세트", ["녹차", "세트"]), ("\u{1102}\u{1169}\u{11a8}\u{110e}\u{1161}", ["녹차"]),
        ("ＡＢＣ１２３", ["abc123"]),
    ])
    func scriptsWithBlanksGiveFoldedWords(_ text: String, _ expected: [String]) { #expect(TokenizerTests.terms(text) == expected) }

    @Test(arguments: [
        ("茶", ["茶"]), ("緑茶", ["緑茶"]), ("緑茶セット", ["緑茶セ", "茶セッ", "セット"]), ("緑茶・紅茶", ["緑茶", "紅茶"]),
        ("绿茶，红茶", ["绿茶", "红茶"]), ("500g入り", ["500g", "入り"]), ("緑茶 tea 緑茶", ["緑茶", "tea", "緑茶"]),
        ("ชาเขียว", ["ชาเ", "าเข", "เขี", "ขีย", "ียว"]), ("ラーメン", ["ラーメ", "ーメン"]), ("𠮷野家", ["𠮷野家"]),
        ("か\u{3099}く", ["がく"]), ("ハ\u{309a}ンツ", ["パンツ"]), ("ウ\u{3099}", ["ヴ"]),
        ("ຊາຂຽວ", ["ຊາຂ", "າຂຽ", "ຂຽວ"]),
    ])
    func scriptsWithoutBlanksGivePiecesOfThree(_ text: String, _ expected: [String]) { #expect(TokenizerTests.terms(text) == expected) }

    @Test func whatIsSaidOfItemsIsCutIntoShorterPiecesToo() {
        #expect(TokenizerTests.terms("緑茶セ tea", .pieces) == ["緑茶セ", "緑茶", "茶セ", "緑", "茶", "セ", "tea"])
        #expect(TokenizerTests.terms("茶", .pieces) == ["茶"])
        // Whatever stands in a record is found by a search for any part of it.
        let record = Set(TokenizerTests.terms("有機緑茶セット", .pieces))
        let letters = Array("有機緑茶セット".unicodeScalars)
        for start in letters.indices {
            for end in start..<letters.count {
                var part = String.UnicodeScalarView()
                part.append(contentsOf: letters[start...end])
                #expect(record.isSuperset(of: TokenizerTests.terms(String(part))))
            }
        }
    }

    @Test(arguments: [
        ("🍵", ["🍵"]), ("tea🍵🍵", ["tea", "🍵", "🍵"]),
        ("\u{2615}\u{fe0f} \u{2764}\u{fe0f}", ["\u{2615}", "\u{2764}"]), ("👍🏽", ["👍"]), ("👨‍👩‍👧", ["👨", "👩", "👧"]), ("1️⃣", ["1"]),
        ("🇯🇵🇩🇪 🇫", ["🇯🇵", "🇩🇪", "🇫"]), ("a🇯🇵b", ["a", "🇯🇵", "b"]), ("Brand® ©2026 ™", ["brand", "2026"]),
    ])
    func emojiAreTermsOfTheirOwn(_ text: String, _ expected: [String]) { #expect(TokenizerTests.terms(text) == expected) }

    @Test func longWordsAreCutOffBetweenLetters() {
        let long = String(repeating: "x", count: 100)
        #expect(TokenizerTests.terms(long) == [String(repeating: "x", count: Tokenizer.termBytesMax)])
        let wide = TokenizerTests.terms(String(repeating: "ж", count: 100))
        #expect(wide == [String(repeating: "ж", count: Tokenizer.termBytesMax / 2)])
        #expect(TokenizerTests.terms("\(long) tea").last == "tea")
    }

    @Test func anyTextGivesTermsThatAreFoldedAlready() {
        var random = SplitMix64(seed: 9)
        let blocks: [ClosedRange<UInt32>] = [
            0x20...0x7e, 0xa0...0x24f, 0x300...0x36f, 0x370...0x52f, 0x590...0x6ff, 0x900...0x97f, 0xe00...0xeff, 0x1000...0x11ff, 0x1e00...0x1fff,
            0x2000...0x2bff, 0x3000...0x30ff, 0x4e00...0x4eff, 0xac00...0xacff, 0xff00...0xffef, 0x1f1e6...0x1f6ff, 0x20000...0x200ff,
        ]
        for _ in 0..<2_000 {
            var text = String.UnicodeScalarView()
            for _ in 0..<1 + random.next(below: 12) {
                let block = blocks[random.next(below: blocks.count)]
                text.append(Unicode.Scalar(block.lowerBound + UInt32(random.next(below: block.count))) ?? " ")
            }
            for term in TokenizerTests.terms(String(text)) {
                #expect(!term.isEmpty && term.utf8.count <= Tokenizer.termBytesMax)
                #expect(TokenizerTests.terms(term) == [term], "\(term.unicodeScalars.map { String($0.value, radix: 16) })")
            }
        }
    }
}
