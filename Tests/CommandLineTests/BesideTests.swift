import Foundation
import Testing

/// What `freshet bench --beside` says before it asks any broker.
@Suite struct BesideTests {
    private func run(_ folder: ScratchFolder, _ arguments: [String], _ environment: [String: String] = [:]) throws -> Freshet {
        // Nobody listens at port 1: a run that asked the broker would end with 69.
        let words = ["bench", "--brokers", "127.0.0.1:1", "--json", folder.path("bench.json")] + arguments
        return try Freshet.run(words, environment: environment)
    }

    @Test(
        arguments: [
            (["--rounds", "3"], "--rounds needs --beside DIR"), (["--beside", "peer", "--limits", "none"], "--limits takes peer, own or both"),
            (["--beside", "peer", "--peer-settings", "threads"], "KEY=VALUE pairs"),
            (["--beside", "peer", "--broker-only"], "no meaning with --beside"),
            (["--beside", "peer", "--rounds", "0"], "--rounds takes a whole number from 1 to 1000"),
        ])
    func wrongUsageIs64(_ arguments: [String], _ message: String) throws {
        let run = try run(try ScratchFolder(), arguments)
        #expect(run.code == 64 && run.messages.contains(message), "\(run.messages)")
    }

    @Test func aMissingPeerIs78() throws {
        let folder = try ScratchFolder()
        let run = try run(folder, ["--beside", folder.url.path()])
        #expect(run.code == 78 && run.messages.contains("no Load.java and SpinePeer.java"), "\(run.messages)")
    }

    @Test func missingJarsAre78() throws {
        let folder = try peer()
        let run = try run(folder, ["--beside", folder.url.path(), "--jars", folder.url.path()])
        #expect(run.code == 78 && run.messages.contains("no kafka-streams jar: give the folder"), "\(run.messages)")
    }

    @Test func aMissingJavaKitIs78() throws {
        let folder = try peer()
        _ = try folder.add("kafka-streams-1.jar", "")
        let beside = ["--beside", folder.url.path(), "--jars", folder.url.path()]
        for environment in [[:], ["PATH": folder.url.path()], ["JAVA_HOME": folder.url.path()]] {
            let run = try run(folder, beside, environment)
            #expect(run.code == 78 && run.messages.contains("no java in JAVA_HOME or PATH: the peer needs a JDK"), "\(run.messages)")
        }
    }

    private func peer() throws -> ScratchFolder {
        let folder = try ScratchFolder()
        for name in ["Load.java", "SpinePeer.java"] { _ = try folder.add(name, "") }
        return folder
    }
}
