import FreshetCore
import FreshetKafka
import FreshetRuntime

/// `freshet replay`: files or a topic range into a state folder, at full speed.
enum ReplayVerb: Verb {
    static let specification = VerbSpecification(
        name: "replay", summary: "Applies event files, or a range of topics, to a state folder at full speed.",
        discussion: """
            A second replay of the same files into the same state goes on where the first one ended. A topic range ends where the topics end
            when it begins; `freshet run` with that state goes on from there. A replay publishes nothing: the first batches of that run publish
            every user's list and every item's record once.
            """,
        options: [
            .value("input", "FILE", "Event files; plain, .gz or .zst.", isList: true),
            .value("format", "NAME", "freshet, retailrocket, otto, rees46, taobao or sessions; files only.", standard: "freshet"),
            .value("catalogue", "FILE", "What is said of items, before the first event: JSON lines or CSV with item_id; files only.", isList: true),
            .configuration(isRequired: false), .value("from", "TIME", "Replays the topics of --config from this time, instead of files."), .state,
            .keyFile,
            .value("output", "FILE", "Where outputs go: a JSON line {topic, key, value} each; files only."),
            .value("until", "TIME", "Ends before the first event later than this: RFC 3339 or epoch milliseconds."),
        ],
        examples: [
            ("freshet replay --input UserBehavior.csv --format taobao --state state", "Learns a public log."),
            ("freshet replay --config freshet.yaml --from 2026-11-01T00:00:00Z --state state", "Learns what the topics still hold."),
        ],
        exitCodes: [.done, .usage, .badInput, .brokerUnavailable, .io, .tryAgain, .configuration])

    static func run(_ arguments: Arguments) throws(Failure) -> ExitCode {
        let isRange = arguments.has("from")
        guard isRange != arguments.has("input") else { throw Failure(.usage, "freshet replay: give either --input or --from") }
        if isRange, let option = ["format", "output", "catalogue"].first(where: arguments.has) {
            throw Failure(.usage, "freshet replay: --\(option) goes with --input: a topic has the format of --config, and a range writes nothing")
        }
        let format = try format(arguments["format"] ?? "freshet")
        let configuration = arguments.has("config") || isRange ? try arguments.configuration(needsTopics: isRange).configuration : Configuration()
        var settings = ReplaySettings(settingsDigest: configuration.digest(for: isRange ? .range : .files))
        settings.settingsText = configuration.storedText
        settings.recordBytesMax = configuration.events.maxRecordBytes
        settings.batchEventsMax = configuration.batch.eventsMax
        settings.until = try arguments.time("until")
        settings.pseudonyms = configuration.privacy.pseudonymsInForce
        let folder = try arguments.required("state")
        let key = try arguments.keyFile(arguments.has("config") ? configuration : nil)
        let store: SQLiteStore
        do throws(StoreError) { store = try SQLiteStore(folder: folder, key: key) } catch { throw Failure(error) }
        defer { store.close() }
        var published = configuration.publication
        // Lists that nobody gets need not be made: the first run publishes them all.
        if !arguments.has("output") { (published.recommendations, published.similarItems) = (false, false) }
        let publication = Publication(engine: configuration.makeEngine(), settings: published)
        let progress =
            isRange
            ? try range(arguments, configuration, settings, store, publication)
            : try files(arguments, format, configuration, settings, store, publication)
        tell(progress)
        return .done
    }

    private static func files(
        _ arguments: Arguments, _ format: EventFormat, _ configuration: Configuration, _ settings: ReplaySettings, _ store: SQLiteStore,
        _ publication: Publication
    ) throws(Failure) -> ReplayProgress {
        let lines = try outputLines(arguments, configuration)
        let write: (OutputBuffer) throws(FileError) -> Void = { outputs throws(FileError) in if let lines { try lines.append(outputs) } }
        let replay = FileReplay(
            files: arguments.list("input").map { ReplayFile(path: $0, format: format) },
            catalogue: arguments.list("catalogue").map(CatalogueFile.init),
            settings: settings, store: store, publication: publication,
            write: lines == nil ? nil : write)
        let progress: ReplayProgress
        do throws(ReplayError) { progress = try replay.run() } catch { throw Failure(error) }
        do throws(FileError) { try lines?.flush() } catch { throw Failure(writing: error) }
        return progress
    }

