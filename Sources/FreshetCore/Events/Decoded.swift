/// What a record turned out to be.
public enum Decoded {
    /// An acceptable event.
    case event(Event)
    /// Not acceptable; the detail says what is wrong in words.
    case rejected(RejectionCode, detail: String)
    /// A type that the format maps to nothing: counted, and without effect.
    case ignored
}
