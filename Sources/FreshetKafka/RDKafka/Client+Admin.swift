internal import CRdKafka

extension Client {
    /// Makes a topic; `false` where it is there already.
    func createTopic(
        _ name: String, partitions: Int, replicationFactor: Int, settings: [(name: String, value: String)], timeoutMilliseconds: Int32
    ) throws(KafkaError) -> Bool {
        let action = "make topic \(name)"
        let (made, text) = withClientText {
            rd_kafka_NewTopic_new(name, Int32(clamping: partitions), Int32(clamping: replicationFactor), $0, $1)
        }
        guard let made else { throw KafkaError(RD_KAFKA_RESP_ERR__INVALID_ARG, action, detail: text) }
        defer { rd_kafka_NewTopic_destroy(made) }
        for setting in settings { try check(rd_kafka_NewTopic_set_config(made, setting.name, setting.value), "\(action) with \(setting.name)") }
        let answer = try request(action, timeoutMilliseconds) { options, queue in
            var topic: OpaquePointer? = made
            rd_kafka_CreateTopics(native, &topic, 1, options, queue)
        }
        defer { rd_kafka_event_destroy(answer) }
        var count = 0
        guard let results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(answer), &count), count == 1 else { return false }
        let code = rd_kafka_topic_result_error(results[0])
        if code.rawValue == KafkaErrorCode.topicAlreadyExists { return false }
        if code != RD_KAFKA_RESP_ERR_NO_ERROR {
            throw KafkaError(code, action, detail: rd_kafka_topic_result_error_string(results[0]).map { String(cString: $0) })
        }
        return true
    }

    /// Deletes a topic and all of its records; `false` where there is none.
    func deleteTopic(_ name: String, timeoutMilliseconds: Int32) throws(KafkaError) -> Bool {
        let action = "delete topic \(name)"
        var wanted = rd_kafka_DeleteTopic_new(name)
        defer { rd_kafka_DeleteTopic_destroy(wanted) }
        let answer = try request(action, timeoutMilliseconds) { options, queue in rd_kafka_DeleteTopics(native, &wanted, 1, options, queue) }
        defer { rd_kafka_event_destroy(answer) }
        var count = 0
        let results = rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(answer), &count)
        guard let results, count == 1 else { return false }
        let code = rd_kafka_topic_result_error(results[0])
        if code.rawValue == KafkaErrorCode.unknownTopicOrPartition { return false }
        if code != RD_KAFKA_RESP_ERR_NO_ERROR {
            throw KafkaError(code, action, detail: rd_kafka_topic_result_error_string(results[0]).map { String(cString: $0) })
        }
        return true
    }

    /// The values of a topic's settings; sensitive ones are left out.
    func settings(of topic: String, timeoutMilliseconds: Int32) throws(KafkaError) -> [String: String] {
        try settings(RD_KAFKA_RESOURCE_TOPIC, topic, "read the settings of topic \(topic)", timeoutMilliseconds)
    }

    /// The values of the settings of the broker that is the controller; sensitive ones are left out.
    func brokerSettings(timeoutMilliseconds: Int32) throws(KafkaError) -> [String: String] {
        let action = "read the settings of the brokers"
        let controller = rd_kafka_controllerid(native, timeoutMilliseconds)
        if controller < 0 { throw explained(KafkaError(RD_KAFKA_RESP_ERR__TIMED_OUT, action)) }
        return try settings(RD_KAFKA_RESOURCE_BROKER, String(controller), action, timeoutMilliseconds)
    }

    private func settings(
        _ kind: rd_kafka_ResourceType_t, _ name: String, _ action: String, _ timeoutMilliseconds: Int32
    ) throws(KafkaError) -> [String: String] {
        guard let resource = rd_kafka_ConfigResource_new(kind, name) else { return [:] }
        defer { rd_kafka_ConfigResource_destroy(resource) }
        let answer = try request(action, timeoutMilliseconds) { options, queue in
            var wanted: OpaquePointer? = resource
            rd_kafka_DescribeConfigs(native, &wanted, 1, options, queue)
        }
        defer { rd_kafka_event_destroy(answer) }
        var count = 0
        let resources = rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(answer), &count)
        guard let resources, count == 1 else { return [:] }
        let code = rd_kafka_ConfigResource_error(resources[0])
        if code != RD_KAFKA_RESP_ERR_NO_ERROR {
            throw KafkaError(code, action, detail: rd_kafka_ConfigResource_error_string(resources[0]).map { String(cString: $0) })
        }
        return Self.entries(of: resources[0])
    }

    private static func entries(of resource: OpaquePointer?) -> [String: String] {
        var count = 0
        guard let entries = rd_kafka_ConfigResource_configs(resource, &count) else { return [:] }
        var settings: [String: String] = [:]
        for index in 0..<count {
            guard let name = rd_kafka_ConfigEntry_name(entries[index]), let value = rd_kafka_ConfigEntry_value(entries[index]) else { continue }
            settings[String(cString: name)] = String(cString: value)
        }
        return settings
    }

    /// Sends an admin request and returns its answer, which the caller destroys.
    private func request(
        _ action: String, _ timeoutMilliseconds: Int32, _ send: (_ options: OpaquePointer?, _ queue: OpaquePointer?) -> Void
    ) throws(KafkaError) -> OpaquePointer? {
        let options = rd_kafka_AdminOptions_new(native, RD_KAFKA_ADMIN_OP_ANY)
        defer { rd_kafka_AdminOptions_destroy(options) }
        let (code, text) = withClientText { rd_kafka_AdminOptions_set_request_timeout(options, timeoutMilliseconds, $0, $1) }
        if code != RD_KAFKA_RESP_ERR_NO_ERROR { throw KafkaError(code, action, detail: text) }
        let queue = rd_kafka_queue_new(native)
        defer { rd_kafka_queue_destroy(queue) }
        send(options, queue)
        // The client gives up by itself at the time-out; the extra second is for its answer to arrive.
        guard let answer = rd_kafka_queue_poll(queue, timeoutMilliseconds + 1000) else {
            throw explained(KafkaError(RD_KAFKA_RESP_ERR__TIMED_OUT, action))
        }
        let failure = rd_kafka_event_error(answer)
        guard failure == RD_KAFKA_RESP_ERR_NO_ERROR else {
            defer { rd_kafka_event_destroy(answer) }
            throw explained(KafkaError(failure, action, detail: rd_kafka_event_error_string(answer).map { String(cString: $0) }))
        }
        return answer
    }
}
