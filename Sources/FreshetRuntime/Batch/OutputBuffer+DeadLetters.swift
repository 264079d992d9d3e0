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
    ///
    /// With `pseudonyms` it tells nobody's id: the key is its pseudonym, and value and headers are left out, and with them the reason's words, which
    /// may repeat some of the record. Who has to see it finds it where it stood.
    func appendDeadLetter(
        _ original: OriginalRecord?, _ code: RejectionCode, detail: String, from source: DeadLetterSource, _ pseudonyms: Pseudonyms? = nil
    ) {
        if let pseudonyms {
            appendReference(to: original, code, from: source, pseudonyms)
        } else {
            append(.deadLetters, key: original?.key, value: original?.value)
            for header in original?.headers ?? [] { appendHeader(header.name, header.value) }
            appendHeader("freshet.error", "\(code.name)")
            appendHeader("freshet.detail", detail)
            appendPlace(source, omittedBytes: original?.omittedBytes, omittedHeaders: original?.omittedHeaders ?? 0)
        }
    }

    private func appendReference(to original: OriginalRecord?, _ code: RejectionCode, from source: DeadLetterSource, _ pseudonyms: Pseudonyms) {
        if let key = original?.key {
            pseudonyms.text(of: key).withView { append(.deadLetters, key: $0, value: nil) }
        } else {
            append(.deadLetters, key: nil, value: nil)
        }
        appendHeader("freshet.error", "\(code.name)")
        let headers = original.map { $0.headers.count + $0.omittedHeaders } ?? 0
        appendPlace(source, omittedBytes: original?.omittedBytes ?? original?.value?.count, omittedHeaders: headers)
    }

    private func appendPlace(_ source: DeadLetterSource, omittedBytes: Int?, omittedHeaders: Int) {
        appendHeader(ByteView("freshet.topic"), source.topic)
        appendHeader("freshet.partition", String(source.partition))
        appendHeader("freshet.offset", String(source.offset))
        if let omittedBytes { appendHeader("freshet.bytes", String(omittedBytes)) }
        if omittedHeaders > 0 { appendHeader("freshet.headers_omitted", String(omittedHeaders)) }
    }
}

extension ByteView {
    /// A view of a literal's bytes, which live as long as the program.
    init(_ literal: StaticString) { self.init(start: literal.utf8Start, count: literal.utf8CodeUnitCount) }
}
