internal import CRdKafka

extension KafkaError {
    /// An error from a code: `action` is what was tried, `detail` what the client says beyond the code's own text.
    init(_ code: rd_kafka_resp_err_t, _ action: String, detail: String? = nil) {
        let text = detail ?? String(cString: rd_kafka_err2str(code))
        self.init(
            code: code.rawValue, name: String(cString: rd_kafka_err2name(code)), message: "\(action): \(text)",
            isRetriable: Self.retriableCodes.contains(code.rawValue),
            hint: Self.hint(code: code.rawValue, text: text, librdkafkaVersion: KafkaLibrary.versionNumber))
    }

    /// An error from the client's error object, which is destroyed.
    init(taking error: OpaquePointer, _ action: String) {
        defer { rd_kafka_error_destroy(error) }
        self.init(rd_kafka_error_code(error), action, detail: String(cString: rd_kafka_error_string(error)))
        isRetriable = rd_kafka_error_is_retriable(error) != 0
        isAbortable = rd_kafka_error_txn_requires_abort(error) != 0
        isFatal = rd_kafka_error_is_fatal(error) != 0
    }

    /// An error of the configuration's.
    init(_ error: KafkaPropertyError) {
        self.init(
            code: RD_KAFKA_RESP_ERR__INVALID_ARG.rawValue, name: "_INVALID_ARG", message: "\(error)", isFatal: true,
            hint: "correct it under kafka.properties")
    }

    /// Calls that carry no error object may be made again after these.
    private static let retriableCodes: Set<Int32> = [
        KafkaErrorCode.transport, KafkaErrorCode.allBrokersDown, KafkaErrorCode.timedOut, KafkaErrorCode.queueFull, KafkaErrorCode.waitCoordinator,
        KafkaErrorCode.messageTimedOut, KafkaErrorCode.requestTimedOut,
        5, 6, 8, 9, 13, 14, 15, 16, 19, 20, 41, 56, 75, 88,
    ]

    /// Behind these stands something that only the error callback tells.
    var hidesCause: Bool {
        [KafkaErrorCode.timedOut, KafkaErrorCode.allBrokersDown, KafkaErrorCode.transport, KafkaErrorCode.waitCoordinator].contains(code)
    }
}
