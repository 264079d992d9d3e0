import Synchronization
import Testing

@testable import FreshetKafka

/// Errors say what happened, why, and what to do.
struct ErrorTests {
    private static let debian12: Int32 = 0x0200_02ff
    private static let debian13: Int32 = 0x0208_00ff

    @Test func scramWithAnOldLibraryNamesTheWayOut() {
        let text = "SASL SCRAM-SHA-256 mechanism handshake failed: invalid credentials"
        let old = KafkaError.hint(code: KafkaErrorCode.authentication, text: text, librdkafkaVersion: Self.debian12)
        #expect(old?.contains("2.6.1") == true)
        let new = KafkaError.hint(code: KafkaErrorCode.authentication, text: text, librdkafkaVersion: Self.debian13)
        #expect(new?.contains("2.6.1") == false)
    }

    @Test(arguments: [
        (KafkaErrorCode.unknownTopicOrPartition, "topics create"), (29, "grant"), (30, "group"), (53, "transactional id"),
        (KafkaErrorCode.messageTooLarge, "max.message.bytes"), (KafkaErrorCode.fenced, "another instance"), (KafkaErrorCode.ssl, "ssl.ca.location"),
        (KafkaErrorCode.allBrokersDown, "brokers are up"), (KafkaErrorCode.timedOut, "brokers are up"), (19, "min.insync.replicas"),
    ])
    func commonErrorsHaveARemedy(code: Int32, words: String) {
        #expect(KafkaError.hint(code: code, text: "", librdkafkaVersion: Self.debian12)?.contains(words) == true)
    }

    @Test func aTimeOutCarriesWhatOnlyTheCallbackTells() throws {
        let told = Mutex<[KafkaEvent]>([])
        // Port 1 of loopback: nobody listens.
        let configuration = KafkaClientConfiguration(brokers: "127.0.0.1:1") { event in told.withLock { $0.append(event) } }
        let consumer = try Consumer(configuration, groupID: "g")
        let error = #expect(throws: KafkaError.self) {
            try consumer.committed([TopicPartition("t", 0)], timeoutMilliseconds: 500)
        }
        #expect(error?.isRetriable == true)
        #expect(error?.cause != nil)
        #expect(error?.description.contains("check that the brokers are up") == true)
        let events = told.withLock { $0 }
        #expect(events.contains { if case .error = $0 { true } else { false } })
        #expect(events.contains { if case .log(_, "FAIL", _) = $0 { true } else { false } })
    }

    @Test func descriptionsHoldMessageNameCauseAndHint() {
        let error = KafkaError(
            code: -185, name: "_TIMED_OUT", message: "read offsets: timed out", hint: "look there",
            cause: KafkaError.Cause(code: -169, name: "_AUTHENTICATION", message: "refused"))
        #expect("\(error)" == "read offsets: timed out (_TIMED_OUT); the client's last error: refused (_AUTHENTICATION): look there")
    }
}
