import FreshetKafka
import Testing

/// Reading by number and offset on the embedded broker.
struct ConsumerTests {
    private func filled(_ counts: [Int]) throws -> EmbeddedTopic {
        let topic = try EmbeddedTopic(partitions: counts.count)
        let producer = try Producer(topic.configuration)
        for (partition, count) in counts.enumerated() {
            for number in 0..<count { try producer.produce(topic.name, partition: Int32(partition), key: "k", value: "\(partition).\(number)") }
        }
        try producer.flush()
        return topic
    }

    @Test func readingBeginsAtTheOffsetsGivenAndEndsAtTheEnds() throws {
        let topic = try filled([10, 0, 5])
        let consumer = try Consumer(topic.configuration, groupID: "g")
        let (records, ends) = try consumer.readToEnds([topic.start(2, at: 3), topic.start(0, at: 7), topic.start(1)])
        #expect(records.filter { $0.partition == 0 }.map(\.value) == ["2.3", "2.4"])
        #expect(records.filter { $0.partition == 1 }.map(\.value) == ["0.7", "0.8", "0.9"])
        #expect(ends == [0: 5, 1: 10, 2: 0])
        #expect((0..<3).map { consumer.highWatermark(of: $0) } == [5, 10, 0])
        #expect(try consumer.logRange(of: TopicPartition(topic.name, 0)) == 0..<10)
    }

    @Test func thereIsNoHighWatermarkBeforeTheFirstFetch() throws {
        let topic = try filled([1])
        let consumer = try Consumer(topic.configuration, groupID: "g")
        try consumer.assign([PartitionStart(TopicPartition("elsewhere", 0), at: 0)])
        #expect(consumer.highWatermark(of: 0) == -1)
    }

    @Test func anotherAssignmentStartsAnew() throws {
        let topic = try filled([50, 50])
        let consumer = try Consumer(topic.configuration, groupID: "g")
        try consumer.assign([topic.start(0), topic.start(1)])
        _ = try consumer.poll(atMost: 10_000, recordsMax: 10)
        let (records, ends) = try consumer.readToEnds([topic.start(1, at: 20)])
        #expect(records.map(\.offset) == Array(20..<50))
        #expect(records.allSatisfy { $0.partition == 0 })
        #expect(ends == [0: 50])
    }

    @Test func whatIsNotAskedForWaitsAndAPollTakesItsShareOfEach() throws {
        let topic = try filled([50, 0, 50])
        let consumer = try Consumer(topic.configuration, groupID: "g", partitions: 3)
        try consumer.assign((0..<3).map { topic.start(Int32($0)) })
        func offsets(_ places: [Int], until count: Int, recordsMax: Int) throws -> [Int: [Int64]] {
            var offsets: [Int: [Int64]] = [:]
            for _ in 0..<1_000 where offsets.values.reduce(0, { $0 + $1.count }) < count {
                let chunk = try consumer.poll(places, atMost: 10, recordsMax: recordsMax)
                #expect(Dictionary(grouping: chunk.records, by: \.partition).values.allSatisfy { $0.count <= recordsMax })
                for record in chunk.records { offsets[record.partition, default: []].append(record.offset) }
                chunk.release()
            }
            return offsets
        }
        #expect(try offsets([2], until: 30, recordsMax: 10) == [2: Array(0..<30)])
        #expect(try offsets([0, 1], until: 50, recordsMax: 7) == [0: Array(0..<50)])
        #expect(try offsets([0, 1, 2], until: 20, recordsMax: 100) == [2: Array(30..<50)])
    }

