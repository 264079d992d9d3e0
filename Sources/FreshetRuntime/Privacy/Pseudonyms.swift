import CCrypto
public import FreshetKernels

/// Names in the place of ids, for what leaves Freshet and is not meant for whoever the ids belong to.
///
/// A pseudonym is the first half of HMAC-SHA-256 (RFC 2104) of the id's bytes: always the same under one key, so that records of one user are
/// found together and a replay writes the same bytes, and without the key neither reversed nor tried out.
public struct Pseudonyms: Sendable, Equatable {
    /// The hexadecimal digits of one: 128 bits, so that two ids share one by chance only.
    public static let digits = 32

    private let key: SecretKey

    /// Pseudonyms under a key.
    public init(key: SecretKey) { self.key = key }

    /// The pseudonym of an id.
    public func text(of id: ByteView) -> String {
        var code = [UInt8](repeating: 0, count: 32)
        guard HMAC(EVP_sha256(), key.bytes, Int32(key.bytes.count), id.start, id.count, &code, nil) != nil else {
            preconditionFailure("libcrypto gives no HMAC-SHA-256")
        }
        return String(hexadecimal: code.prefix(Pseudonyms.digits / 2))
    }
}
