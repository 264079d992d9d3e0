import CYaml

/// Reads one YAML document into a tree.
///
/// Configuration needs little of YAML: anchors, aliases, several documents and repeated keys are mistakes here, and said to be.
struct YAMLReader {
    private static let depthMax = 32

    private let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
    /// Mistakes that did not end the reading.
    private(set) var problems: [YAMLProblem] = []

    /// The tree of `text`, and every mistake found on the way; the tree is `nil` for a document that cannot be read, or is empty.
    static func read(_ text: [UInt8]) -> (root: YAMLNode?, problems: [YAMLProblem]) {
        var reader = YAMLReader()
        defer { reader.parser.deallocate() }
        guard yaml_parser_initialize(reader.parser) == 1 else { return (nil, [YAMLProblem(line: 1, message: "not enough memory to read it")]) }
        defer { yaml_parser_delete(reader.parser) }
        return text.withUnsafeBufferPointer { bytes in
            yaml_parser_set_input_string(reader.parser, bytes.baseAddress, bytes.count)
            do throws(YAMLProblem) {
                let root = try reader.readDocument()
                return (root, reader.problems)
            } catch {
                return (nil, reader.problems + [error])
            }
        }
    }

    private mutating func readDocument() throws(YAMLProblem) -> YAMLNode? {
        var root: YAMLNode?
        while true {
            let event = try next()
            switch event.kind {
            case YAML_STREAM_END_EVENT:
                return root
            case YAML_DOCUMENT_START_EVENT:
                guard root == nil else { throw YAMLProblem(line: event.line, message: "a second document begins: keep one in a file") }
                root = try readNode(try next(), depth: 0)
            default:
                continue
            }
        }
    }

    private mutating func readNode(_ event: ParserEvent, depth: Int) throws(YAMLProblem) -> YAMLNode {
        guard depth < YAMLReader.depthMax else { throw YAMLProblem(line: event.line, message: "nested too deeply") }
        if event.isAnchored { problems.append(YAMLProblem(line: event.line, message: "anchors (&) are not used here: write the value out")) }
        switch event.kind {
        case YAML_ALIAS_EVENT:
            problems.append(YAMLProblem(line: event.line, message: "aliases (*) are not used here: write the value out"))
            return YAMLNode(line: event.line, value: .null)
        case YAML_SEQUENCE_START_EVENT:
            return YAMLNode(line: event.line, value: .sequence(try readSequence(depth)))
        case YAML_MAPPING_START_EVENT:
            return YAMLNode(line: event.line, value: .mapping(try readMapping(depth)))
        default:
            let isNull = event.isPlain && ["", "~", "null", "Null", "NULL"].contains(event.text)
            return YAMLNode(line: event.line, value: isNull ? .null : .scalar(event.text))
        }
    }

    private mutating func readSequence(_ depth: Int) throws(YAMLProblem) -> [YAMLNode] {
        var nodes: [YAMLNode] = []
        while true {
            let event = try next()
            if event.kind == YAML_SEQUENCE_END_EVENT { return nodes }
            nodes.append(try readNode(event, depth: depth + 1))
        }
    }

    private mutating func readMapping(_ depth: Int) throws(YAMLProblem) -> [YAMLNode.Entry] {
        var entries: [YAMLNode.Entry] = []
        while true {
            let event = try next()
            if event.kind == YAML_MAPPING_END_EVENT { return entries }
            guard event.kind == YAML_SCALAR_EVENT else { throw YAMLProblem(line: event.line, message: "a key must be plain text") }
            let value = try readNode(try next(), depth: depth + 1)
            if let first = entries.first(where: { $0.key == event.text }) {
                problems.append(YAMLProblem(line: event.line, message: "the key '\(event.text)' stands on line \(first.line) already: keep one"))
            } else {
                entries.append(YAMLNode.Entry(key: event.text, line: event.line, value: value))
            }
        }
    }

    /// What is kept of one of the parser's events.
    private struct ParserEvent {
        var kind: yaml_event_type_t
        var line: Int
        var text = ""
        var isPlain = false
        var isAnchored = false
    }

    private func next() throws(YAMLProblem) -> ParserEvent {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw syntaxProblem }
        defer { yaml_event_delete(&event) }
        var taken = ParserEvent(kind: event.type, line: Int(event.start_mark.line) + 1)
        switch event.type {
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            taken.text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            taken.isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
            taken.isAnchored = scalar.anchor != nil
        case YAML_SEQUENCE_START_EVENT: taken.isAnchored = event.data.sequence_start.anchor != nil
        case YAML_MAPPING_START_EVENT: taken.isAnchored = event.data.mapping_start.anchor != nil
        default: break
        }
        return taken
    }

    private var syntaxProblem: YAMLProblem {
        let inner = parser.pointee
        let line = inner.error == YAML_READER_ERROR ? inner.mark.line : inner.problem_mark.line
        let what = inner.problem.map { String(cString: $0) } ?? "not YAML"
        let isTab = what.contains("cannot start any token") || what.contains("tab character")
        let remedy =
            isTab ? "indent with spaces, not tabs, and quote text that begins with a special character" : "mind indentation, colons and quotes"
        return YAMLProblem(line: Int(line) + 1, message: "\(what): \(remedy)")
    }
}
