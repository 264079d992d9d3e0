import FreshetCore
import FreshetKafka
import FreshetKernels
import FreshetRuntime
import Testing

@Suite struct JournalRecordTests {
    private let record = JournalRecord(
        batch: 7, nonce: "a1", settingsDigest: "d0",
        taken: [
            .init(TopicPartition("carts", 0), 3..<4),
            .init(TopicPartition("clicks", 0), 10..<25, rejected: [12, 24]),
            .init(TopicPartition("clicks", 2), 0..<1, rejected: [0]),
        ], tick: -5)

    private func text(_ record: JournalRecord) -> String {
        let bytes = ByteBuffer()
        record.write(to: bytes)
        return bytes.view.text
    }

    private func read(_ text: String) throws(JournalError) -> JournalRecord {
        let bytes = ByteBuffer()
        bytes.append(text: text)
        return try JournalRecord(reading: bytes.view)
    }

    @Test func whatIsWrittenIsRead() throws {
        let written =
            #"{"batch":7,"nonce":"a1","config":"d0","ranges":{"carts":{"0":[3,4]},"clicks":{"0":[10,25],"2":[0,1]}},"tick":-5,"#
            + #""rejected":{"clicks":{"0":[12,24],"2":[0]}}}"#
        #expect(text(record) == written)
        #expect(try read(written) == record)
        let tick = JournalRecord(batch: 8, nonce: "a", settingsDigest: "", taken: [], tick: 9)
        #expect(text(tick) == #"{"batch":8,"nonce":"a","config":"","ranges":{},"tick":9}"#)
        #expect(try read(text(tick)) == tick)
    }

    @Test func whatSideTopicsSaidIsCarried() throws {
        var record = JournalRecord(batch: 9, nonce: "a", settingsDigest: "", taken: [])
        record.takenSides = [JournalRecord.Taken(TopicPartition("items", 0), 4..<9)]
        record.sides = [
            .init(.catalogue, TopicPartition("items", 0), offset: 4, key: Array("i1".utf8), value: Array("{}".utf8)),
            .init(.rules, TopicPartition("items", 0), offset: 8, key: [255], value: nil),
        ]
        record.loaded = .catalogue
        record.loadedRecords = 12
        let written =
            #"{"batch":9,"nonce":"a","config":"","ranges":{},"beside":{"items":{"0":[4,9]}},"#
            + #""sides":[["catalogue","items",0,4,"aTE=","e30="],["rules","items",0,8,"/w==",null]],"loaded":"catalogue","records":12}"#
        #expect(text(record) == written)
        #expect(try read(written) == record)
        for count in 0..<written.count { #expect(throws: JournalError.self) { try read(String(written.prefix(count))) } }
    }

    @Test func verdictsOnSideTopicsStandBesideThoseOnEvents() throws {
        var record = record
        record.takenSides = [JournalRecord.Taken(TopicPartition("cats", 1), 4..<9, rejected: [5])]
        let written = text(record)
        #expect(written.contains(#""rejected":{"cats":{"1":[5]},"clicks":{"0":[12,24],"2":[0]}},"beside":{"cats":{"1":[4,9]}}"#))
        #expect(try read(written) == record)
        #expect(throws: JournalError.self) { try read(written.replacing("[5]", with: "[9]")) }
    }

    @Test func anyOtherTextIsRefused() {
        let whole = text(record)
        for count in 0..<whole.count {
            #expect(throws: JournalError.self) { try read(String(whole.prefix(count))) }
        }
        for wrong in [
            whole + " ", whole.replacing("[3,4]", with: "[4,4]"), whole.replacing("[3,4]", with: "[3]"), whole.replacing("[12,24]", with: "[12,25]"),
            whole.replacing("\"2\":[0,1]", with: "\"0\":[0,1]"), whole.replacing("a1", with: "a\\u0031"), whole.replacing(":7", with: ":7.0"),
            whole.replacing(":7", with: ":99999999999999999999"), whole.replacing("carts", with: "zoo"), "null", "",
        ] {
            #expect(throws: JournalError.self, "\(wrong)") { try read(wrong) }
        }
    }

    @Test func metadataIsReadInItsOwnFormOnly() {
        #expect(CommitMetadata("b=12;n=x9") == CommitMetadata(batch: 12, nonce: "x9"))
        #expect(CommitMetadata(batch: 0, nonce: "n").text == "b=0;n=n")
        for wrong in ["", "b=1", "b=1;n=", "b=-1;n=a", "b=1;n=a;x", "n=a;b=1", "b=x;n=a"] { #expect(CommitMetadata(wrong) == nil, "\(wrong)") }
    }
}
