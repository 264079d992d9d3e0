public import FreshetKernels

/// What stands for a person's id where the id itself must not: 128 bits of a keyed hash, so that nobody without the key can tell by trying which id
/// it is.
public typealias Pseudonym = Fingerprint

/// Makes the pseudonym of an id. Key and hash are its owner's: the core knows neither.
public typealias Pseudonymizer = (ByteView) -> Pseudonym

extension Fingerprint {
    /// The value of 32 hexadecimal digits; `nil` where it is something else.
    init?(hexadecimal text: ByteView) {
        guard text.count == 32, let high = UInt64(text[0..<16].text, radix: 16), let low = UInt64(text[16..<32].text, radix: 16) else { return nil }
        self.init(high: high, low: low)
    }

    /// 32 lower-case hexadecimal digits.
    public var hexadecimal: String {
        [high, low].map { half in
            let digits = String(half, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}

extension ByteBuffer {
    /// Appends a pseudonym's 16 bytes.
    func append(_ pseudonym: Pseudonym) {
        append(littleEndian: pseudonym.high)
        append(littleEndian: pseudonym.low)
    }
}

extension ByteReader {
    mutating func pseudonym() throws(CodecError) -> Pseudonym { Pseudonym(high: try integer(), low: try integer()) }
}
