/// The numbers of librdkafka that Freshet decides by; all others are passed on as they are.
public enum KafkaErrorCode {
    /// No connection, or it broke.
    public static let transport: Int32 = -195
    /// A message could not be delivered in `message.timeout.ms`.
    public static let messageTimedOut: Int32 = -192
    /// No broker answers.
    public static let allBrokersDown: Int32 = -187
    /// The call's time was up.
    public static let timedOut: Int32 = -185
    /// A property of the client cannot have this value.
    public static let invalidArgument: Int32 = -186
    /// The local queue is full.
    public static let queueFull: Int32 = -184
    /// A TLS handshake or certificate failed.
    public static let ssl: Int32 = -181
    /// The group's coordinator is not known yet.
    public static let waitCoordinator: Int32 = -180
    /// The broker refused the credentials, or they could not be sent.
    public static let authentication: Int32 = -169
    /// The broker is too old for what was asked.
    public static let unsupportedFeature: Int32 = -165
    /// A message was dropped from the local queue by an abort.
    public static let purgedQueue: Int32 = -152
    /// A message was dropped on its way by an abort.
    public static let purgedInFlight: Int32 = -151
    /// The client is of no further use; the first fatal error says why.
    public static let fatal: Int32 = -150
    /// A newer producer has taken the transactional id, or the transaction timed out.
    public static let fenced: Int32 = -144
    /// An offset is not in the log.
    public static let autoOffsetReset: Int32 = -140
    /// The offset asked for is not in the log.
    public static let offsetOutOfRange: Int32 = 1
    /// The broker has no such topic or partition.
    public static let unknownTopicOrPartition: Int32 = 3
    /// The broker did not answer in time.
    public static let requestTimedOut: Int32 = 7
    /// A record is larger than the client or the topic takes.
    public static let messageTooLarge: Int32 = 10
    /// A batch of records is larger than the broker takes.
    public static let batchTooLarge: Int32 = 18
    /// A transaction that changes the group's offsets is open.
    public static let unstableOffsetCommit: Int32 = 88
    /// The broker refused the credentials.
    public static let credentialsRefused: Int32 = 58
    /// The topic is there already.
    public static let topicAlreadyExists: Int32 = 36
}
