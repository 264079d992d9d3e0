public import FreshetKernels

/// What stands for a person's id where the id itself must not: 32 bytes, of a keyed hash (HMAC-SHA-256), so that nobody without the key can tell by
/// trying which id it is.
public struct Pseudonym: Equatable, Sendable, BitwiseCopyable {
    /// Its bytes, eight at a time, little endian.
    public var words: (UInt64, UInt64, UInt64, UInt64)

    /// A pseudonym from its bytes.
    public init(words: (UInt64, UInt64, UInt64, UInt64)) { self.words = words }

    /// The same bytes.
    public static func == (left: Pseudonym, right: Pseudonym) -> Bool { left.words == right.words }

    /// Reads 64 hexadecimal digits; `nil` where it is something else.
    init?(hexadecimal text: ByteView) {
        guard text.count == 64 else { return nil }
        var words: [UInt64] = [0, 0, 0, 0]
        for place in 0..<32 {
            guard let high = Pseudonym.digit(text[2 * place]), let low = Pseudonym.digit(text[2 * place + 1]) else { return nil }
            words[place / 8] |= UInt64(high << 4 | low) << UInt64(8 * (place % 8))
        }
        self.words = (words[0], words[1], words[2], words[3])
    }

    /// 64 lower-case hexadecimal digits.
    public var text: String {
        [words.0, words.1, words.2, words.3].map { word in
            (0..<8).map { place in
                let byte = UInt8(truncatingIfNeeded: word >> UInt64(8 * place))
                return String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
            }.joined()
        }.joined()
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}

/// Makes the pseudonym of an id. The key and the hash are its owner's: the core knows neither.
public typealias Pseudonymizer = (ByteView) -> Pseudonym

extension ByteBuffer {
    /// Appends a pseudonym's 32 bytes.
    func append(_ pseudonym: Pseudonym) {
        append(littleEndian: pseudonym.words.0)
        append(littleEndian: pseudonym.words.1)
        append(littleEndian: pseudonym.words.2)
        append(littleEndian: pseudonym.words.3)
    }
}

extension ByteReader {
    mutating func pseudonym() throws(CodecError) -> Pseudonym {
        Pseudonym(words: (try integer(), try integer(), try integer(), try integer()))
    }
}
