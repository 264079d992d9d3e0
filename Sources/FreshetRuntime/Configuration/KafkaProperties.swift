extension ConfigurationReader {
    /// `kafka.properties`: names as librdkafka spells them; `NAME_file` reads the value from a file.
    mutating func takeProperties(_ node: YAMLNode) {
        switch node.value {
        case .null: break
        case .mapping(let entries):
            for entry in entries {
                guard case .scalar(let text) = entry.value.value else {
                    problem("kafka.properties.\(entry.key)", line: entry.line, "\(entry.value.kind) is no value of a property: write plain text")
                    continue
                }
                takeProperty(entry.key, text, line: entry.line)
            }
        case .scalar, .sequence:
            problem("kafka.properties", line: node.line, "\(node.kind) stands where properties are expected: write `name: value` below it")
        }
    }

    /// `FRESHET_KAFKA_PROPERTIES_SASL_PASSWORD` and its like. Answers whether `variable` names a property.
    mutating func takeProperty(_ variable: String, _ text: String) -> Bool {
        let prefix = "FRESHET_KAFKA_PROPERTIES_"
        guard variable.hasPrefix(prefix) else { return false }
        var name = variable.dropFirst(prefix.count).lowercased().map { $0 == "_" ? "." : String($0) }.joined()
        if name.hasSuffix(".file") { name = name.dropLast(".file".count) + KafkaProperties.fileSuffix }
        takeProperty(name, text, line: 1)
        return true
    }

    private mutating func takeProperty(_ name: String, _ text: String, line: Int) {
        do throws(SettingError) {
            let isFile = name.hasSuffix(KafkaProperties.fileSuffix)
            let property = isFile ? String(name.dropLast(KafkaProperties.fileSuffix.count)) : name
            try KafkaProperties.check(property)
            let value = isFile ? try KafkaProperties.secret(in: text) : text
            update { configuration in
                let isSecret = isFile || KafkaProperties.isSecret(property)
                configuration.kafka.properties[property] = isSecret ? nil : value
                configuration.kafka.secrets[property] = isSecret ? Secret(value) : nil
            }
        } catch {
            problem("kafka.properties.\(name)", line: line, error.message)
        }
    }
}

/// What is known of librdkafka's properties.
enum KafkaProperties {
    static let fileSuffix = "_file"

    /// Properties that Freshet's guarantees rest on, and what to set instead.
    private static let own: [String: String] = [
        "bootstrap.servers": "set kafka.brokers",
        "metadata.broker.list": "set kafka.brokers",
        "group.id": "set kafka.group",
        "transactional.id": "set kafka.group: it is freshet.<group>.<shard>",
        "enable.idempotence": "set kafka.delivery",
        "acks": "set kafka.delivery",
        "request.required.acks": "set kafka.delivery",
        "isolation.level": "leave it out: committed records are read",
        "enable.auto.commit": "leave it out: offsets are committed with their outputs",
        "enable.auto.offset.store": "leave it out: offsets are committed with their outputs",
        "auto.offset.reset": "leave it out: every position is assigned",
        "enable.partition.eof": "leave it out: the order of events needs it",
        "group.instance.id": "leave it out: partitions are assigned, not subscribed to",
    ]

    static func check(_ name: String) throws(SettingError) {
        guard !name.isEmpty else { throw SettingError("a property needs a name, as security.protocol") }
        if let remedy = own[name] { throw SettingError("Freshet sets this property itself: \(remedy)") }
    }

    static func isSecret(_ name: String) -> Bool {
        ["password", "secret", "token", "key.pem", "oauthbearer.config", "jaas"].contains { name.contains($0) }
    }

    /// The first file's text without the line's end.
    static func secret(in path: String) throws(SettingError) -> String {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try WholeFile.read(path, bytesMax: 1 << 16)
        } catch {
            throw SettingError("the value cannot be read: \(error)")
        }
        let line = bytes.reversed().drop { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }.reversed()
        guard !line.isEmpty else { throw SettingError("\(path) is empty: write the value into it") }
        return String(decoding: Array(line), as: UTF8.self)
    }

    @Sendable static func text(in configuration: Configuration) -> String {
        let open = configuration.kafka.properties.map { ($0.key, $0.value) }
        let hidden = configuration.kafka.secrets.map { ($0.key, $0.value.description) }
        return "{" + (open + hidden).sorted { $0.0 < $1.0 }.map { "\($0.0): \($0.1)" }.joined(separator: ", ") + "}"
    }
}
