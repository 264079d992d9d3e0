/// A header of a record to produce; the bytes are copied by the call.
public struct ProducedHeader {
    /// Its name.
    public var name: UnsafeRawBufferPointer
    /// Its value; `nil` is null.
    public var value: UnsafeRawBufferPointer?

    /// A header from its parts.
    public init(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer?) {
        self.name = name
        self.value = value
    }
}
