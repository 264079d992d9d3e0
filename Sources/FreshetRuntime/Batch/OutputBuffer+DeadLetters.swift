import FreshetCore
import FreshetKernels

/// Where a dead letter comes from.
struct DeadLetterSource {
    var topic: ByteView
    var partition: Int32
    var offset: Int64

    /// The names of the headers that tell it.
    static var headers: [ByteView] { [ByteView("freshet.topic"), ByteView("freshet.partition"), ByteView("freshet.offset")] }
}

extension OutputBuffer {
    /// Appends a record that was not acceptable: its key, value and headers as they came, then the reason and where it stood.
    func appendDeadLetter(_ original: OriginalRecord?, _ code: RejectionCode, detail: String, from source: DeadLetterSource) {
        append(.deadLetters, key: original?.key, value: original?.value)
        for header in original?.headers ?? [] { appendHeader(header.name, header.value) }
        appendHeader("freshet.error", "\(code.name)")
        appendHeader("freshet.detail", detail)
        appendHeader(ByteView("freshet.topic"), source.topic)
        appendHeader("freshet.partition", String(source.partition))
        appendHeader("freshet.offset", String(source.offset))
        if let bytes = original?.omittedBytes { appendHeader("freshet.bytes", String(bytes)) }
        if let count = original?.omittedHeaders, count > 0 { appendHeader("freshet.headers_omitted", String(count)) }
    }
}

extension ByteView {
    /// A view of a literal's bytes, which live as long as the program.
    init(_ literal: StaticString) { self.init(start: literal.utf8Start, count: literal.utf8CodeUnitCount) }
}