    @Test func whoWaitsForManyPartitionsIsWokenByAnyOfThem() throws {
        let topic = try filled([0, 0, 0])
        let consumer = try Consumer(topic.configuration, groupID: "g", partitions: 3)
        try consumer.assign((0..<3).map { topic.start(Int32($0)) })
        let producer = try Producer(topic.configuration)
        for partition in [2, 0, 1] as [Int32] {
            try producer.produce(topic.name, partition: partition, key: nil, value: "late")
            var records: [Int] = []
            let began = ContinuousClock.now
            while records.isEmpty, ContinuousClock.now - began < .seconds(20) {
                let chunk = try consumer.poll(atMost: 20_000, recordsMax: 10)
                records = chunk.records.map(\.partition)
                chunk.release()
            }
            #expect(records == [Int(partition)] && ContinuousClock.now - began < .seconds(20))
        }
    }

    @Test func anEndIsNewerThanTheRecordsOfItsChunk() throws {
        let topic = try EmbeddedTopic()
        let producer = try Producer(topic.configuration)
        let consumer = try Consumer(topic.configuration, groupID: "g")
        try consumer.assign([topic.start()])
        var next: Int64 = 0
        for round in 0..<40 {
            try producer.produce(topic.name, key: nil, value: "\(round)")
            if round % 3 == 0 { try producer.flush() }
            let chunk = try consumer.poll(atMost: 5, recordsMax: 100)
            for record in chunk.records {
                #expect(record.offset == next)
                next = record.offset + 1
            }
            for end in chunk.ends { #expect(end.position == next) }
            chunk.release()
        }
    }

    @Test func anOffsetThatTheLogDoesNotHoldIsAnErrorWithARemedy() throws {
        let topic = try filled([3])
        let consumer = try Consumer(topic.configuration, groupID: "g")
        try consumer.assign([topic.start(0, at: 1000)])
        let error = #expect(throws: KafkaError.self) {
            for _ in 0..<100 { try consumer.poll(atMost: 100, recordsMax: 10).release() }
        }
        #expect(error?.code == KafkaErrorCode.autoOffsetReset)
        #expect(error?.message.contains("clicks-0") == true)
        #expect(error?.hint?.contains("--rebuild") == true)
    }

    @Test func aClosedConsumerSaysSo() throws {
        let consumer = try Consumer(try filled([1]).configuration, groupID: "g")
        consumer.close()
        consumer.close()
        let error = #expect(throws: KafkaError.self) { try consumer.poll(atMost: 0, recordsMax: 1) }
        #expect(error?.isFatal == true)
    }

    @Test func committedOffsetsComeBackWithTheirText() throws {
        let topic = try filled([3, 3])
        let consumer = try Consumer(topic.configuration, groupID: "g")
        let partitions = [TopicPartition(topic.name, 1), TopicPartition(topic.name, 0)]
        #expect(try consumer.committed(partitions) == [nil, nil])
        try consumer.commit([PartitionStart(partitions[0], at: 2)], metadata: "b=41;n=é")
        #expect(try consumer.committed(partitions) == [CommittedOffset(offset: 2, metadata: "b=41;n=é"), nil])
        try consumer.commit(partitions.map { PartitionStart($0, at: 3) }, metadata: "b=42;n=é")
        #expect(
            try Consumer(topic.configuration, groupID: "g").committed(partitions)
                == [CommittedOffset(offset: 3, metadata: "b=42;n=é"), CommittedOffset(offset: 3, metadata: "b=42;n=é")])
        #expect(try Consumer(topic.configuration, groupID: "other").committed(partitions) == [nil, nil])
    }

    @Test func topicsAreCountedAndTheClusterKnown() throws {
        let topic = try filled([1, 1, 1])
        let consumer = try Consumer(topic.configuration, groupID: "g")
        #expect(try consumer.partitionCount(of: topic.name) == 3)
        #expect(try consumer.partitionCount(of: "missing") == nil)
        let id = try #require(consumer.clusterID())
        #expect(EmbeddedBroker.isEmbedded(clusterID: id))
        #expect(!EmbeddedBroker.isEmbedded(clusterID: "5L6g3nShT-eMCtK--X86sw"))
    }
}
