import FreshetCore
import FreshetKernels
import FreshetRuntime
import Glibc

/// `freshet replay`: files into a state folder, at full speed.
enum Replay: Verb {
    static let specification = VerbSpecification(
        name: "replay",
        summary: "Applies event files to a state folder at full speed; a second replay of the same files goes on where the first ended.",
        options: [
            .value("input", "FILE", "Event files; plain, .gz or .zst.", isRequired: true, isList: true),
            .value("format", "NAME", "freshet, retailrocket, otto, rees46, taobao or sessions.", standard: "freshet"),
            .configuration(isRequired: false), .state, .value("output", "FILE", "Where outputs go: a JSON line {topic, key, value} each."),
            .value("until", "TIME", "Ends before the first event later than this: RFC 3339 or epoch milliseconds."),
        ],
        examples: [("freshet replay --input UserBehavior.csv --format taobao --state state", "Learns a public log.")],
        exitCodes: [.done, .usage, .badInput, .io, .tryAgain, .configuration])

    static func run(_ arguments: Arguments) throws(Failure) -> ExitCode {
        let configuration = arguments.has("config") ? try arguments.configuration(needsTopics: false).configuration : Configuration()
        let name = arguments["format"] ?? "freshet"
        guard let format = EventFormat.preset(name) else {
            let near = nearest(to: name, among: EventFormat.presetNames) ?? "freshet"
            throw Failure(.usage, "freshet replay: there is no format '\(name)': did you mean '\(near)'?")
        }
        var settings = FileReplay.Settings(settingsDigest: configuration.settingsDigest)
        settings.recordBytesMax = configuration.events.maxRecordBytes
        settings.batchEventsMax = configuration.batch.eventsMax
        settings.until = try arguments.time("until")
        let output = try arguments["output"].map { path throws(Failure) in try OutputFile(path) }
        let folder = try arguments.required("state")
        let store: SQLiteStore
        do throws(StoreError) { store = try SQLiteStore(folder: folder) } catch { throw Failure(error) }
        defer { store.close() }
        return try replay(arguments, format, settings, configuration, store, output)
    }

    private static func replay(
        _ arguments: Arguments, _ format: EventFormat, _ settings: FileReplay.Settings, _ configuration: Configuration, _ store: SQLiteStore,
        _ output: OutputFile?
    ) throws(Failure) -> ExitCode {
        let publication = Publication(engine: Engine(settings: configuration.engine), settings: configuration.publication)
        let inputs = arguments.list("input").map { FileReplay.Input(path: $0, format: format) }
        do throws(ReplayError) {
            let replay = try FileReplay(inputs, settings: settings, publication: publication, store: store)
            try replay.run { outputs throws(ReplayError) in try output?.write(outputs, configuration.topics) }
            let counts = replay.counts
            Program.tell(
                "applied \(counts.applied) (late \(counts.late)), dead letters \(counts.deadLettered), duplicates \(counts.duplicates), "
                    + "ignored \(counts.ignored), of \(counts.records) records")
        } catch {
            throw Failure(code(of: error), "freshet replay: \(error)")
        }
        return .done
    }

    private static func code(of error: ReplayError) -> ExitCode {
        switch error {
        case .file(let error): error.code == .damaged ? .badInput : .io
        case .header: .badInput
        case .sameName: .usage
        case .store(let error): Failure(error).code
        case .otherSettings, .liveState: .configuration
        }
    }
}

/// Outputs as JSON lines.
final class OutputFile {
    private let path: String
    private let descriptor: Int32
    private let line = ByteBuffer(capacity: 1 << 16)

    init(_ path: String) throws(Failure) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Failure(.io, "\(path): cannot be written: \(String(cString: strerror(errno)))") }
    }

    deinit { close(descriptor) }

    func write(_ outputs: OutputBuffer, _ topics: Configuration.TopicSettings) throws(ReplayError) {
        line.removeAll()
        for index in 0..<outputs.count {
            guard let name = topics.name(of: outputs.topic(index)) else { continue }
            line.append(text: "{\"topic\":\"\(name)\",\"key\":")
            append(outputs.key(index), isJSON: false)
            line.append(",\"value\":")
            append(outputs.value(index), isJSON: outputs.topic(index) != .deadLetters)
            line.append("}\n")
        }
        try flush()
    }

    /// Values of lists are JSON; a dead letter's are whatever came.
    private func append(_ bytes: ByteView?, isJSON: Bool) {
        guard let bytes else { return line.append("null") }
        if isJSON { line.append(bytes) } else { line.appendJSON(string: bytes) }
    }

    private func flush() throws(ReplayError) {
        var rest = line.view
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, rest.start, rest.count)
            guard count > 0 else {
                throw .file(FileError(.io, path: path, message: "cannot write: \(String(cString: strerror(errno)))"))
            }
            rest = rest[count..<rest.count]
        }
    }
}
