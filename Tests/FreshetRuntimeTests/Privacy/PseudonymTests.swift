import FreshetCore
import FreshetKafka
import FreshetKernels
import Testing

@testable import FreshetRuntime

@Suite struct PseudonymTests {
    /// RFC 4231, test cases 1 and 2; HMAC fills a short key up with zeros.
    @Test(arguments: [
        ([UInt8](repeating: 0x0b, count: 20), "Hi There", "b0344c61d8db38535ca8afceaf0bf12b"),
        (Array("Jefe".utf8), "what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c7"),
    ])
    func isHMACSHA256(_ key: [UInt8], _ text: String, _ half: String) throws {
        let key = try #require(SecretKey(key + [UInt8](repeating: 0, count: SecretKey.byteCount - key.count)))
        let digits = Pseudonyms.code(of: Array(text.utf8), under: key).prefix(16).map { byte in
            String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }
        #expect(digits.joined() == half)
    }

    /// What Python's `hmac` says of `dead letters`, a zero byte and the id: the one who was forgotten cannot be told by the keys of dead letters.
    @Test(
        arguments: [
            (.deadLetters, "f236018dc15d3139119450d53b985f00"), (.erasures, "cb7da9704a41a7fdd0a2a712297e5107"),
        ] as [(Pseudonyms.Use, String)])
    func isOfItsUseAndTheId(_ use: Pseudonyms.Use, _ pseudonym: String) {
        #expect("u1".withView(Pseudonyms(for: use, key: testKey().key).text) == pseudonym)
    }

    @Test func aConfigurationNamesTheForgottenOtherwiseThanDeadLetters() {
        var configuration = Configuration()
        configuration.privacy.pseudonyms = true
        configuration.privacy.pseudonymKeyFile = testKey()
        let forgotten = configuration.makeEngine().pseudonymize
        #expect("u1".withView { forgotten?($0).hexadecimal } == "cb7da9704a41a7fdd0a2a712297e5107")
        #expect("u1".withView { configuration.privacy.pseudonymsInForce?.text(of: $0) } == "f236018dc15d3139119450d53b985f00")
    }

    @Test func idsAndKeysDiffer() {
        let pseudonyms = Pseudonyms(for: .deadLetters, key: testKey().key)
        let all = (0..<1_000).map { "u\($0)".withView(pseudonyms.text) } + [ByteView.empty].map(pseudonyms.text)
        #expect(Set(all).count == 1_001 && all.allSatisfy { $0.utf8.count == Pseudonyms.digits })
        #expect("u1".withView(Pseudonyms(for: .deadLetters, key: testKey(1).key).text) != all[1])
    }

    // MARK: Dead letters

    /// Bad records of shoppers, in every part of which an id may stand.
    private func shop(_ pseudonyms: Pseudonyms?) -> TestShop {
        let shop = TestShop()
        shop.fill(100)
        for number in 0..<20 {
            let id = "shopper-anna-\(number)"
            let partition = TestShop.inputs[1 + number % 2]
            shop.cluster.append(to: partition, key: id, value: "{\"user_id\":\"\(id)\",", timestamp: 5)
            shop.cluster.append(to: partition, key: id, value: "{\"user_id\":\"\(id)\",\"item_id\":\"i\",\"type\":\"\(id)\"}", timestamp: 5)
            shop.cluster.append(to: partition, key: id, value: "{\"user_id\":\"\(id)\",\"item_id\":\"i\",\"timestamp\":\"\(id)\"}", timestamp: 5)
            shop.cluster.append(to: partition, key: nil, value: "{\"\(id)\":1,\"\(id)\":2}", timestamp: 5)
            shop.cluster.append(to: partition, key: id, value: "{\"user_id\":\"\(id)\"" + String(repeating: " ", count: 5_000), timestamp: 5)
        }
        shop.adjust = { $0.pseudonyms = pseudonyms }
        return shop
    }

    private func letters(_ shop: TestShop) -> [MemoryRecord] {
        (0..<Int32(2)).flatMap { shop.cluster.records(of: TopicPartition("dead-letters", $0)).map(\.record) }
    }

    /// All bytes of a record as text.
    private func text(_ record: MemoryRecord) -> String {
        let headers = record.headers.map { "\(String(decoding: $0.name, as: UTF8.self))=\(String(decoding: $0.value ?? [], as: UTF8.self))" }
        return "\(record.keyText ?? "") \(record.valueText ?? "") \(headers)"
    }

