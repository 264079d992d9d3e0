import FreshetKafka

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
            let value = isFile ? try KafkaProperties.secret(in: text) : text
            try KafkaProperties.check(property, value)
            update { configuration in
                let isSecret = isFile || KafkaClientConfiguration.isSecret(property)
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

    static func check(_ name: String, _ value: String) throws(SettingError) {
        guard let problem = KafkaClientConfiguration.problem(of: (name, value)) else { return }
        let remedy =
            switch problem.reason {
            case .unknown: ": correct the name, or leave it out"
            case .badValue: ": write a value that it takes"
            case .reserved: ""
            }
        throw SettingError(problem.message + remedy)
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
