import FreshetRuntime
import Testing

@Suite struct SettingsDigestTests {
    private func digest(_ lines: String) throws -> String { try ConfigurationText.with(lines).read().configuration.settingsDigest }

    @Test func itIsASHA256() throws {
        #expect(Digest.hexadecimal(of: "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(try digest("").utf8.count == 64)
    }

    @Test(arguments: [
        "seed: 2", "limits: {users_max: 5}", "events: {lateness: 1s}", "events: {max_record_bytes: 1KiB}", "signals: {next: {steps_max: 2}}",
    ])
    func whatShapesStateChangesIt(_ lines: String) throws {
        #expect(try digest(lines) != digest(""))
    }

    @Test(arguments: [
        "kafka: {group: x}", "publish: {list_length: 5}", "batch: {max_wait: 1s}", "events: {max_future: 1s, tick: off}", "state: {path: x}",
    ])
    func whatShapesListsDoesNot(_ lines: String) throws {
        #expect(try digest(lines) == digest(""))
    }

    @Test func formatsChangeItAndNamesOfTopicsDoNot() throws {
        func digest(_ topic: String) throws -> String {
            try ConfigurationText(text: "topics: {events: [\(topic)]}").read().configuration.settingsDigest
        }
        #expect(try digest("{name: a, type: click}") == digest("{name: b, type: click}"))
        #expect(try digest("{name: a, type: click}") != digest("{name: a, type: cart}"))
        #expect(try digest("{name: a, format: {types: {x: click}}}") != digest("{name: a, format: {types: {x: cart}}}"))
    }
}
