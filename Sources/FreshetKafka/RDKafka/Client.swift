internal import CRdKafka

/// The owner of one librdkafka client; the calls are extensions by theme.
///
/// Whoever holds memory of the client's (a chunk of records) holds the client too: it is destroyed with its last owner.
final class Client {
    let native: OpaquePointer
    let callbacks: Callbacks
    let isEmbedded: Bool
    private var topics: [String: OpaquePointer] = [:]

    /// A client that connects in the background; nothing is asked of the brokers yet.
    init(_ configuration: KafkaClientConfiguration, role: ClientRole) throws(KafkaError) {
        callbacks = Callbacks(events: configuration.events)
        isEmbedded = configuration.isEmbedded
        let settings: OpaquePointer?
        do { settings = try configuration.makeNative(for: role) } catch { throw KafkaError(error) }
        callbacks.install(on: settings)
        let type: rd_kafka_type_t
        switch role {
        case .consumer: type = RD_KAFKA_CONSUMER
        case .producer:
            type = RD_KAFKA_PRODUCER
            callbacks.installDeliveryReports(on: settings)
        }
        let (made, text) = withClientText { rd_kafka_new(type, settings, $0, $1) }
        guard let made else {
            rd_kafka_conf_destroy(settings)
            throw KafkaError(
                code: RD_KAFKA_RESP_ERR__INVALID_ARG.rawValue, name: "_INVALID_ARG", message: "start the Kafka client: \(text)", isFatal: true,
                hint: "correct kafka.properties")
        }
        native = made
    }

    deinit {
        for topic in topics.values { rd_kafka_topic_destroy(topic) }
        ClientEnd.destroy(native, callbacks)
    }

    /// Runs the callbacks that are due, and waits at most `milliseconds` for the first one.
    func serveCallbacks(atMost milliseconds: Int32 = 0) {
        rd_kafka_poll(native, milliseconds)
    }

    /// The client's object of a topic, made once.
    func topic(_ name: String) throws(KafkaError) -> OpaquePointer {
        if let known = topics[name] { return known }
        guard let made = rd_kafka_topic_new(native, name, nil) else { throw KafkaError(rd_kafka_last_error(), "name topic \(name)") }
        topics[name] = made
        return made
    }

    /// Throws unless `code` says that all is well.
    func check(_ code: rd_kafka_resp_err_t, _ action: @autoclosure () -> String) throws(KafkaError) {
        if code != RD_KAFKA_RESP_ERR_NO_ERROR { throw explained(KafkaError(code, action())) }
    }

    /// Throws the client's error object, if there is one.
    func check(_ error: OpaquePointer?, _ action: @autoclosure () -> String) throws(KafkaError) {
        if let error { throw explained(KafkaError(taking: error, action())) }
    }

    /// `error` with what the call itself does not tell: the first fatal error, and the reason of a time-out.
    func explained(_ error: KafkaError) -> KafkaError {
        var error = withFatality(error)
        guard error.hidesCause else { return error }
        serveCallbacks()
        if let cause = callbacks.recentError, cause.code != error.code {
            error.cause = KafkaError.Cause(code: cause.code, name: cause.name, message: cause.message)
            error.hint = cause.hint ?? error.hint
        }
        return error
    }

    /// Once a client has failed for good, so has every later call: `_FATAL` gives way to the error that came first.
    private func withFatality(_ error: KafkaError) -> KafkaError {
        let (code, text) = withClientText { rd_kafka_fatal_error(native, $0, $1) }
        guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return error }
        var fatal = error.code == KafkaErrorCode.fatal ? KafkaError(code, error.message, detail: text) : error
        fatal.isFatal = true
        fatal.isRetriable = false
        fatal.isAbortable = false
        return fatal
    }
}
