extension KafkaError {
    /// What an operator can do about an error: a function of its code and of the client's words.
    ///
    /// `librdkafkaVersion` is `rd_kafka_version()`: 0xMMmmrrxx. `nil` where there is nothing better than to wait.
    static func hint(code: Int32, text: String, librdkafkaVersion: Int32) -> String? {
        hintOfConnection(code, text, librdkafkaVersion) ?? hintOfPermission(code) ?? hintOfData(code)
    }

    /// Versions from 2.6.1 on send a fresh nonce in SCRAM, which Kafka 4 insists on.
    private static let firstVersionWithFreshNonce: Int32 = 0x0206_01ff

    private static func hintOfConnection(_ code: Int32, _ text: String, _ version: Int32) -> String? {
        switch code {
        case KafkaErrorCode.authentication where text.contains("SCRAM") && version < firstVersionWithFreshNonce:
            return "check user and password; if they are right: SCRAM with librdkafka older than 2.6.1 fails against Kafka 4.0 and newer; "
                + "install a newer librdkafka, or use sasl.mechanism PLAIN over TLS"
        case KafkaErrorCode.authentication: return "check sasl.mechanism, sasl.username and the password"
        case KafkaErrorCode.ssl: return "check ssl.ca.location, the certificate's host name, and that the port speaks TLS"
        case KafkaErrorCode.allBrokersDown, KafkaErrorCode.transport:
            return "check that the brokers are up, that kafka.brokers names their host and port, and that security.protocol is the port's"
        case KafkaErrorCode.timedOut:
            return "check that the brokers are up, and that the user may read the group (a missing permission shows as a time-out)"
        case KafkaErrorCode.unsupportedFeature: return "the broker is too old for this call, or is the embedded broker"
        case -193: return "kafka.brokers names a host that does not resolve"
        case -172: return "another call of this producer is not finished; make a new producer"
        default: return nil
        }
    }

    private static func hintOfPermission(_ code: Int32) -> String? {
        switch code {
        case 29: return "grant the user Read on the inputs, Write and Describe on the outputs and on the journal"
        case 30: return "grant the user Read on the group"
        case 31: return "grant the user Describe (and IdempotentWrite, where the broker asks for it) on the cluster"
        case 53: return "grant the user Write and Describe on the transactional id"
        case KafkaErrorCode.credentialsRefused: return "the broker refused the credentials: check sasl.mechanism, sasl.username and the password"
        default: return nil
        }
    }

    private static func hintOfData(_ code: Int32) -> String? {
        switch code {
        case KafkaErrorCode.unknownTopicOrPartition, -188, -190:
            return "make the topic (outputs: freshet topics create; inputs: with records keyed by user_id), or correct its name in the configuration"
        case KafkaErrorCode.messageTooLarge, KafkaErrorCode.batchTooLarge:
            return "raise the topic's max.message.bytes, or shorten the lists (publish.list_length)"
        case KafkaErrorCode.fenced, 47, 90:
            return "another instance may have taken the transactional id, or a transaction outlived transaction.timeout.ms"
        case KafkaErrorCode.autoOffsetReset, KafkaErrorCode.offsetOutOfRange:
            return "the log no longer holds the offset: retention removed it, or the topic was deleted and made anew; see --rebuild"
        case 19, 20: return "fewer replicas are in sync than min.insync.replicas asks for: bring the missing brokers back"
        case 50: return "transaction.timeout.ms is above the broker's transaction.max.timeout.ms: lower it"
        case 38: return "the cluster has fewer brokers than the replication factor asks for"
        case -149: return "the transaction cannot be completed; check that all output topics exist"
        default: return nil
        }
    }
}