    private func place(_ record: MemoryRecord) -> [String?] {
        ["freshet.topic", "freshet.partition", "freshet.offset", "freshet.error"].map(record.header)
    }

    @Test func aDeadLetterNamesNobodyAndSaysWhereTheRecordStands() throws {
        let open = shop(nil)
        let shop = shop(Pseudonyms(for: .deadLetters, key: testKey().key))
        var log: [String] = []
        shop.observer.onNotice = { log.append($0.description) }
        let digests = try open.run()
        #expect(try shop.run() == digests)
        // Without pseudonyms each of these parts does hold an id.
        for part in ["user_id", "freshet.detail", "{\"shopper-anna"] { #expect(letters(open).contains { text($0).contains(part) }) }
        #expect(letters(open).contains { $0.header("freshet.detail")?.contains("shopper-anna-") == true })
        let found = letters(shop)
        #expect(found.count == letters(open).count && found.count > 100)
        #expect(found.allSatisfy { !text($0).contains("shopper-anna") && $0.value == nil && $0.header("freshet.detail") == nil })
        #expect(Set(found.map(place)) == Set(letters(open).map(place)), "the references are those of the records")
        let pseudonym = "shopper-anna-7".withView(Pseudonyms(for: .deadLetters, key: testKey().key).text)
        #expect(found.count { $0.keyText == pseudonym } == 4)
        #expect(found.allSatisfy { $0.header("freshet.bytes") != nil })
        #expect(!log.isEmpty && log.allSatisfy { !$0.contains("shopper-anna") })
        #expect(shop.written("recommendations") == open.written("recommendations"), "lists are for who they are about")
    }

    @Test func aReplayAndAKillGiveTheSameBytes() throws {
        let pseudonyms = Pseudonyms(for: .deadLetters, key: testKey().key)
        let calm = shop(pseudonyms)
        let digests = try calm.run()
        for step in [DaemonStep.applied, .produced, .committed] {
            let shop = shop(pseudonyms)
            #expect(try shop.run(killAt: step, 3))
            #expect(try shop.run() == digests)
            #expect(letters(shop).map(text).sorted() == letters(calm).map(text).sorted())
        }
    }

    @Test func headersAreLeftOutAndCounted() {
        let arena = ByteArena()
        let (key, header) = ("shopper-anna".withView(arena.copy), "shopper-anna".withView(arena.copy))
        let original = OriginalRecord(
            key: key, value: header, headers: [RecordHeader(name: header, value: header), RecordHeader(name: header, value: nil)], omittedHeaders: 3)
        let source = DeadLetterSource(topic: ByteView("clicks"), partition: 1, offset: 9)
        let outputs = OutputBuffer()
        outputs.appendDeadLetter(original, .malformed, detail: "shopper-anna", from: source, Pseudonyms(for: .deadLetters, key: testKey().key))
        outputs.appendDeadLetter(nil, .malformed, detail: "shopper-anna", from: source, Pseudonyms(for: .deadLetters, key: testKey().key))
        var headers: [String] = []
        for index in 0..<2 { outputs.forEachHeader(index) { headers.append("\($0.text)=\($1?.text ?? "null")") } }
        let place = ["freshet.error=malformed", "freshet.topic=clicks", "freshet.partition=1", "freshet.offset=9"]
        #expect(headers == place + ["freshet.bytes=12", "freshet.headers_omitted=5"] + place)
        #expect(outputs.key(0)?.count == Pseudonyms.digits && outputs.key(1) == nil && outputs.value(0) == nil)
    }

    /// A list that is too large leaves a dead letter by reference, whose key would be the user.
    @Test func aListThatIsRefusedNamesNobody() throws {
        let shop = TestShop()
        shop.cluster.deleteTopic("recommendations")
        shop.cluster.createTopic(TopicSpecification(name: "recommendations", partitions: 2, settings: ["max.message.bytes": "1300"]))
        let pseudonyms = Pseudonyms(for: .deadLetters, key: testKey().key)
        shop.adjust = { $0.pseudonyms = pseudonyms }
        shop.fill(200)
        try shop.run()
        let refused = letters(shop).filter { $0.header("freshet.error") == "output_too_large" }
        let users = Set((0..<12).map { "u\($0)".withView(pseudonyms.text) })
        #expect(refused.count > 20 && refused.allSatisfy { users.contains($0.keyText ?? "") })
        #expect(refused.allSatisfy { $0.header("freshet.detail")?.hasPrefix("recommendations: an output of ") == true })
    }
}
