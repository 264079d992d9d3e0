import Foundation
import Testing

/// Rights that are taken away while a daemon runs. Run with `FRESHET_KAFKA_SH`.
@Suite(.enabled(if: OwnBroker.script != nil, "FRESHET_KAFKA_SH names no script"), .serialized)
struct PermissionTests {
    private static let records = 100

    @Test("FAULTS 13, 22: without the right to write an output or the dead letters the daemon halts, says so, and goes on when it is back")
    func aRightThatIsTakenAwayIsWaitedFor() throws {
        let broker = try OwnBroker(options: ["--secure"])
        let topic = try EventTopic("rights", brokers: broker.bootstrap)
        defer { topic.delete() }
        // The plain port belongs to a super user; the daemon comes by the other one.
        let daemon = try topic.daemon("daemon", brokers: broker.secureAddress, kafka: "properties: {\(broker.secureProperties)}")
        for (kind, name) in [("topic", "*"), ("group", "*"), ("transactional-id", "*")] {
            try changeRights(of: broker, ["--add", "--allow-principal", "User:freshet", "--operation", "All", "--\(kind)", name])
        }
        try changeRights(of: broker, ["--add", "--allow-principal", "User:freshet", "--operation", "All", "--cluster"])
        let process = try daemon.start("run")
        #expect(process.waitUntilReady() != nil, "\(process.logged)")
        for (number, output) in ["recommendations", "dead-letters"].enumerated() {
            let right = ["--deny-principal", "User:freshet", "--operation", "Write", "--topic", daemon.topic(output)]
            try changeRights(of: broker, ["--add"] + right)
            try topic.writeClicks(number * Self.records..<(number + 1) * Self.records, poison: 10)
            let isTold = waitUntil {
                let words = process.logged.split(separator: "\n").filter { $0.contains("not ready") && $0.contains("TOPIC_AUTHORIZATION_FAILED") }
                return words.count > number
            }
            #expect(isTold, "\(process.logged)")
            #expect(try !daemon.hasReadAll())
            try changeRights(of: broker, ["--remove", "--force"] + right)
            let granted = ContinuousClock.now
            try daemon.waitUntilRead(by: process, within: .seconds(120))
            print("the right to write \(output) is back: all is read after \(ContinuousClock.now - granted)")
        }
        process.send(SIGTERM)
        let end = process.waitForEnd()
        #expect(end == 0, "\(process.logged)")
        let figures = try Figures(process.lastLine("figures"))
        #expect(figures == Figures(applied: 180, late: 0, deadLetters: 20, duplicates: 0, ignored: 0))
        #expect(try daemon.published("recommendations").count == figures.applied)
        #expect(try daemon.published("dead-letters").count == figures.deadLetters)
    }

    private func changeRights(of broker: OwnBroker, _ arguments: [String]) throws { try broker.useTool("acls", arguments) }
}

extension OwnBroker {
    /// The address with SASL over TLS.
    fileprivate var secureAddress: String { "localhost:\(port + 1)" }

    /// How the user without rights of its own comes in.
    fileprivate var secureProperties: String {
        """
        security.protocol: sasl_ssl, sasl.mechanism: PLAIN, sasl.username: freshet, sasl.password: freshet-secret, \
        ssl.ca.location: \(folder.appending(path: "tls/ca.pem").path())
        """
    }
}