    private static func format(_ name: String) throws(Failure) -> EventFormat {
        if let format = EventFormat.preset(name) { return format }
        let near = nearest(to: name, among: EventFormat.presetNames) ?? "freshet"
        throw Failure(.usage, "freshet replay: there is no format '\(name)': did you mean '\(near)'?")
    }

    private static func outputLines(_ arguments: Arguments, _ configuration: Configuration) throws(Failure) -> OutputLines? {
        guard let path = arguments["output"] else { return nil }
        var names: [OutputTopic: String] = [:]
        for topic in OutputTopic.allCases { names[topic] = configuration.topics.name(of: topic) }
        do throws(FileError) { return try OutputLines(path: path, names: names) } catch { throw Failure(writing: error) }
    }

    private static func range(
        _ arguments: Arguments, _ configuration: Configuration, _ settings: ReplaySettings, _ store: SQLiteStore, _ publication: Publication
    ) throws(Failure) -> ReplayProgress {
        let from = try arguments.time("from") ?? EventTime(milliseconds: 0)
        let broker: KafkaBroker
        do throws(KafkaError) { broker = try configuration.connect() } catch { throw Failure(.configuration, error.description) }
        defer { broker.close() }
        let told = DaemonSettings(configuration, nonce: "")
        let replay = RangeReplay(
            inputs: told.inputs, sides: told.sides, journal: configuration.topics.journal, from: from,
            maxFuture: configuration.events.maxFuture, settings: settings,
            broker: broker, store: store, clock: SystemClock(), publication: publication)
        do throws(ReplayError) { return try replay.run() } catch { throw Failure(error) }
    }

    private static func tell(_ progress: ReplayProgress) {
        let counts = progress.counts
        Program.tell(
            "applied \(counts.applied) (late \(counts.late)\(bots(counts))), dead letters \(counts.deadLettered), duplicates \(counts.duplicates), "
                + "ignored \(counts.ignored), \(counts.sides > 0 ? "of the catalogue \(counts.sides), " : "")of \(counts.records) records")
        if let first = progress.firstRejected {
            let codes = RejectionCode.allCases.filter { counts.rejected[Int($0.rawValue)] > 0 }
            let reasons = codes.map { "\($0.name) \(counts.rejected[Int($0.rawValue)])" }.joined(separator: ", ")
            Program.tell("dead letters: \(reasons); the first one is \(first.source.topic):\(first.offset): \(first)")
        }
        if let warning = EventTime(milliseconds: progress.watermark).secondsWarning { Program.tell("warning: \(warning)") }
    }

    /// Events of users who are taken for bots, and by which limit.
    private static func bots(_ counts: BatchCounts) -> String {
        guard counts.botEvents > 0 else { return "" }
        let reasons = BotReason.allCases.filter { counts.bots[Int($0.rawValue)] > 0 }.map { "\($0.name) \(counts.bots[Int($0.rawValue)])" }
        return ", of bots \(counts.botEvents): \(reasons.joined(separator: ", "))"
    }
}

extension Failure {
    /// What cannot be written, with the exit code that fits.
    fileprivate init(writing error: FileError) { self.init(error.code == .unusable ? .configuration : .io, error.description) }

    /// A replay's failure with the exit code that fits.
    init(_ error: ReplayError) {
        let message = "freshet replay: \(error)"
        switch error {
        case .file(let error): self.init(error.code == .io ? .io : .badInput, message)
        case .nothingAcceptable, .header: self.init(.badInput, message)
        case .sameName: self.init(.usage, message)
        case .store(let error): self.init(error)
        case .otherSettings, .otherOrigin, .otherPartitions, .topicMissing, .journal: self.init(.configuration, message)
        case .broker: self.init(.brokerUnavailable, message)
        }
    }
}
