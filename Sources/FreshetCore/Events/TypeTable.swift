import FreshetKernels

/// The types by their names in records. The few names are compared one by one: their lengths tell most apart.
final class TypeTable {
    private let names: [(name: ByteView, type: EventType?)]
    private let arena = ByteArena()

    init(_ known: [EventFormat.TypeName]) {
        let arena = self.arena
        names = known.map { entry in
            var name = entry.name
            return (name.withUTF8 { arena.copy(ByteView(UnsafeRawBufferPointer($0))) }, entry.type)
        }
    }

    /// The meaning of a name: a type, or `.some(nil)` for one that is ignored; `nil` where it is not known.
    subscript(name: ByteView) -> EventType?? {
        for entry in names where entry.name == name { return .some(entry.type) }
        return nil
    }
}
