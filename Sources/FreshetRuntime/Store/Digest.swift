import CCrypto
public import FreshetKernels

/// A SHA-256 over bytes that come piece by piece.
public final class Digest {
    private let context: OpaquePointer

    /// A digest of nothing yet.
    public init() {
        guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
            preconditionFailure("libcrypto gives no SHA-256")
        }
        self.context = context
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Adds bytes.
    public func update(_ bytes: ByteView) { EVP_DigestUpdate(context, bytes.start, bytes.count) }

    /// Adds a text's UTF-8 bytes.
    public func update(_ text: String) {
        var text = text
        text.withUTF8 { update(ByteView(UnsafeRawBufferPointer($0))) }
    }

    /// The digest of all bytes so far, 64 hexadecimal digits. Ends the digest.
    public func finish() -> String {
        var bytes = [UInt8](repeating: 0, count: 32)
        EVP_DigestFinal_ex(context, &bytes, nil)
        return String(hexadecimal: bytes)
    }

    /// The digest of one text.
    public static func hexadecimal(of text: String) -> String {
        let digest = Digest()
        digest.update(text)
        return digest.finish()
    }
}

extension String {
    /// Two digits a byte.
    init(hexadecimal bytes: some Sequence<UInt8>) {
        let digits = Array("0123456789abcdef".utf8)
        self.init(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
