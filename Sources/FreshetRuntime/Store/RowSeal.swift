import FreshetKernels

/// Seals the rows of one file, and its header, so that the disk tells nothing of what they hold.
///
/// The file has a key of its own (the data key), drawn when the file is made. The operator's key seals only that one, and it stands sealed in front
/// of the header. Where a row stands is sealed with it: no row can take another's place.
///
/// A nonce is 64 random bits, drawn when the first row is sealed after an opening, and a count of 32 bits behind them. The count is kept nowhere:
/// one that is stored comes back with a crash or a backup, and would be used twice. So two nonces are equal only where two drawings are: with n of
/// them by a chance of n² / 2⁶⁵, whatever the number of rows. Random nonces alone would be used up after 2³² rows, which a busy shop writes in days.
final class RowSeal {
    private static let dataKeyLabel = Array("freshet data key".utf8)

    /// The bytes of a sealed data key.
    static let wrappedBytes = SecretKey.byteCount + AuthenticatedCipher.overhead
    /// How much longer a sealed row is.
    static let overhead = AuthenticatedCipher.overhead

    /// The data key, sealed with the operator's.
    let wrappedKey: [UInt8]
    private let cipher: AuthenticatedCipher
    /// The random part of the next nonces; `nil` before the first.
    private var drawn: UInt64?
    /// The count of the last nonce; a test begins near its end.
    var count: UInt32 = 0
    /// Where a row stands: the header's version, the table and the number.
    private var label = [UInt8](repeating: 0, count: 13)
    private var scratch = UnsafeMutablePointer<UInt8>.allocate(capacity: 1 << 12)
    private var capacity = 1 << 12

    private init(_ dataKey: [UInt8], wrapped: [UInt8]) {
        cipher = AuthenticatedCipher(key: dataKey)
        wrappedKey = wrapped
    }

    deinit { scratch.deallocate() }

    /// A seal with a data key that no other file has.
    static func new(under key: SecretKey) throws(StoreError) -> RowSeal {
        let dataKey = try RandomBytes.draw(SecretKey.byteCount)
        // Files are made so seldom that a random nonce is no risk.
        let nonce = try RandomBytes.draw(AuthenticatedCipher.nonceBytes)
        return RowSeal(dataKey, wrapped: AuthenticatedCipher(key: key.bytes).sealed(dataKey, under: nonce, as: dataKeyLabel))
    }

    /// The seal of a file whose header begins with this sealed data key; `nil`: it is sealed with another key.
    static func of(_ wrapped: [UInt8], under key: SecretKey) -> RowSeal? {
        guard wrapped.count == wrappedBytes, let dataKey = AuthenticatedCipher(key: key.bytes).opened(wrapped, as: dataKeyLabel) else { return nil }
        return RowSeal(dataKey, wrapped: wrapped)
    }

    /// A row sealed for its place. The view is valid until the next call.
    func seal(_ row: ByteView, table: UInt8, number: Int64) throws(StoreError) -> ByteView {
        let target = room(for: row.count + RowSeal.overhead)
        try writeNonce(to: target)
        setLabel(table, number)
        cipher.seal(row, as: label, into: target)
        return ByteView(start: target, count: row.count + RowSeal.overhead)
    }

    /// The row that was sealed for this place; `nil` where a bit is another. The view is valid until the next call.
    func open(_ sealed: ByteView, table: UInt8, number: Int64) -> ByteView? {
        let target = room(for: sealed.count)
        setLabel(table, number)
        guard cipher.open(sealed, as: label, into: target) else { return nil }
        return ByteView(start: target, count: sealed.count - RowSeal.overhead)
    }

    private func writeNonce(to target: UnsafeMutablePointer<UInt8>) throws(StoreError) {
        let prefix: UInt64
        if let drawn, count < .max {
            prefix = drawn
            count += 1
        } else {
            prefix = try RandomBytes.draw(8).reduce(0) { $0 << 8 | UInt64($1) }
            drawn = prefix
            count = 0
        }
        let nonce = UnsafeMutableRawPointer(target)
        nonce.storeBytes(of: prefix, as: UInt64.self)
        nonce.storeBytes(of: count, toByteOffset: 8, as: UInt32.self)
    }

    private func setLabel(_ table: UInt8, _ number: Int64) {
        label.withUnsafeMutableBytes { label in
            label.storeBytes(of: StoreHeader.version.littleEndian, as: Int32.self)
            label[4] = table
            label.storeBytes(of: number.littleEndian, toByteOffset: 5, as: Int64.self)
        }
    }

    private func room(for bytes: Int) -> UnsafeMutablePointer<UInt8> {
        if bytes > capacity {
            scratch.deallocate()
            capacity = max(bytes, capacity * 2)
            scratch = .allocate(capacity: capacity)
        }
        return scratch
    }
}
