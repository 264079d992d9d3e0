import FreshetKernels

extension Session {
    /// Appends the session.
    func encode(into bytes: ByteBuffer) {
        bytes.append(littleEndian: key)
        bytes.append(time: last)
        bytes.append(littleEndian: count)
        for step in 0..<Int(count) { bytes.append(littleEndian: steps[step]) }
    }

    /// Reads a session, whose items must exist.
    init(from reader: inout ByteReader, items: IDTable) throws(CodecError) {
        self.init(key: try reader.integer(), last: try reader.time())
        count = try reader.integer()
        guard count <= 16 else { throw CodecError(message: "a session has \(count) steps") }
        for step in 0..<Int(count) {
            steps[step] = try reader.integer()
            guard items.contains(number: steps[step]) else { throw CodecError(message: "a session names an item that does not exist") }
        }
    }
}
