import FreshetKafka
import FreshetRuntime

extension ExitCode {
    /// The code that tells scripts and service managers what would help: only after 69, 74 and 75 may another try go better.
    init(_ error: DaemonError) {
        self =
            switch error {
            case .fenced: .tryAgain
            case .refused: .configuration
            case .brokerUnavailable: .brokerUnavailable
            case .broker(let error): error.needsOperator ? .configuration : .io
            case .inconsistent: .internalError
            case .store(let error): Failure(error).code
            case .interrupted: .io
            }
    }
}

extension KafkaError {
    /// Nothing but a change of topics, rights or settings helps.
    fileprivate var needsOperator: Bool {
        isMissingPermission || isMissingTopic || isOffsetLost || [KafkaErrorCode.authentication, KafkaErrorCode.ssl].contains(code)
    }
}
