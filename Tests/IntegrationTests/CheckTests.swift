import Foundation
import Testing

/// `freshet check` ends as a start would. Run with `KAFKA_BOOTSTRAP=host:port`.
@Suite(.enabled(if: TopicSpace.bootstrap != nil, "KAFKA_BOOTSTRAP names no broker"), .serialized)
struct CheckTests {
    @Test func aMissingInputIsAMistake() throws {
        let topic = try EventTopic("check")
        defer { topic.delete() }
        let missing = "{name: \(topic.space.topic("missing"))}"
        let wrong = try TestDaemon("wrong", in: topic.space, reading: topic.inputs, events: [missing], settings: EventTopic.standard)
        let run = try wrong.start("run")
        #expect(run.waitForEnd() == 78 && run.logged.contains("there is no topic"), "\(run.logged)")
        let right = try topic.daemon("right")
        for (daemon, code) in [(wrong, 78), (right, 0)] as [(TestDaemon, Int32)] {
            let text = try FreshetProcess.output(["check", "--broker", "--config", daemon.configuration.path()], codes: [code])
            #expect(text.contains("Digest of what shapes state: "), "the rest is told in any case")
        }
    }
}
