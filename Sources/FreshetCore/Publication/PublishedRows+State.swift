import FreshetKernels

extension PublishedRows.Row {
    /// Appends the row.
    func encode(into bytes: ByteBuffer) {
        bytes.append(littleEndian: fingerprint)
        bytes.append(time: time)
    }

    /// Reads a row.
    init(from reader: inout ByteReader) throws(CodecError) {
        fingerprint = try reader.integer()
        time = try reader.time()
    }
}
