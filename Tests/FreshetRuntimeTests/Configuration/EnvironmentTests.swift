import FreshetCore
import FreshetRuntime
import Glibc
import Testing

@Suite struct EnvironmentTests {
    @Test func theEnvironmentOverridesTheFile() throws {
        let environment = [
            "FRESHET_KAFKA_BROKERS": "b:9092", "FRESHET_BATCH_MAX_WAIT": "50ms", "FRESHET_TOPICS_SIMILAR_ITEMS": "null",
            "FRESHET_SIGNALS_ITEM_SIMILARITY_WEIGHTS_CART": "4", "FRESHET_TOPICS_EVENTS": "[{name: all}]", "FRESHET_KAFKA_GROUP": "",
        ]
        let configuration = try ConfigurationText.with("batch: {max_wait: 30ms}", environment: environment).read().configuration
        #expect(configuration.kafka.brokers == "b:9092")
        #expect(configuration.kafka.group == "freshet")
        #expect(configuration.batch.maxWait == 50)
        #expect(configuration.topics.similarItems == nil)
        #expect(configuration.topics.events == [.init(name: "all")])
        #expect(configuration.engine.itemSimilarity.cartWeight == 4)
    }

    @Test func mistakesNameTheVariable() {
        let text = ConfigurationText.with("batch: {max_wait: 30}", environment: ["FRESHET_STATE_CHECKPOINT_INTERVAL": "soon"])
        #expect(text.problems.count == 2)
        #expect(text.problems[1].hasPrefix("FRESHET_STATE_CHECKPOINT_INTERVAL: state.checkpoint_interval: 'soon' is not a duration"))
    }

    @Test func aMisspeltVariableIsAMistake() {
        let environment = ["FRESHET_KAFKA_BROKER": "b:9092", "FRESHET_TOPIC_EVENTS": "", "HOME": "/root"]
        #expect(
            ConfigurationText.with("", environment: environment).problems == [
                "FRESHET_KAFKA_BROKER: there is no such variable: did you mean FRESHET_KAFKA_BROKERS? Without it, unset it",
                "FRESHET_TOPIC_EVENTS: there is no such variable: did you mean FRESHET_TOPICS_EVENTS? Without it, unset it",
            ])
    }

    @Test(arguments: [
        "FRESHET_LOG", "FRESHET_KILL_AT", "FRESHET_SHARED_DATA", "FRESHET_PORT", "FRESHET_PORT_9092_TCP_ADDR", "FRESHET_SERVICE_HOST",
        "FRESHET_SERVICE_PORT_HTTP", "FRESHET_KAFKA_SERVICE_HOST",
    ])
    func theVariablesOfOthersAreNoMistakes(_ name: String) {
        #expect(ConfigurationText.with("", environment: [name: "tcp://1.2.3.4"]).problems == [])
    }

    @Test func secretsComeFromFilesAndAreNeverPrinted() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/password"
            try write("hunter2\n", to: path)
            let lines = """
                kafka:
                  properties:
                    security.protocol: sasl_ssl
                    sasl.password_file: \(path)
                    ssl.key.password: topsecret
                """
            let configuration = try ConfigurationText.with(lines, environment: ["FRESHET_KAFKA_PROPERTIES_SASL_USERNAME": "shop"]).read()
                .configuration
            #expect(
                configuration.kafka.clientProperties == [
                    "security.protocol": "sasl_ssl", "sasl.password": "hunter2", "ssl.key.password": "topsecret", "sasl.username": "shop",
                ])
            var printed = "\(configuration)"
            dump(configuration, to: &printed)
            for setting in Setting.all { printed += setting.text(in: configuration) }
            #expect(!printed.contains("hunter2") && !printed.contains("topsecret"))
            #expect(printed.contains("sasl.password: ***"))
        }
    }

    @Test func theVariableOfAPropertyMayNameAFile() throws {
        try withTemporaryFolder { folder in
            try write("x", to: folder + "/p")
            let environment = ["FRESHET_KAFKA_PROPERTIES_SASL_PASSWORD_FILE": folder + "/p"]
            #expect(try ConfigurationText.with("", environment: environment).read().configuration.kafka.secrets["sasl.password"]?.value == "x")
        }
    }

    @Test func propertiesThatTheGuaranteesRestOnAreRefused() {
        let lines = "kafka: {properties: {transactional.id: x, isolation.level: read_uncommitted, sasl.password_file: /nowhere, a: [1]}}"
        let problems = ConfigurationText.with(lines).problems
        #expect(problems.count == 4)
        #expect(problems.contains("freshet.yaml:2: kafka.properties.a: a list is no value of a property: write plain text"))
        #expect(problems.filter { $0.contains("is set by Freshet, whose guarantees rest on it") }.count == 2)
        #expect(problems.contains { $0.contains("sasl.password_file: the value cannot be read: /nowhere: cannot open it") })
    }

    @Test func propertiesThatTheClientDoesNotTakeAreRefused() {
        let problems = ConfigurationText.with("kafka: {properties: {security.protokol: ssl, security.protocol: tls}}").problems
        #expect(problems.count == 2)
        #expect(
            problems.contains { $0.contains("kafka.properties.security.protokol: librdkafka") && $0.hasSuffix("correct the name, or leave it out") })
        #expect(problems.contains { $0.contains("kafka.properties.security.protocol: ") && $0.hasSuffix("write a value that it takes") })
    }

    @Test func theEnvironmentOfTheProcessIsRead() {
        setenv("TEST_OF_FRESHET_VARIABLE", "a=b", 1)
        defer { unsetenv("TEST_OF_FRESHET_VARIABLE") }
        #expect(Environment.current["TEST_OF_FRESHET_VARIABLE"] == "a=b")
    }
}
