import FreshetCore
import FreshetKafka
import FreshetKernels
import FreshetRuntime

/// `freshet inspect state`: sizes, positions and digests.
enum InspectState: Verb {
    static let specification = VerbSpecification(
        name: "inspect state", summary: "Shows what a state folder holds: batch, offsets, sizes, a digest a table.",
        discussion: "Two states that were made from the same events by the same settings have the same digests, wherever they were cut or killed.",
        options: [.state, .configuration(isRequired: false), .json],
        examples: [("freshet inspect state --state state --json", "One JSON object.")], exitCodes: [.done, .usage, .io, .tryAgain, .configuration])

    static func run(_ arguments: Arguments) throws(Failure) -> ExitCode {
        let state = try arguments.openState()
        defer { state.store.close() }
        let bytes = ByteBuffer()
        append(state, bytes)
        print(bytes.view.text)
        return .done
    }

    private static func append(_ state: OpenState, _ bytes: ByteBuffer) {
        bytes.append("{\"batch\":")
        bytes.append(decimal: state.boundary.batch)
        bytes.append(",\"origin\":\"")
        bytes.append(text: state.boundary.origin.rawValue)
        bytes.append("\",\"offsets\":{")
        appendOffsets(state.boundary.offsets, bytes)
        bytes.append("},\"watermark\":")
        appendWatermark(state.publication.engine.watermark, bytes)
        bytes.append(",\"counts\":{")
        for (index, count) in state.publication.counts.enumerated() {
            if index > 0 { bytes.append(",") }
            bytes.append("\"")
            bytes.append(count.name)
            bytes.append("\":")
            bytes.append(decimal: Int64(count.value))
        }
        bytes.append("},\"digests\":{")
        appendDigests(state.publication, bytes)
        bytes.append("}}")
    }

    /// The offsets of each topic: `"clicks":{"0":12,"1":9}`.
    private static func appendOffsets(_ offsets: [TopicPartition: Int64], _ bytes: ByteBuffer) {
        let arena = ByteArena()
        var topic: String?
        for (partition, offset) in offsets.sorted(by: { $0.key < $1.key }) {
            if partition.topic == topic {
                bytes.append(",")
            } else {
                if topic != nil { bytes.append("},") }
                bytes.appendJSON(string: arena.view(partition.topic))
                bytes.append(":{")
            }
            topic = partition.topic
            bytes.append("\"")
            bytes.append(decimal: Int64(partition.partition))
            bytes.append("\":")
            bytes.append(decimal: offset)
        }
        if topic != nil { bytes.append("}") }
    }

    private static func appendDigests(_ publication: Publication, _ bytes: ByteBuffer) {
        for (index, table) in DigestTable.allCases.enumerated() {
            let digest = Digest()
            publication.canonicalRows(of: table) { row in
                withUnsafeBytes(of: UInt64(row.count).littleEndian) { digest.update(ByteView($0)) }
                digest.update(row)
            }
            if index > 0 { bytes.append(",") }
            bytes.append(text: "\"\(table.rawValue)\":\"\(digest.finish())\"")
        }
    }

    private static func appendWatermark(_ watermark: EventTime, _ bytes: ByteBuffer) {
        guard watermark != .never else { return bytes.append("null") }
        bytes.append("\"")
        bytes.append(rfc3339: watermark)
        bytes.append("\"")
    }
}

/// `freshet inspect user ID`: all that is kept about a user.
enum InspectUser: Verb {
    static let specification = VerbSpecification(
        name: "inspect user", summary: "Shows all that is kept about a user, as JSON.", operands: ["ID"],
        options: [.state, .configuration(isRequired: false), .json],
        examples: [("freshet inspect user u42 --state state", "Identity, history and sessions of u42.")],
        exitCodes: [.done, .usage, .badInput, .io, .tryAgain, .configuration])

    static func run(_ arguments: Arguments) throws(Failure) -> ExitCode {
        try show(arguments, "user") { $0.appendUser($1, into: $2) }
    }

    static func show(_ arguments: Arguments, _ kind: String, _ append: (Publication, ByteView, ByteBuffer) -> Bool) throws(Failure) -> ExitCode {
        let state = try arguments.openState()
        defer { state.store.close() }
        let bytes = ByteBuffer()
        let arena = ByteArena()
        guard append(state.publication, arena.view(arguments.operands[0]), bytes) else {
            throw Failure(.badInput, "freshet inspect \(kind): nothing is known of \(kind) '\(arguments.operands[0])'")
        }
        print(bytes.view.text)
        return .done
    }
}

/// `freshet inspect item ID`: counts and neighbours of an item.
enum InspectItem: Verb {
    static let specification = VerbSpecification(
        name: "inspect item", summary: "Shows an item's counts, its most similar items and what follows it, as JSON.", operands: ["ID"],
        options: [.state, .configuration(isRequired: false), .json],
        examples: [("freshet inspect item i9 --state state", "Counts, neighbours and followers of i9.")],
        exitCodes: [.done, .usage, .badInput, .io, .tryAgain, .configuration])

    static func run(_ arguments: Arguments) throws(Failure) -> ExitCode {
        try InspectUser.show(arguments, "item") { $0.appendItem($1, into: $2) }
    }
}

/// `freshet recommend`: the list that a user would get now.
enum Recommend: Verb {
    static let specification = VerbSpecification(
        name: "recommend", summary: "Shows the list that a user would get now, with the reasons of each item.",
        options: [
            .value("user", "ID", "The user; an unknown one gets what is popular.", isRequired: true),
            .value("top", "N", "The length of the list.", standard: "20"), .state, .configuration(isRequired: false), .json,
        ],
        examples: [("freshet recommend --user u42 --top 10 --state state", "Ten items for u42.")],
        exitCodes: [.done, .usage, .io, .tryAgain, .configuration])

    static func run(_ arguments: Arguments) throws(Failure) -> ExitCode {
        let limit = try arguments.integer("top", least: 1) ?? 20
        let state = try arguments.openState()
        defer { state.store.close() }
        let bytes = ByteBuffer()
        let arena = ByteArena()
        state.publication.appendRecommendations(for: arena.view(try arguments.required("user")), limit: min(limit, 1000), into: bytes)
        print(bytes.view.text)
        return .done
    }
}
