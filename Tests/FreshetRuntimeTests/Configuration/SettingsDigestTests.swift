import FreshetCore
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
        "cleaning: {bots: {parole: 7d}}",
    ])
    func whatShapesStateChangesIt(_ lines: String) throws {
        #expect(try digest(lines) != digest(""))
    }

    @Test(arguments: [
        "kafka: {group: x}", "publish: {list_length: 5}", "batch: {max_wait: 1s}", "events: {max_future: 1s, tick: off}",
        "state: {path: x}", "cleaning: {tracking: {fall_below: 0.5}}",
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

    @Test func filesHaveAFormatOfTheirOwn() throws {
        func digest(_ lines: String, _ origin: StateBoundary.Origin) throws -> String {
            try ConfigurationText(text: lines).read().configuration.digest(for: origin)
        }
        let (click, cart) = ("topics: {events: [{name: a, type: click}]}", "topics: {events: [{name: a, type: cart}]}")
        #expect(try digest(click, .files) == Configuration().digest(for: .files))
        #expect(try digest(click, .files) == digest(cart, .files))
        #expect(try digest(click, .range) != digest(cart, .range))
        #expect(try digest(click + "\nlimits: {users_max: 5}", .files) != digest(click, .files))
    }

    @Test func aStoredTextHoldsAllThatShapesStateAndLists() throws {
        let lines = """
            seed: 7
            limits: {users_max: 5, items_max: 6, dedup_events_max: 3000000}
            events: {lateness: 1s, session_gap: 7m, dedup_horizon: 3h, max_record_bytes: 2KiB, max_future: 9s, tick: off}
            publish: {conflate: false, list_length: 7, every: 3, republish_after: 4h}
            signals:
              item_similarity: {window: 90d, weights: {click: 2, cart: 4, purchase: 9}, pairs_recent: 5, list_recent: all, blend: 0.125}
              next: {enabled: off, half_life: 3d}
              popularity: {half_life: 1h, leaders_max: 9}
            cleaning: {bots: {enabled: off, equal_gaps_max: 7, parole: 2d}, tracking: {expected_min: 99, rise_above: 2.5}}
            """
        let configuration = try ConfigurationText.with(lines).read().configuration
        let stored = try #require(Configuration(storedText: configuration.storedText))
        #expect(stored.engine == configuration.engine)
        #expect(stored.publication == configuration.publication)
        #expect(stored.digest(for: .files) == configuration.digest(for: .files))
        #expect(Configuration(storedText: Configuration().storedText) == Configuration())
    }

    @Test(arguments: ["", "engine: 0", "engine: \(EngineSettings.version)\nnothing: 1", "engine: \(EngineSettings.version)\nlimits.users_max: x"])
    func aStoredTextOfAnotherVersionIsNotTaken(_ text: String) {
        #expect(Configuration(storedText: text) == nil)
    }
}
