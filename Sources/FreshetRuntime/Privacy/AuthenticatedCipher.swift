import CCrypto
import FreshetKernels

/// AES-256-GCM (NIST SP 800-38D) under one key.
///
/// A sealed text is the nonce, the bytes in cipher, and the tag. Two texts must never share a nonce: where they do, what both say is found out.
final class AuthenticatedCipher {
    static let nonceBytes = 12
    private static let tagBytes = 16
    /// How much longer a sealed text is.
    static let overhead = nonceBytes + tagBytes

    // Made ready with the key once: a text then costs its nonce and its bytes only.
    private let sealing: OpaquePointer
    private let opening: OpaquePointer

    init(key: [UInt8]) {
        precondition(key.count == SecretKey.byteCount, "AES-256 takes 256 bits")
        guard let sealing = EVP_CIPHER_CTX_new(), let opening = EVP_CIPHER_CTX_new(),
            EVP_EncryptInit_ex(sealing, EVP_aes_256_gcm(), nil, key, nil) == 1,
            EVP_DecryptInit_ex(opening, EVP_aes_256_gcm(), nil, key, nil) == 1
        else { preconditionFailure("libcrypto gives no AES-256-GCM") }
        self.sealing = sealing
        self.opening = opening
    }

    deinit {
        EVP_CIPHER_CTX_free(sealing)
        EVP_CIPHER_CTX_free(opening)
    }

    /// Seals `bytes` together with what they are, which `open` must be told again. `target` begins with the nonce, and has room for `overhead` bytes
    /// more than `bytes`.
    func seal(_ bytes: ByteView, as label: [UInt8], into target: UnsafeMutablePointer<UInt8>) {
        let text = target + AuthenticatedCipher.nonceBytes
        var count: Int32 = 0
        let isSealed =
            EVP_EncryptInit_ex(sealing, nil, nil, nil, target) == 1
            && EVP_EncryptUpdate(sealing, nil, &count, label, Int32(label.count)) == 1
            && (bytes.isEmpty || EVP_EncryptUpdate(sealing, text, &count, bytes.start, Int32(bytes.count)) == 1)
            && EVP_EncryptFinal_ex(sealing, text + bytes.count, &count) == 1
            && EVP_CIPHER_CTX_ctrl(sealing, EVP_CTRL_AEAD_GET_TAG, Int32(AuthenticatedCipher.tagBytes), text + bytes.count) == 1
        precondition(isSealed, "libcrypto cannot seal")
    }

    /// Opens what was sealed as `label`: `overhead` bytes less, written to `target`. Answers `false` where a bit, the label or the key is another;
    /// then what `target` holds means nothing.
    func open(_ sealed: ByteView, as label: [UInt8], into target: UnsafeMutablePointer<UInt8>) -> Bool {
        guard let nonce = sealed.start, sealed.count >= AuthenticatedCipher.overhead else { return false }
        let text = nonce + AuthenticatedCipher.nonceBytes
        let size = sealed.count - AuthenticatedCipher.overhead
        var count: Int32 = 0
        return EVP_DecryptInit_ex(opening, nil, nil, nil, nonce) == 1
            && EVP_DecryptUpdate(opening, nil, &count, label, Int32(label.count)) == 1
            && (size == 0 || EVP_DecryptUpdate(opening, target, &count, text, Int32(size)) == 1)
            && EVP_CIPHER_CTX_ctrl(
                opening, EVP_CTRL_AEAD_SET_TAG, Int32(AuthenticatedCipher.tagBytes), UnsafeMutableRawPointer(mutating: text + size)) == 1
            && EVP_DecryptFinal_ex(opening, target + size, &count) == 1
    }

    /// A short text, sealed under a nonce.
    func sealed(_ bytes: [UInt8], under nonce: [UInt8], as label: [UInt8]) -> [UInt8] {
        var target = nonce + [UInt8](repeating: 0, count: bytes.count + AuthenticatedCipher.tagBytes)
        target.withUnsafeMutableBufferPointer { target in
            bytes.withUnsafeBytes { seal(ByteView($0), as: label, into: target.baseAddress.unsafelyUnwrapped) }
        }
        return target
    }

    /// A short text, opened; `nil` where a bit, the label or the key is another.
    func opened(_ sealed: [UInt8], as label: [UInt8]) -> [UInt8]? {
        var target = [UInt8](repeating: 0, count: sealed.count)
        let isOpen = target.withUnsafeMutableBufferPointer { target in
            guard let start = target.baseAddress else { return false }
            return sealed.withUnsafeBytes { open(ByteView($0), as: label, into: start) }
        }
        return isOpen ? Array(target.dropLast(AuthenticatedCipher.overhead)) : nil
    }
}

/// Bytes of the system's generator.
enum RandomBytes {
    /// So many bytes that nobody can foresee.
    static func draw(_ count: Int) throws(StoreError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        guard RAND_bytes(&bytes, Int32(count)) == 1 else { throw StoreError(.io, "the system gives no random bytes") }
        return bytes
    }
}
