package import FreshetKernels

/// The key of a journal record: `<group>/<batch>`.
///
/// Groups that share a journal tell their records apart by it. No two batches of a group have the same key, so that a journal that is compacted
/// by mistake keeps them all.
package enum JournalKey {
    /// Appends the key of a group's batch.
    package static func write(group: String, batch: Int64, to bytes: ByteBuffer) {
        bytes.append(text: group)
        bytes.append("/")
        bytes.append(decimal: batch)
    }

    /// Whether a record with this key was written by another group. One without a group is read: it is the group's own, or is told as unreadable.
    package static func isOfAnother(than group: String, _ key: UnsafeRawBufferPointer?) -> Bool {
        guard let text = key.map({ ByteView($0).text }), let slash = text.lastIndex(of: "/") else { return false }
        return text[..<slash] != group
    }
}
