import FreshetKafka
import FreshetRuntime
import Testing

/// What stops a start says what is wrong, with the figures, and what to do.
@Suite struct RefusalTextTests {
    private static let clicks = TopicPartition("clicks", 3)

    @Test(
        arguments: [
            (
                .otherSettings(stored: "aaaaaaaaaaaaaaaa", configured: "bbbbbbbbbbbbbbbb"),
                ["aaaaaaaaaaaa,", "bbbbbbbbbbbb)", "kafka.group", "--state", "--rebuild"]
            ),
            (.stateLost(committedBatch: 41), ["batch 41", "--state names another folder", "--rebuild"]),
            (.offsetsGone([clicks]), ["clicks-3", "deleted and made anew", "offsets expired", "kafka.group", "--state"]),
            (.foreignOffsets(clicks, metadata: "spark"), ["clicks-3", "\"spark\"", "another program", "kafka.group that nobody else uses"]),
            (.foreignOffsets(clicks, metadata: ""), ["clicks-3", "reset by a tool", "freshet replay --config FILE --from TIME"]),
            (.topicAnew(clicks, needed: 500, logEnd: 20), ["clicks-3 up to offset 500", "ends at 20", "made anew", "kafka.group", "freshet replay"]),
            (.topicReplaced(clicks), ["clicks-3", "made anew while it was read", "kafka.group that nobody else uses", "freshet replay"]),
            (.journalEmpty(committedBatch: 6), ["batch 6", "none of its batches", "kafka.group", "--state", "freshet replay"]),
            (.stateAhead(storedBatch: 9, committedBatch: 7), ["batch 9", "batch 7", "state folder", "--rebuild"]),
            (.belowLogStart(clicks, offset: 5, logStart: 80), ["clicks-3 from offset 5", "from 80 on", "retention", "--rebuild"]),
            (.aboveLogEnd(clicks, offset: 90, logEnd: 80), ["offset 90 of clicks-3", "ends at 80", "kafka.group", "--state"]),
            (.offsetsMoved(clicks, stored: 5, committed: 6), ["offset 6 of clicks-3", "at 5", "offsets were reset", "--rebuild"]),
            (.partitionsChanged(stored: [clicks], present: []), ["clicks-3", "(none)", "--rebuild"]),
            (.sidePartitionsAdded([clicks]), ["clicks-3", "start again", "from its beginning"]),
            (.groupHasHistory(storedBatch: 2, committedBatch: 3), ["batch 2", "batch 3", "kafka.group without history"]),
            (.journalGap(batch: 12), ["lacks batch 12", "retention", "--rebuild"]),
            (.journalShort(batch: 12, committedBatch: 15), ["before batch 12", "batch 15", "topics.journal", "kafka.group", "freshet replay"]),
            (.otherPseudonymKey(batch: 4), ["batch 4", "privacy.pseudonym_key_file"]),
            (.noRoomToForget(batch: 4), ["batch 4", "limits.erasures_max"]),
            (.journalMissing("jurnal", committedBatch: 15), ["no topic jurnal", "batch 15", "topics.journal", "freshet topics create"]),
            (.journalUnreadable(offset: 8, message: "expected a number"), ["offset 8", "expected a number", "nobody else writes"]),
            (.rangeGap(clicks, batch: 4, expected: 10, found: 12), ["batch 4", "offset 12, expected 10", "--rebuild"]),
            (.topicMissing("journal"), ["no topic journal", "freshet topics create", "topics.create: true"]),
            (.inputMissing("klicks"), ["no topic klicks", "keyed by user_id"]),
            (.noTransactions, ["kafka.delivery: at_least_once"]), (.noOffsets, ["cannot tell where it stands"]),
        ] as [(RecoveryRefusal, [String])])
    func aRefusalNamesFiguresAndRemedy(_ refusal: RecoveryRefusal, _ parts: [String]) {
        let text = refusal.description
        for part in parts { #expect(text.contains(part), "\(text)") }
        #expect(!text.contains("\n"), "one line")
        #expect(DaemonError.refused(refusal).description == text)
    }

    @Test func manyPartitionsAreNotAllListed() {
        let many = (0..<20).map { TopicPartition("t", Int32($0)) }
        let text = RecoveryRefusal.offsetsGone(many).description
        #expect(text.contains("t-7 and 12 more") && !text.contains("t-8"))
    }

    @Test func aLongForeignTextIsCut() {
        let text = RecoveryRefusal.foreignOffsets(RefusalTextTests.clicks, metadata: String(repeating: "x", count: 4000)).description
        #expect(text.count < 300)
    }

    @Test(
        arguments: [
            (.fenced(by: CommitMetadata(batch: 7, nonce: "n1")), ["n1", "batch 7", "kafka.group", "one instance"]),
            (.brokerUnavailable(KafkaError(code: -195, name: "_TRANSPORT", message: "no route")), ["in vain", "no route", "_TRANSPORT"]),
            (.broker(KafkaError(code: 29, name: "TOPIC", message: "not authorized", hint: "grant")), ["not authorized", "grant"]),
            (.inconsistent(batch: 5, committed: nil), ["batch 5", "nothing is committed"]),
            (.inconsistent(batch: 5, committed: CommitMetadata(batch: 9, nonce: "z")), ["b=9;n=z"]),
            (.store(StoreError(.io, "cannot write x", hint: "make room")), ["cannot write x: make room"]),
            (.interrupted(.committed), ["ended at committed"]),
        ] as [(DaemonError, [String])])
    func anEndNamesItsCause(_ error: DaemonError, _ parts: [String]) {
        for part in parts { #expect(error.description.contains(part), "\(error)") }
    }
}
