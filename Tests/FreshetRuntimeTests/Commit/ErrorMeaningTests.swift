import FreshetKafka
import FreshetRuntime
import Testing

/// What the daemon reads from the numbers of the client and the broker (rdkafka.h, and the protocol's guide).
@Suite struct ErrorMeaningTests {
    private func error(_ code: Int32) -> KafkaError { KafkaError(code: code, name: "x", message: "x") }

    private func codes(_ holds: (KafkaError) -> Bool) -> [Int32] { (-200...120).filter { holds(error($0)) } }

    @Test func permissionsAreThoseOfTopicGroupClusterAndTransactionalID() {
        #expect(codes(\.isMissingPermission) == [29, 30, 31, 53])
    }

    @Test func aMissingTopicIsToldByBrokerAndByClient() {
        #expect(codes(\.isMissingTopic) == [-190, -188, 3])
        #expect(error(KafkaErrorCode.unknownTopicOrPartition).isMissingTopic)
    }

    @Test func aRecordOrABatchMayBeTooLarge() {
        #expect(codes(\.isOversize) == [KafkaErrorCode.messageTooLarge, KafkaErrorCode.batchTooLarge])
    }

    @Test func noAnswerIsNoRefusal() {
        #expect(
            codes(\.isTimeout) == [KafkaErrorCode.messageTimedOut, KafkaErrorCode.timedOut, KafkaErrorCode.queueFull, KafkaErrorCode.requestTimedOut])
        #expect(codes(\.isUnreachable) == [KafkaErrorCode.transport, -192, KafkaErrorCode.allBrokersDown, -185, KafkaErrorCode.queueFull, 7])
        #expect(codes { $0.isTimeout && !$0.isUnreachable }.isEmpty)
    }

    @Test func anOffsetThatIsGoneIsToldByBrokerAndByClient() {
        #expect(codes(\.isOffsetLost) == [KafkaErrorCode.autoOffsetReset, KafkaErrorCode.offsetOutOfRange])
    }

    @Test func noCodeMeansTwoThings() {
        let meanings: [(KafkaError) -> Bool] = [\.isMissingPermission, \.isMissingTopic, \.isOversize, \.isUnreachable, \.isOffsetLost]
        for code in Int32(-200)...120 { #expect(meanings.filter { $0(error(code)) }.count <= 1, "\(code)") }
    }
}
