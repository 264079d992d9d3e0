import Testing

@testable import FreshetKafka

/// Properties are checked before any broker is contacted, and secrets stay hidden.
struct ConfigurationTests {
    private func problems(_ properties: [KafkaClientConfiguration.Property]) -> [KafkaPropertyError] {
        KafkaClientConfiguration(brokers: "127.0.0.1:1", properties: properties).problems()
    }

    @Test func everyPropertyThatCannotBeUsedIsNamed() {
        let found = problems([("linger.ms", "2"), ("linger.mz", "2"), ("compression.codec", "brotli"), ("isolation.level", "read_uncommitted")])
        #expect(found.map(\.property) == ["linger.mz", "compression.codec", "isolation.level"])
        #expect(found.map(\.reason) == [.unknown, .badValue, .reserved])
        #expect(found[1].message.contains("brotli"))
        #expect(found[2].message.contains("kafka.delivery"))
    }

    @Test func goodPropertiesPass() {
        #expect(problems([("security.protocol", "sasl_ssl"), ("sasl.mechanism", "PLAIN"), ("sasl.password", "s3cret")]).isEmpty)
    }

    @Test func aClientNamesTheBadProperty() {
        let configuration = KafkaClientConfiguration(brokers: "127.0.0.1:1", properties: [("no.such", "1")])
        let error = #expect(throws: KafkaError.self) { try Consumer(configuration, groupID: "g") }
        #expect(error?.message.contains("no.such") == true)
        #expect(error?.isFatal == true)
    }

    @Test func conflictsAreToldInTheClientsWords() {
        let configuration = KafkaClientConfiguration(brokers: "127.0.0.1:1", properties: [("acks", "1")])
        let error = #expect(throws: KafkaError.self) { try Producer(configuration) }
        #expect(error?.message.contains("acks") == true)
    }

    @Test(arguments: ["sasl.password", "ssl.key.password", "ssl.keystore.password", "ssl.key.pem", "sasl.oauthbearer.client.secret"])
    func secretsAreNeverPrinted(name: String) {
        let configuration = KafkaClientConfiguration(brokers: "b:1", properties: [("client.id", "shown"), (name, "hunter2")])
        #expect(configuration.description.contains("shown"))
        #expect(!configuration.description.contains("hunter2"))
        #expect(configuration.problems().allSatisfy { !"\($0)".contains("hunter2") })
    }

    @Test func operatorsOverrideDefaultsAndPartitionsShareWhatIsReadAhead() {
        var configuration = KafkaClientConfiguration(brokers: "b:1")
        func value(_ name: String, _ role: ClientRole) -> String? { configuration.resolved(for: role).last { $0.name == name }?.value }
        #expect(value("fetch.wait.max.ms", .consumer(groupID: "g")) == "5")
        #expect(value("fetch.wait.max.ms", .producer(transactionalID: nil)) == nil)
        let (one, many) = (ClientRole.consumer(groupID: "g"), ClientRole.consumer(groupID: "g", partitions: 12))
        for name in ["queued.min.messages", "queued.max.messages.kbytes"] {
            #expect(value(name, one).flatMap { Int($0) }.map { $0 / 12 } == value(name, many).flatMap { Int($0) }, "\(name)")
        }
        #expect(value("queued.min.messages", .consumer(groupID: "g", partitions: 100_000)) == "500")
        configuration.properties = [("fetch.wait.max.ms", "7"), ("transaction.timeout.ms", "20000")]
        #expect(value("fetch.wait.max.ms", .consumer(groupID: "g")) == "7")
        #expect(value("transaction.timeout.ms", .producer(transactionalID: "t")) == "20000")
        #expect(value("transactional.id", .producer(transactionalID: "t")) == "t")
    }

    @Test func theLibraryTellsItsVersion() {
        #expect(KafkaLibrary.version.split(separator: ".").count >= 3)
    }
}
