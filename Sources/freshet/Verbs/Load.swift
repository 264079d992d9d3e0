import FreshetCore
import FreshetKafka
import FreshetLab
import FreshetRuntime
import Glibc

/// `freshet load`: a busy shop that writes to the topics which a daemon reads.
enum Load: Verb {
    static let specification = VerbSpecification(
        name: "load", summary: "Sends a seeded shop's events to the topics that a configuration reads, at an even rate.",
        discussion: """
            For sizing a machine: the events are good ones, of users and items by Zipf's law, and carry the present time. Use topics of their own:
            what is learned from them is nonsense. At a high rate of few --users the first of them do more than a shopper could, and a daemon takes
            them for bots: give it more users, or set cleaning.bots.enabled: off. Without --seconds and --events it goes on until SIGINT or SIGTERM.
            """,
        options: [
            .configuration(),
            .value("rate", "N", "Events a second.", isRequired: true),
            .value("seconds", "N", "How long."),
            .value("events", "N", "How many, instead of how long."),
            .value("users", "N", "Users.", standard: "100000"),
            .value("items", "N", "Items.", standard: "20000"),
            .value("seed", "N", "Makes the shop.", standard: "1"),
            .flag("json", "Ends standard output with one JSON object."),
        ],
        examples: [("freshet load --config freshet.yaml --rate 5000 --seconds 60", "A minute of a busy shop.")],
        exitCodes: [.done, .usage, .brokerUnavailable, .io, .configuration])

    /// A year.
    private static let secondsMax = 366 * 86_400

    static func run(_ arguments: Arguments) throws(Failure) -> ExitCode {
        let rate = try arguments.integer("rate", in: 1...10_000_000) ?? 1
        let seconds = try arguments.integer("seconds", in: 1...Load.secondsMax)
        let events = try arguments.integer("events", in: 1...Int.max)
        if seconds != nil, events != nil { throw Failure(.usage, "freshet load: give --seconds or --events, not both") }
        var settings = try arguments.load(LoadSettings())
        let configuration = try arguments.configuration().configuration
        settings.run = String(SystemClock.wallMilliseconds, radix: 36)
        guard let topics = LoadTopics(of: configuration) else {
            throw Failure(.configuration, "freshet load: topics.events: clicks, carts and purchases need topics with format: freshet")
        }
        StopSignal.install()
        let report: PaceReport
        do throws(KafkaError) {
            let producer = try LoadProducer(configuration.client, topics: topics, settings, isPaced: true)
            let progress = LoadProgress()
            report = try producer.send(
                events ?? seconds.map { $0 * rate }, pace: Pace(eventsPerSecond: Double(rate)),
                time: { _ in EventTime(milliseconds: SystemClock.wallMilliseconds) },
                watch: { report in
                    progress.show(report)
                    return !StopSignal.isStopRequested
                })
        } catch {
            throw Failure(.brokerUnavailable, "freshet load: \(error)")
        }
        return try finish(report, arguments)
    }

    private static func finish(_ report: PaceReport, _ arguments: Arguments) throws(Failure) -> ExitCode {
        print(arguments.has("json") ? report.json : report.text)
        guard report.isKept else {
            throw Failure(
                .io,
                "freshet load: the rate was not kept (99 of 100 events within 50 ms, none a second late): lower it, or free the machine and"
                    + " the broker")
        }
        return .done
    }
}

/// The achieved rate, once a second, where somebody looks on.
private final class LoadProgress {
    private let screen = Screen(descriptor: STDERR_FILENO)
    private let watch = Stopwatch()
    private var shown: (second: Int, sent: Int) = (0, 0)

    func show(_ report: PaceReport) {
        let second = Int(watch.seconds)
        guard screen.isTerminal, second > shown.second else { return }
        let rate = (report.sent - shown.sent) / (second - shown.second)
        screen.show(["\(second) s: \(rate) events/s, \(report.sent) sent, the latest \(report.latest / 1_000_000) ms late"])
        shown = (second, report.sent)
    }
}

extension Arguments {
    /// The shop of `--users`, `--items` and `--seed`; what is not given is as in `standard`.
    func load(_ standard: LoadSettings) throws(Failure) -> LoadSettings {
        var settings = standard
        settings.users = try integer("users", in: 1...100_000_000) ?? settings.users
        settings.items = try integer("items", in: 1...100_000_000) ?? settings.items
        settings.seed = try integer("seed", in: 0...UInt64.max) ?? settings.seed
        return settings
    }
}
