import FreshetLab
import FreshetRuntime
import Glibc

/// `freshet demo`: broker, shop and daemon in one process.
enum RunDemo: Verb {
    static let specification = VerbSpecification(
        name: "demo", summary: "Shows it at work: a broker, a simulated shop and the daemon, all in this process.",
        discussion: """
            The broker is librdkafka's mock: real TCP and topics, no transactions, the last 5 MiB a partition. The daemon therefore delivers at
            least once. At the end what was sent is compared with what was applied, and what was published with what a subscriber read.
            """,
        options: [
            .value("seconds", "N", "How long the shop is open, at most a day.", standard: "until Ctrl-C on a terminal, else and with --json 30"),
            .flag("json", "Ends standard output with one JSON object; text goes to standard error."),
        ],
        examples: [("freshet demo --seconds 10", "Ten seconds of a shop.")], exitCodes: [.done, .usage, .internalError, .brokerUnavailable])

    static func run(_ arguments: Arguments) throws(Failure) -> ExitCode {
        StopSignal.install()
        let screen = Screen(descriptor: arguments.has("json") ? STDERR_FILENO : STDOUT_FILENO)
        let isForPeople = screen.isTerminal && !arguments.has("json")
        var settings = DemoSettings()
        settings.seconds = try arguments.integer("seconds", in: 1...Int.max).map { min($0, 86_400) } ?? (isForPeople ? nil : 30)
        let report: DemoReport
        do throws(DemoError) {
            let demo = try Demo(settings)
            screen.write(introduction(demo))
            report = try demo.run(
                show: { screen.show($0.lines) }, warn: { screen.write(["warning: \($0)"]) }, isStopRequested: { StopSignal.isStopRequested })
        } catch {
            throw Failure(.brokerUnavailable, "freshet demo: \(error)")
        }
        screen.write([report.text])
        if arguments.has("json") { print(report.json) }
        guard report.problems.isEmpty else { throw Failure(.internalError, "freshet demo: " + report.problems.joined(separator: "; ")) }
        return .done
    }

    private static func introduction(_ demo: Demo) -> [String] {
        [
            "The embedded broker at \(demo.brokers) keeps no transactions: this demo delivers at least once. Against a real broker,",
            "freshet run delivers exactly once.",
            "Subscribe: kcat -C -b \(demo.brokers) -t \(demo.topic) -X fetch.wait.max.ms=10 -u",
            "",
        ]
    }
}
