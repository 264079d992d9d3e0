import Testing

@testable import FreshetKafka

/// What an operator is told to do, code by code.
@Suite struct HintTests {
    private func hint(_ code: Int32, _ text: String = "") -> String? { KafkaError.hint(code: code, text: text, librdkafkaVersion: 0x0200_02ff) }

    @Test(
        arguments: [
            (KafkaErrorCode.authentication, "sasl.username"), (KafkaErrorCode.ssl, "ssl.ca.location"),
            (KafkaErrorCode.allBrokersDown, "kafka.brokers"),
            (KafkaErrorCode.transport, "security.protocol"), (KafkaErrorCode.timedOut, "read the group"),
            (KafkaErrorCode.unsupportedFeature, "too old"), (-193, "does not resolve"), (-172, "new producer"),
            (29, "Write and Describe on the outputs"),
            (30, "Read on the group"), (31, "IdempotentWrite"), (53, "transactional id"), (58, "credentials"),
            (KafkaErrorCode.unknownTopicOrPartition, "freshet topics create"), (-188, "freshet topics create"), (-190, "freshet topics create"),
            (KafkaErrorCode.messageTooLarge, "publish.list_length"), (KafkaErrorCode.batchTooLarge, "max.message.bytes"),
            (KafkaErrorCode.fenced, "another instance"), (47, "transaction.timeout.ms"), (90, "another instance"),
            (KafkaErrorCode.autoOffsetReset, "--rebuild"), (KafkaErrorCode.offsetOutOfRange, "retention"), (19, "min.insync.replicas"),
            (20, "min.insync.replicas"), (50, "transaction.max.timeout.ms"), (38, "replication factor"), (-149, "output topics exist"),
        ] as [(Int32, String)])
    func aKnownErrorHasItsRemedy(_ code: Int32, _ words: String) {
        #expect(hint(code)?.contains(words) == true, "\(String(describing: hint(code)))")
    }

    @Test(arguments: [
        0, -191, KafkaErrorCode.queueFull, KafkaErrorCode.waitCoordinator, KafkaErrorCode.requestTimedOut, 12_345,
    ])
    func whereWaitingIsAllThereIsNoHint(_ code: Int32) {
        #expect(hint(code) == nil)
    }

    @Test func onlyOldLibrariesAreSuspectedOfScramsNonce() {
        let text = "SASL authentication error: SCRAM"
        for (version, isSuspected) in [(Int32(0x0200_02ff), true), (0x0206_00ff, true), (0x0206_01ff, false), (0x020a_00ff, false)] {
            let hint = KafkaError.hint(code: KafkaErrorCode.authentication, text: text, librdkafkaVersion: version)
            #expect(hint?.contains("newer librdkafka") == isSuspected, "\(String(version, radix: 16))")
        }
    }

    @Test func partitionsAreInTheOrderOfTheBytesOfTheirTopics() {
        let names = ["a", "a", "a.b", "a_b", "b", "é", "日"]
        let sorted = names.enumerated().map { TopicPartition($1, Int32($0 % 3)) }.sorted()
        for (left, right) in zip(sorted, sorted.dropFirst()) {
            #expect(left < right && !(right < left))
            #expect(!right.topic.utf8.lexicographicallyPrecedes(left.topic.utf8))
        }
        #expect(TopicPartition("clicks", 10).description == "clicks-10")
        #expect(TopicPartition("clicks", 2) < TopicPartition("clicks", 10))
    }
}
