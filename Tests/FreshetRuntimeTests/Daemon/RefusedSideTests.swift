import FreshetKafka
import FreshetKernels
import FreshetRuntime
import Testing

@testable import FreshetCore

/// What is not taken of the topics beside the events, and what becomes of it.
@Suite struct RefusedSideTests {
    /// Says something unacceptable of an item, with a header, as a producer that is traced does.
    private func trace(_ shop: TestShop) throws {
        let producer = MemoryBroker(shop.cluster, group: "upstream", transactionalID: nil, clock: shop.clock)
        try producer.openProducer(batchBytesMax: 1_000_000)
        try producer.begin()
        let bytes = ByteArena()
        let (key, value) = ("broken".withView(bytes.copy), "{\"price\":\"free\"}".withView(bytes.copy))
        let header = RecordHeader(name: "trace".withView(bytes.copy), value: "7".withView(bytes.copy))
        try producer.produce(topic: "catalogue", partition: 0, key: key, value: value, headers: [header], tag: 0)
        try producer.commit()
    }

    /// A first reading keeps no record; its dead letters have all that others have.
    @Test(arguments: [nil, Pseudonyms(for: .deadLetters, key: testKey().key)])
    func aDeadLetterHasTheHeadersOfItsRecordWhereverItStands(_ pseudonyms: Pseudonyms?) throws {
        let shop = TestShop()
        shop.sides = [.catalogue: "catalogue"]
        shop.adjust = { $0.pseudonyms = pseudonyms }
        for offset in 0..<2 {
            try trace(shop)
            shop.append("clicks", user: "u", item: "i1", at: Int64(offset))
            try shop.run()
        }
        #expect(shop.journal.filter { $0.loaded != nil }.flatMap(\.takenSides).map(\.range) == [0..<1], "the second one is read as it comes")
        let letters = (0..<Int32(2)).flatMap { shop.cluster.records(of: TopicPartition("dead-letters", $0)).map(\.record) }
        let names = letters.map { $0.headers.map { String(decoding: $0.name, as: UTF8.self) } }
        #expect(letters.map { $0.header("freshet.offset") } == ["0", "1"] && Set(names).count == 1, "\(names)")
        #expect(letters.allSatisfy { $0.header("freshet.error") == "wrong_type" && $0.header("freshet.topic") == "catalogue" })
        let (kept, omitted): (String?, String?) = pseudonyms == nil ? ("7", nil) : (nil, "1")
        #expect(letters.allSatisfy { $0.header("trace") == kept && $0.header("freshet.headers_omitted") == omitted })
    }

    /// The errors of dead letters that come from the erasures.
    private func refusedErasures(_ shop: TestShop) -> [String?] {
        (0..<Int32(2)).flatMap { shop.cluster.records(of: TopicPartition("dead-letters", $0)).map(\.record) }
            .filter { $0.header("freshet.topic") == "erasures" }.map { $0.header("freshet.error") }
    }

    @Test func anErasureOfTheFutureForgetsNobody() throws {
        let shop = TestShop()
        shop.fill(60)
        for user in ["u3", "u4"] { shop.append("clicks", user: user, item: "i1", at: 1_000) }
        shop.sides = [.erasures: "erasures"]
        try shop.run()
        // The clock stands an hour behind the start, and five minutes more are taken.
        shop.forget("u3", until: 3_600_000 + 200_000)
        shop.forget("u4", until: 3_600_000 + 86_400_000)
        shop.forget("u5", until: 1)
        let engine = try shop.settle().engine
        #expect(refusedErasures(shop) == ["in_the_future"] && !engine.knows("u3") && engine.knows("u4"))
        #expect(shop.journal.flatMap(\.takenSides).flatMap(\.rejected) == [1] && shop.journal.flatMap(\.sides).map(\.offset) == [0, 2])
        #expect(shop.written("erasure-receipts").count == 2)
    }

    /// Who reads again reads by another clock: the verdict of the first reading stands.
    @Test func anErasureThatWasRefusedAtTheFirstReadingIsRefusedAgain() throws {
        let shop = TestShop()
        shop.fill(60)
        shop.append("clicks", user: "u3", item: "i1", at: 1_000)
        shop.forget("u3", until: 10 * 86_400_000)
        shop.forget("u4", until: 1)
        #expect(try shop.run(killAt: .committed, 1))
        #expect(try shop.store.loadBoundary()?.batch == 0 && shop.journal.flatMap(\.takenSides).flatMap(\.rejected) == [0])
        shop.clock.wallMilliseconds += 20 * 86_400_000
        let engine = try shop.settle().engine
        #expect(refusedErasures(shop) == ["in_the_future"] && engine.knows("u3") && shop.written("erasure-receipts").count == 1)
    }

    /// As of an input's, but no state has to be made anew: the next start takes them for new topics.
    @Test func partitionsThatAreAddedStopTheRunAndTheNextReadsThem() throws {
        let shop = TestShop()
        shop.fill(40)
        shop.fillSides()
        shop.clock.onSleep = { [unowned shop] _ in
            if shop.isDone { shop.cluster.createTopic(TopicSpecification(name: "catalogue", partitions: 2)) }
        }
        guard case .refused(.sidePartitionsAdded(let added)) = shop.failure() else {
            Issue.record("the new partition was not seen")
            return
        }
        #expect(added == [TopicPartition("catalogue", 1)] && shop.clock.monotonicMilliseconds < 70_000)
        shop.clock.onSleep = { _ in }
        shop.cluster.append(to: TopicPartition("catalogue", 1), key: "i5", value: "{\"available\":false}")
        #expect(try shop.settle().engine.bar("i5") == .unavailable)
        shop.cluster.append(to: TopicPartition("catalogue", 1), key: "i6", value: "{\"available\":false}")
        shop.fill(5, seed: 2, from: 200_000)
        #expect(try shop.settle().engine.bar("i6") == .unavailable)
    }
}

extension Engine {
    /// Whether anything is kept of a user.
    fileprivate func knows(_ id: String) -> Bool { id.withView { users.ids.find($0) } != nil }
}
