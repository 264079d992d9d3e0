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

    @Test func aKeyFileIsReadAndItsKeyNotShown() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/key"
            try write(String(repeating: "5e", count: 32) + "\n", to: path)
            let text = ConfigurationText.with("state: {key_file: \(path)}\nprivacy: {pseudonyms: on, pseudonym_key_file: \(path)}")
            let configuration = try text.read().configuration
            let key = SecretKey(Array(repeating: 0x5e, count: SecretKey.byteCount))
            #expect(configuration.state.keyFile?.path == path && configuration.state.keyFile?.key == key)
            #expect(configuration.privacy.pseudonymsInForce == key.map { Pseudonyms(for: .deadLetters, key: $0) })
            #expect(printed(text).contains(path) && !printed(text).contains("5e5e") && !printed(text).contains("94, 94"))
            #expect(try ConfigurationText.with("", environment: ["FRESHET_STATE_KEY_FILE": path]).read().configuration.state.keyFile?.key == key)
        }
    }

    @Test func aKeyFileThatGivesNoKeyIsAMistakeThatNamesIt() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/key"
            try write("hunter2", to: path)
            let problems = ConfigurationText.with("state: {key_file: \(path)}\nprivacy: {pseudonyms: on, pseudonym_key_file: \(path)}").problems
            #expect(problems.count == 2 && problems.allSatisfy { !$0.contains(SecretTests.secret) }, "\(problems)")
            #expect(problems.first?.hasPrefix("freshet.yaml:2: state.key_file: '\(path)' gives no key: it holds 7 bytes that are no key") == true)
        }
    }

    @Test func pseudonymsNeedAKeyAndAKeyNeedsThem() throws {
        let problems = ConfigurationText.with("privacy: {pseudonyms: on}").problems
        #expect(problems == ["freshet.yaml:2: privacy.pseudonyms: it needs a key: name its file with privacy.pseudonym_key_file"])
        try withTemporaryFolder { folder in
            try write(String(repeating: "5e", count: 32), to: folder + "/key")
            let loaded = try ConfigurationText.with("privacy: {pseudonym_key_file: \(folder)/key}").read()
            #expect(loaded.configuration.privacy.pseudonymsInForce == nil)
            #expect(loaded.notices.map(\.description).contains { $0.contains("it has no effect without privacy.pseudonyms: on") })
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
