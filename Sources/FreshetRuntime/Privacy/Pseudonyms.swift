import CCrypto
public import FreshetCore
public import FreshetKernels

/// Names in the place of ids, for what leaves Freshet and is not meant for whoever the ids belong to.
///
/// A pseudonym is the first half of HMAC-SHA-256 (RFC 2104) of what it is for, a zero byte and the id's bytes: always the same under one key, so that
/// records of one user are found together and a replay writes the same bytes, and without the key neither reversed nor tried out.
public struct Pseudonyms: Sendable, Equatable {
    /// The hexadecimal digits of one: 128 bits, so that two ids share one by chance only.
    public static let digits = 32

    /// What they are for. Those of one id under one key are others for each, so that a dead letter does not tell who was forgotten.
    public enum Use: String, Sendable {
        /// Keys of dead letters.
        case deadLetters = "dead letters"
        /// Who was forgotten, in the state, the journal and receipts.
        case erasures
    }

    private let key: SecretKey
    /// What stands in front of each id.
    private let tag: [UInt8]

    /// Names of the forgotten under a key that everybody knows: they hide ids from the eye, not from who tries an id.
    public static let wellKnown = Pseudonyms(for: .erasures, key: SecretKey.wellKnown)

    /// Pseudonyms for one use under a key.
    public init(for use: Use, key: SecretKey) {
        self.key = key
        tag = Array(use.rawValue.utf8) + [0]
    }

    /// The pseudonym of an id.
    public func text(of id: ByteView) -> String { self(id).hexadecimal }

    /// The pseudonym of an id, in 128 bits.
    public func callAsFunction(_ id: ByteView) -> Pseudonym {
        let code = Pseudonyms.code(of: tag + id.buffer, under: key)
        func half(_ bytes: some Sequence<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
        return Pseudonym(high: half(code[0..<8]), low: half(code[8..<16]))
    }

    /// The 32 bytes of HMAC-SHA-256.
    static func code(of text: [UInt8], under key: SecretKey) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: 32)
        guard HMAC(EVP_sha256(), key.bytes, Int32(key.bytes.count), text, text.count, &code, nil) != nil else {
            preconditionFailure("libcrypto gives no HMAC-SHA-256")
        }
        return code
    }
}
