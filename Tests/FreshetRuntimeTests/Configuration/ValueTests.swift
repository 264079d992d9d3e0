import FreshetCore
import FreshetRuntime
import Testing

@Suite struct ValueTests {
    @Test(arguments: [("20ms", 20), ("30s", 30_000), ("5m", 300_000), ("24h", 86_400_000), ("30d", 2_592_000_000), ("0s", 0)] as [(String, Int64)])
    func durations(_ text: String, _ milliseconds: Int64) throws {
        #expect(try ConfigurationText.with("events: {dedup_horizon: \(text)}").read().configuration.engine.dedupHorizon == milliseconds)
    }

    @Test(arguments: ["20", "s", "-5s", "1.5h", "30 s", "1w", "99999999999999999999d", "9223372036854775807s"])
    func noDurations(_ text: String) {
        #expect(ConfigurationText.with("events: {dedup_horizon: \(text)}").problems.count == 1)
    }

    @Test(arguments: [("512B", 512), ("16KiB", 16_384), ("64MiB", 67_108_864), ("1MiB", 1 << 20)])
    func sizes(_ text: String, _ bytes: Int) throws {
        #expect(try ConfigurationText.with("events: {max_record_bytes: \(text)}").read().configuration.events.maxRecordBytes == bytes)
    }

    @Test(arguments: ["512", "1MB", "65MiB", "KiB", "2GiB"])
    func noSizes(_ text: String) {
        #expect(ConfigurationText.with("events: {max_record_bytes: \(text)}").problems.count == 1)
    }

    @Test(arguments: [("on", true), ("off", false), ("true", true), ("false", false), ("yes", true), ("no", false)])
    func switches(_ text: String, _ value: Bool) throws {
        #expect(try ConfigurationText.with("publish: {conflate: \(text)}").read().configuration.publication.conflate == value)
    }

    @Test func allAndOff() throws {
        let lines = "signals: {item_similarity: {pairs_recent: 7, list_recent: all}}\npublish: {republish_after: 1d}"
        let configuration = try ConfigurationText.with(lines).read().configuration
        #expect(configuration.engine.itemSimilarity.pairsRecent == 7)
        #expect(configuration.engine.itemSimilarity.listRecent == nil)
        #expect(configuration.publication.republishAfter == 86_400_000)
        #expect(try ConfigurationText.with("publish: {republish_after: off}").read().configuration.publication.republishAfter == nil)
    }

    @Test(arguments: [("1.8", 1800), ("0", 0), ("0.05", 50), ("12", 12_000), ("1000", 1_000_000)] as [(String, Int32)])
    func sharesAreKeptInThousandths(_ text: String, _ thousandths: Int32) throws {
        let configuration = try ConfigurationText.with("signals: {next: {blend: \(text)}}").read().configuration
        #expect(configuration.engine.next.blend == thousandths)
        #expect(Setting.all.first { $0.key == "signals.next.blend" }?.text(in: configuration) == text)
    }

    @Test(arguments: ["1.2345", "-1", ".5", "1.", "1e3", "1001"])
    func noShares(_ text: String) {
        #expect(ConfigurationText.with("signals: {next: {blend: \(text)}}").problems.count == 1)
    }

    @Test func distancesBetweenWords() {
        #expect(editDistance("lateness", "latenes") == 1)
        #expect(editDistance("kafak", "kafka") == 1)
        #expect(editDistance("", "abc") == 3)
        #expect(editDistance("kitten", "sitting") == 3)
        #expect(nearest(to: "topcis", among: ["state", "topics", "batch"]) == "topics")
        #expect(nearest(to: "x", among: []) == nil)
    }
}
