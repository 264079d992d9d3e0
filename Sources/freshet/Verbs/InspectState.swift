import FreshetCore
import FreshetKafka
import FreshetKernels
import FreshetRuntime

/// `freshet inspect state`: sizes, positions and digests.
enum InspectState: Verb {
    static let specification = VerbSpecification(
        name: "inspect state", summary: "Shows what a state folder holds: batch, offsets, sizes, a digest a table.",
        discussion: "Two states that were made from the same events by the same settings have the same digests, wherever they were cut or killed.",
        options: [.state, .keyFile, .configuration(isRequired: false), .json],
        examples: [("freshet inspect state --state state --json", "One JSON object.")], exitCodes: [.done, .usage, .io, .tryAgain, .configuration])

    static func run(_ arguments: Arguments) throws(Failure) -> ExitCode {
        let state = try arguments.openState()
        defer { state.store.close() }
        let bytes = ByteBuffer()
        append(state, bytes)
        print(arguments.text(of: bytes))
        return .done
    }

    private static func append(_ state: OpenState, _ bytes: ByteBuffer) {
        bytes.append("{\"batch\":")
        bytes.append(decimal: state.boundary.batch)
        bytes.append(",\"origin\":\"")
        bytes.append(text: state.boundary.origin.rawValue)
        bytes.append("\",\"offsets\":{")
        appendOffsets(state.boundary.offsets.merging(state.boundary.sideOffsets) { event, _ in event }, bytes)
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
        var topic: String?
        for (partition, offset) in offsets.sorted(by: { $0.key < $1.key }) {
            if partition.topic == topic {
                bytes.append(",")
            } else {
                if topic != nil { bytes.append("},") }
                partition.topic.withBytes(bytes.appendJSON(string:))
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
