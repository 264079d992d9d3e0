import CCrypto
public import FreshetCore
public import FreshetKernels

/// Names in the place of ids, for what leaves Freshet and is not meant for whoever the ids belong to.
///
/// A pseudonym is the first half of HMAC-SHA-256 (RFC 2104) of the id's bytes: always the same under one key, so that records of one user are
/// found together and a replay writes the same bytes, and without the key neither reversed nor tried out.
public struct Pseudonyms: Sendable, Equatable {
    /// The hexadecimal digits of one: 128 bits, so that two ids share one by chance only.
    public static let digits = 32

    private let key: SecretKey

    /// Pseudonyms under a key that everybody knows: they hide ids from the eye, not from who tries an id.
    public static let wellKnown = Pseudonyms(key: SecretKey.wellKnown)

    /// Pseudonyms under a key.
    public init(key: SecretKey) { self.key = key }

    /// The pseudonym of an id.
    public func text(of id: ByteView) -> String { self(id).hexadecimal }

    /// The pseudonym of an id, in 128 bits.
    public func callAsFunction(_ id: ByteView) -> Pseudonym {
        var code = [UInt8](repeating: 0, count: 32)
        guard HMAC(EVP_sha256(), key.bytes, Int32(key.bytes.count), id.start, id.count, &code, nil) != nil else {
            preconditionFailure("libcrypto gives no HMAC-SHA-256")
        }
        func half(_ bytes: some Sequence<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
        return Pseudonym(high: half(code[0..<8]), low: half(code[8..<16]))
    }
}
