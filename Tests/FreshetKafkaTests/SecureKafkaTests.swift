import FreshetKafka
import Glibc
import Testing

/// Credentials against a broker with SASL over TLS: `KAFKA_SECURE_BOOTSTRAP=host:port KAFKA_SECURE_CA=ca.pem`.
@Suite(.enabled(if: getenv("KAFKA_SECURE_BOOTSTRAP") != nil, "KAFKA_SECURE_BOOTSTRAP names no broker"))
struct SecureKafkaTests {
    private func initTransactions(_ properties: [KafkaClientConfiguration.Property]) throws {
        let brokers = String(cString: try #require(getenv("KAFKA_SECURE_BOOTSTRAP")))
        let authority = getenv("KAFKA_SECURE_CA").map { [("ssl.ca.location", String(cString: $0))] } ?? []
        let configuration = KafkaClientConfiguration(brokers: brokers, properties: [("security.protocol", "sasl_ssl")] + authority + properties)
        try Producer(configuration, transactionalID: "freshet.secure.0").initTransactions(timeoutMilliseconds: 3000)
    }

    @Test(arguments: ["PLAIN", "SCRAM-SHA-256"])
    func aWrongPasswordIsTheCauseOfTheTimeOut(mechanism: String) throws {
        let error = #expect(throws: KafkaError.self) {
            try initTransactions([("sasl.mechanism", mechanism), ("sasl.username", "freshet"), ("sasl.password", "hunter2")])
        }
        #expect(error?.code == KafkaErrorCode.timedOut)
        #expect(error?.cause?.code == KafkaErrorCode.authentication)
        #expect(error?.hint?.contains("password") == true)
        #expect(error.map { !"\($0)".contains("hunter2") } == true)
    }

    @Test func anUnknownAuthorityIsTheCauseOfTheTimeOut() throws {
        let error = #expect(throws: KafkaError.self) {
            try initTransactions([
                ("sasl.mechanism", "PLAIN"), ("sasl.username", "freshet"), ("sasl.password", "x"),
                ("ssl.ca.location", "/etc/ssl/certs/ca-certificates.crt"),
            ])
        }
        #expect(error?.cause?.code == KafkaErrorCode.ssl)
        #expect(error?.hint?.contains("ssl.ca.location") == true)
    }
}
