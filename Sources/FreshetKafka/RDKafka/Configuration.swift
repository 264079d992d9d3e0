internal import CRdKafka

/// What a client is made for.
enum ClientRole {
    /// It reads so many partitions; the group names where its offsets live.
    case consumer(groupID: String, partitions: Int = 1)
    /// It writes; with a `transactionalID` in transactions, else idempotently.
    case producer(transactionalID: String?)
}

extension KafkaClientConfiguration {
    /// Every property of the operator that cannot be used, in their order.
    public func problems() -> [KafkaPropertyError] {
        properties.compactMap { Self.problem(of: $0) }
    }

    /// What is wrong with one property; `nil` where nothing is.
    public static func problem(of property: Property) -> KafkaPropertyError? {
        if let instead = reserved[property.name] {
            return KafkaPropertyError(
                property: property.name, reason: .reserved, message: "is set by Freshet, whose guarantees rest on it; see \(instead)")
        }
        let scratch = rd_kafka_conf_new()
        defer { rd_kafka_conf_destroy(scratch) }
        do {
            try set(property, on: scratch)
            return nil
        } catch { return error }
    }

    /// The client's configuration object; ownership passes to `rd_kafka_new` or, on failure, to nobody.
    func makeNative(for role: ClientRole) throws(KafkaPropertyError) -> OpaquePointer? {
        if let problem = problems().first { throw problem }
        let native = rd_kafka_conf_new()
        do {
            for property in resolved(for: role) { try Self.set(property, on: native) }
            return native
        } catch {
            rd_kafka_conf_destroy(native)
            throw error
        }
    }

    /// All properties of a client, later ones over earlier ones.
    func resolved(for role: ClientRole) -> [Property] {
        var all = Self.commonDefaults
        switch role {
        case .consumer(let groupID, let partitions):
            all += Self.consumerDefaults + Self.readAhead(partitions)
            all += [("group.id", groupID)]
        case .producer(let transactionalID?):
            // Adding offsets heeds no shorter time-out than that of its request, which else is the transaction's.
            all += Self.producerDefaults
            all += [("transactional.id", transactionalID), ("transaction.timeout.ms", "15000"), ("socket.timeout.ms", "5000")]
        case .producer(nil):
            all += Self.producerDefaults + [("message.timeout.ms", "30000")]
        }
        return all + [("bootstrap.servers", brokers)] + properties
    }

    private static func set(_ property: Property, on native: OpaquePointer?) throws(KafkaPropertyError) {
        let (result, text) = withClientText { rd_kafka_conf_set(native, property.name, property.value, $0, $1) }
        switch result {
        case RD_KAFKA_CONF_OK: return
        case RD_KAFKA_CONF_UNKNOWN:
            throw KafkaPropertyError(property: property.name, reason: .unknown, message: "librdkafka \(KafkaLibrary.version) has no such property")
        default:
            let shown = isSecret(property.name) ? "the value is not one that the property takes" : text
            throw KafkaPropertyError(property: property.name, reason: .badValue, message: shown)
        }
    }
}

/// Calls `body` with a buffer for the client's words, and returns them with the result.
func withClientText<Result>(_ body: (UnsafeMutablePointer<CChar>?, Int) -> Result) -> (Result, String) {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { buffer in
        buffer.initialize(repeating: 0)
        let result = body(buffer.baseAddress, buffer.count)
        return (result, buffer.baseAddress.map { String(cString: $0) } ?? "")
    }
}
