import FreshetKafka
import FreshetRuntime

extension ExitCode {
    /// The code that tells scripts and service managers what would help: after 69 and 74 the same start may go better; after 75 another
    /// instance has to go first; after the others nothing changes by itself.
    init(_ error: DaemonError) {
        self =
            switch error {
            case .fenced: .tryAgain
            case .refused(.sidePartitionsAdded): .io
            case .refused: .configuration
            case .brokerUnavailable(let error): error.needsOperator ? .configuration : .brokerUnavailable
            case .broker(let error): error.needsOperator ? .configuration : .io
            case .inconsistent: .internalError
            case .store(let error): Failure(error).code
            case .interrupted: .io
            }
    }
}

extension KafkaError {
    /// Nothing but a change of topics, rights or settings helps. What a broker refuses is often told beside the call, which then times out.
    fileprivate var needsOperator: Bool {
        if let cause, KafkaError(code: cause.code, name: cause.name, message: cause.message).needsOperator { return true }
        return isMissingPermission || isMissingTopic || isOffsetLost
            || [KafkaErrorCode.invalidArgument, KafkaErrorCode.authentication, KafkaErrorCode.ssl, KafkaErrorCode.credentialsRefused].contains(code)
    }
}
