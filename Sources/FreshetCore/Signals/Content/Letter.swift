/// What a Unicode scalar is to a text that is cut into terms, and what it becomes there.
///
/// From properties that the standard library holds: the same on every machine, without tables of the system.
enum Letter {
    enum Kind {
        /// Stands between terms.
        case separator
        /// Says nothing: a mark on a letter, a joiner, the colour of a skin.
        case silent
        /// A letter or a digit of a script that puts blanks between words.
        case word
        /// A letter of a script that puts none.
        case run
        /// A term of its own.
        case emoji
        /// Half a flag: two of them are a term.
        case halfFlag
    }

    /// What a scalar is, after `narrow`.
    static func kind(of scalar: Unicode.Scalar) -> Kind {
        if scalar.isASCII { return isLetterOrDigit(UInt8(scalar.value)) ? .word : .separator }
        if isSilent(scalar.value) { return .silent }
        if 0x1f1e6...0x1f1ff ~= scalar.value { return .halfFlag }
        let properties = scalar.properties
        // Below 0x2600 are signs as ©, which are emoji on request only.
        if properties.isEmojiPresentation || scalar.value >= 0x2600 && properties.isEmoji { return .emoji }
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark, .spacingMark, .enclosingMark,
            .decimalNumber, .letterNumber, .otherNumber:
            return hasNoBlanks(scalar.value) ? .run : .word
        default: return .separator
        }
    }

    /// The wide forms of Latin letters, digits and signs that stand among Chinese and Japanese ones are those letters.
    static func narrow(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        guard 0xff01...0xff5e ~= scalar.value else { return scalar }
        return Unicode.Scalar(scalar.value - 0xfee0) ?? scalar
    }

    /// The one letter that a letter and the mark behind it are: й is и and a breve, が is か and a voiced mark. Of Korean, the syllable that its parts
    /// are. `nil`: there is none, or it is not needed, as of Latin and Greek letters, which lose their marks.
    static func composed(_ base: Unicode.Scalar, _ mark: Unicode.Scalar) -> Unicode.Scalar? {
        guard base.value >= 0x0400, !mark.isASCII else { return nil }
        if let syllable = syllable(base.value, mark.value) { return syllable }
        guard composedScripts.contains(where: { $0.contains(base.value) }) else { return nil }
        switch mark.properties.generalCategory {
        case .nonspacingMark, .spacingMark: break
        default: return nil
        }
        var pair = String.UnicodeScalarView()
        pair.append(base)
        pair.append(mark)
        return composedLetters[String(pair)]
    }

    /// Calls `body` with what a letter of a word becomes: small, and without its marks where it is Latin or Greek.
    static func fold(_ scalar: Unicode.Scalar, _ body: (Unicode.Scalar) -> Void) {
        if scalar.isASCII {
            let isCapital = UInt32(UInt8(ascii: "A"))...UInt32(UInt8(ascii: "Z")) ~= scalar.value
            return body(isCapital ? Unicode.Scalar(UInt8(scalar.value) + 0x20) : scalar)
        }
        for small in scalar.properties.lowercaseMapping.unicodeScalars where kind(of: small) != .silent { body(withoutMarks(small)) }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: false
        }
    }

    private static func isSilent(_ value: UInt32) -> Bool {
        switch value {
        case 0x0300...0x036f: true  // marks of Latin, Greek and Cyrillic
        case 0x0591...0x05bd, 0x05bf, 0x05c1...0x05c2, 0x05c4...0x05c5, 0x05c7: true  // points of Hebrew
        case 0x0640, 0x064b...0x065f, 0x0670: true  // the stroke that lengthens Arabic words, and vowels
        case 0x00ad, 0x200b...0x200d, 0x2060: true  // hyphens that are seldom seen, joiners
        case 0xfe00...0xfe0f, 0x20e3, 0x1f3fb...0x1f3ff, 0xe0020...0xe007f: true  // how emoji look
        default: false
        }
    }

    private static func hasNoBlanks(_ value: UInt32) -> Bool {
        switch value {
        case 0x0e00...0x0eff: true  // Thai, Lao
        case 0x1000...0x109f, 0xa9e0...0xa9ff, 0xaa60...0xaa7f: true  // Myanmar
        case 0x1780...0x17ff, 0x19e0...0x19ff: true  // Khmer
        case 0x3005...0x3007, 0x3021...0x3029, 0x3038...0x303b: true  // signs of Chinese and Japanese that count as letters
        case 0x3040...0x30ff, 0x31f0...0x31ff, 0xff66...0xff9f, 0x1b000...0x1b16f: true  // Hiragana, Katakana
        case 0x3400...0x4dbf, 0x4e00...0x9fff, 0xf900...0xfaff, 0x20000...0x3ffff: true  // Han
        default: false
        }
    }

    /// Cyrillic, Arabic, the scripts of India, Myanmar, Hiragana and Katakana.
    private static let composedScripts: [ClosedRange<UInt32>] = [
        0x0400...0x052f, 0x0620...0x06ff, 0x0900...0x0dff, 0x1000...0x109f, 0x3040...0x30ff,
    ]

    /// Their letters, each by itself: texts are equal where they are canonically equivalent (Unicode Standard Annex 15), so that a letter is found by
    /// its parts.
    private static let composedLetters: [String: Unicode.Scalar] = {
        let letters = Letter.composedScripts.joined().compactMap { Unicode.Scalar($0) }
        return Dictionary(letters.map { (String(Character($0)), $0) }, uniquingKeysWith: { first, _ in first })
    }()

    /// The Korean syllable of a consonant and a vowel, or of such a one and a consonant behind it (Unicode Standard, section 3.12).
    private static func syllable(_ base: UInt32, _ part: UInt32) -> Unicode.Scalar? {
        if 0x1100...0x1112 ~= base, 0x1161...0x1175 ~= part { return Unicode.Scalar(0xac00 + ((base - 0x1100) * 21 + part - 0x1161) * 28) }
        if 0xac00...0xd7a3 ~= base, (base - 0xac00) % 28 == 0, 0x11a8...0x11c2 ~= part { return Unicode.Scalar(base + part - 0x11a7) }
        return nil
    }

    /// é is e: by its name, LATIN SMALL LETTER E WITH ACUTE. The sigma at the end of Greek words is a sigma.
    private static func withoutMarks(_ small: Unicode.Scalar) -> Unicode.Scalar {
        switch small.value {
        case 0x03c2: return "\u{3c3}"
        case 0x00c0...0x024f, 0x1e00...0x1eff: return letter(of: small, named: "LATIN SMALL LETTER ")
        case 0x0370...0x03ff, 0x1f00...0x1fff: return letter(of: small, named: "GREEK SMALL LETTER ")
        default: return small
        }
    }

    /// Letters whose names are longer than they are.
    private static let lettersByName: [String: Unicode.Scalar] = [
        "AE": "æ", "EZH": "ʒ", "ALPHA": "α", "EPSILON": "ε", "ETA": "η", "IOTA": "ι", "OMICRON": "ο", "UPSILON": "υ", "OMEGA": "ω", "RHO": "ρ",
    ]

    private static func letter(of small: Unicode.Scalar, named script: String) -> Unicode.Scalar {
        guard let name = small.properties.name, name.hasPrefix(script) else { return small }
        let rest = name.dropFirst(script.count)
        let letter = rest.prefix { $0 != " " }
        guard rest.dropFirst(letter.count).hasPrefix(" WITH ") else { return small }
        if letter.utf8.count == 1, let capital = letter.utf8.first { return Unicode.Scalar(capital + 0x20) }
        return lettersByName[String(letter)] ?? small
    }
}
