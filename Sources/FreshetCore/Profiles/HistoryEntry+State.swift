import FreshetKernels

extension HistoryEntry {
    /// Appends the entry; its share follows from the watermark.
    func encode(into bytes: ByteBuffer) {
        bytes.append(littleEndian: item)
        encodeFacts(into: bytes)
    }

    /// Appends all but the item.
    func encodeFacts(into bytes: ByteBuffer) {
        bytes.append(littleEndian: count)
        bytes.append(time: click)
        bytes.append(time: cart)
        bytes.append(time: purchase)
        bytes.append(time: removal)
        bytes.append(time: giveback)
    }

    /// Reads an entry, whose item must exist.
    init(from reader: inout ByteReader, items: IDTable) throws(CodecError) {
        self.init(item: try reader.integer())
        guard items.contains(number: item) else { throw CodecError(message: "it names item number \(item), which does not exist") }
        count = try reader.integer()
        click = try reader.time()
        cart = try reader.time()
        purchase = try reader.time()
        removal = try reader.time()
        giveback = try reader.time()
    }
}
