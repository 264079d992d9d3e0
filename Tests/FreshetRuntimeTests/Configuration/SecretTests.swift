import FreshetKafka
import FreshetRuntime
import Testing

/// Wherever a secret stands, and whatever is wrong around it: no message shows it.
@Suite struct SecretTests {
    private static let secret = "hunter2"

    private func printed(_ text: ConfigurationText) -> String {
        do throws(ConfigurationError) {
            let loaded = try text.read()
            var printed = "\(loaded)" + loaded.notices.map(\.description).joined()
            dump(loaded, to: &printed)
            for setting in Setting.all { printed += setting.text(in: loaded.configuration) }
            return printed
        } catch {
            var printed = "\(error)"
            dump(error, to: &printed)
            return printed
        }
    }

    @Test(arguments: [
        "kafka: {properties: {sasl.password: hunter2}}",
        "kafka: {properties: {sasl.password: hunter2, sasl.mechanism: nonsense}}",
        "kafka: {properties: {ssl.key.password: hunter2}}\nbatch: {max_wait: 5}",
        "kafka: {properties: {sasl.passwrd: hunter2}}",
        "kafka: {properties: {sasl.password: [hunter2]}}",
        "kafka: {properties: {sasl.password: {value: hunter2}}}",
        "kafka: {properties: {sasl.oauthbearer.client.secret: hunter2}}",
        "kafka: {properties: {sasl.oauthbearer.config: \"principal=hunter2\"}}",
        "kafka: {properties: {ssl.key.pem: hunter2}}",
        "kafka: {properties: {ssl.keystore.password: hunter2, ssl.keystore.password: hunter2}}",
        "kafka: {properties: {sasl.password: hunter2}, delivery: twice}",
    ])
    func aSecretInTheFileIsNotShown(_ lines: String) {
        #expect(!printed(.with(lines)).contains(SecretTests.secret))
    }

    @Test(arguments: ["SASL_PASSWORD", "SSL_KEY_PASSWORD", "SASL_PASSWRD", "SASL_OAUTHBEARER_CLIENT_SECRET", "NO_SUCH_PROPERTY"])
    func aSecretInTheEnvironmentIsNotShown(_ name: String) {
        let environment = ["FRESHET_KAFKA_PROPERTIES_\(name)": SecretTests.secret, "FRESHET_BATCH_MAX_WAIT": "soon"]
        let text = printed(.with("", environment: environment))
        #expect(!text.contains(SecretTests.secret) && text.contains("FRESHET_BATCH_MAX_WAIT"))
    }

    @Test func aSecretFileIsReadWithoutItsLineEndAndNotShown() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/password"
            for end in ["", "\n", "\r\n", "\n\n"] {
                try write(SecretTests.secret + end, to: path)
                let text = ConfigurationText.with("kafka: {properties: {sasl.password_file: \(path)}}")
                #expect(try text.read().configuration.kafka.secrets["sasl.password"]?.value == SecretTests.secret)
                #expect(!printed(text).contains(SecretTests.secret))
            }
            // A property without such a name is one when its value comes from a file.
            try write("shop", to: path)
            let text = ConfigurationText.with("kafka: {properties: {sasl.username_file: \(path)}}")
            #expect(try text.read().configuration.kafka.secrets["sasl.username"]?.value == "shop")
            #expect(!printed(text).contains("shop"))
        }
    }

    @Test func anEmptySecretFileIsAMistakeThatNamesIt() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/password"
            try write("\n", to: path)
            let problems = ConfigurationText.with("kafka: {properties: {sasl.password_file: \(path)}}").problems
            #expect(problems == ["freshet.yaml:2: kafka.properties.sasl.password_file: \(path) is empty: write the value into it"])
        }
    }

    @Test func theClientsConfigurationHidesSecrets() {
        let configuration = KafkaClientConfiguration(
            brokers: "b:9092", properties: [("sasl.password", SecretTests.secret), ("sasl.username", "shop")])
        #expect(configuration.description == "bootstrap.servers=b:9092\nsasl.password=(hidden)\nsasl.username=shop")
        for name in ["sasl.password", "ssl.key.password", "ssl.keystore.password", "sasl.oauthbearer.client.secret", "ssl.key.pem"] {
            #expect(KafkaClientConfiguration.isSecret(name), "\(name)")
        }
        #expect(!KafkaClientConfiguration.isSecret("security.protocol"))
    }

    @Test func theLastOfTwoPlacesHolds() throws {
        let text = ConfigurationText.with(
            "kafka: {properties: {sasl.username: file}}", environment: ["FRESHET_KAFKA_PROPERTIES_SASL_USERNAME": "variable"])
        #expect(try text.read().configuration.kafka.clientProperties == ["sasl.username": "variable"])
    }
}
