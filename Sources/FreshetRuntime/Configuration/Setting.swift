/// One key of the configuration file.
public struct Setting: Sendable {
    /// The path, as `batch.max_wait`.
    public let key: String
    /// The form of its values, as `duration` or `on | off`.
    public let type: String
    /// What it does.
    public let documentation: String
    /// Whether its value is one plain text.
    let isScalar: Bool
    let read: @Sendable (YAMLNode, inout ConfigurationReader) -> Void
    let write: @Sendable (Configuration) -> String

    /// Its value in `configuration`, as it would stand in a file; secrets are three stars.
    public func text(in configuration: Configuration) -> String { write(configuration) }

    /// Its default, as it would stand in a file.
    public var defaultText: String { write(Configuration()) }

    /// The variable that overrides it, as `FRESHET_BATCH_MAX_WAIT`.
    public var environmentName: String { "FRESHET_" + key.uppercased().map { $0 == "." ? "_" : String($0) }.joined() }
}

extension Setting {
    /// A key whose value is one plain text; `parse` gets `nil` for null.
    static func scalar(
        _ key: String, type: String, _ documentation: String,
        write: @escaping @Sendable (Configuration) -> String,
        parse: @escaping @Sendable (String?, inout Configuration) throws(SettingError) -> Void
    ) -> Setting {
        Setting(
            key: key, type: type, documentation: documentation, isScalar: true,
            read: { node, reader in reader.takeScalar(node, key: key, parse) },
            write: write)
    }

    static func integer<Value: FixedWidthInteger & Sendable>(
        _ key: String, _ path: any WritableKeyPath<Configuration, Value> & Sendable, _ range: ClosedRange<Value>, _ documentation: String
    ) -> Setting {
        scalar(key, type: "integer \(range.lowerBound)…\(range.upperBound)", documentation, write: { "\($0[keyPath: path])" }) {
            (text, configuration) throws(SettingError) in
            let value: Value = try SettingValue.integer(try required(text))
            configuration[keyPath: path] = try checked(value, range) { "\($0)" }
        }
    }

    /// An integer, or `all` for no bound.
    static func integerOrAll(
        _ key: String, _ path: any WritableKeyPath<Configuration, Int?> & Sendable, _ range: ClosedRange<Int>, _ documentation: String
    ) -> Setting {
        let type = "all | integer \(range.lowerBound)…\(range.upperBound)"
        return scalar(key, type: type, documentation, write: { $0[keyPath: path].map(String.init) ?? "all" }) {
            (text, configuration) throws(SettingError) in
            let text = try required(text)
            let value: Int? = text == "all" ? nil : try checked(try SettingValue.integer(text), range) { "\($0)" }
            configuration[keyPath: path] = value
        }
    }

    static func duration(
        _ key: String, _ path: any WritableKeyPath<Configuration, Int64> & Sendable, _ range: ClosedRange<Int64>, _ documentation: String
    ) -> Setting {
        scalar(key, type: "duration", documentation, write: { SettingValue.text(duration: $0[keyPath: path]) }) {
            (text, configuration) throws(SettingError) in
            let value = try SettingValue.duration(try required(text))
            configuration[keyPath: path] = try checked(value, range, SettingValue.text(duration:))
        }
    }

    /// A duration, or `off`.
    static func durationOrOff(
        _ key: String, _ path: any WritableKeyPath<Configuration, Int64?> & Sendable, _ range: ClosedRange<Int64>, _ documentation: String
    ) -> Setting {
        scalar(key, type: "off | duration", documentation, write: { $0[keyPath: path].map(SettingValue.text(duration:)) ?? "off" }) {
            (text, configuration) throws(SettingError) in
            guard let text, text != "off" else { return configuration[keyPath: path] = nil }
            configuration[keyPath: path] = try checked(try SettingValue.duration(text), range, SettingValue.text(duration:))
        }
    }

    static func size(
        _ key: String, _ path: any WritableKeyPath<Configuration, Int> & Sendable, _ range: ClosedRange<Int64>, _ documentation: String
    ) -> Setting {
        scalar(key, type: "size", documentation, write: { SettingValue.text(size: Int64($0[keyPath: path])) }) {
            (text, configuration) throws(SettingError) in
            let value = try SettingValue.size(try required(text))
            configuration[keyPath: path] = Int(try checked(value, range, SettingValue.text(size:)))
        }
    }

    static func flag(_ key: String, _ path: any WritableKeyPath<Configuration, Bool> & Sendable, _ documentation: String) -> Setting {
        scalar(key, type: "on | off", documentation, write: { $0[keyPath: path] ? "on" : "off" }) { (text, configuration) throws(SettingError) in
            configuration[keyPath: path] = try SettingValue.flag(try required(text))
        }
    }

    /// A share of the blend: a decimal number, kept in thousandths.
    static func share(_ key: String, _ path: any WritableKeyPath<Configuration, Int32> & Sendable, _ documentation: String) -> Setting {
        scalar(key, type: "number 0…1000", documentation, write: { SettingValue.text(thousandths: $0[keyPath: path]) }) {
            (text, configuration) throws(SettingError) in
            let value = try SettingValue.thousandths(try required(text))
            configuration[keyPath: path] = try checked(value, 0...1_000_000, SettingValue.text(thousandths:))
        }
    }

    static func text(
        _ key: String, type: String = "text", _ path: any WritableKeyPath<Configuration, String> & Sendable, _ documentation: String,
        check: @escaping @Sendable (String) throws(SettingError) -> Void = { (_) throws(SettingError) in }
    ) -> Setting {
        scalar(key, type: type, documentation, write: { $0[keyPath: path] }) { (text, configuration) throws(SettingError) in
            let text = try required(text)
            guard !text.isEmpty else { throw SettingError("it is empty: write a value or leave the key out") }
            try check(text)
            configuration[keyPath: path] = text
        }
    }

    /// An output or side topic: a name, or null for off.
    static func topic(_ key: String, _ path: any WritableKeyPath<Configuration, String?> & Sendable, _ documentation: String) -> Setting {
        scalar(key, type: "topic | null", documentation, write: { $0[keyPath: path] ?? "null" }) { (text, configuration) throws(SettingError) in
            if let text { try TopicName.check(text) }
            configuration[keyPath: path] = text
        }
    }

    /// A file that holds a key, read at once; or null for none.
    static func keyFile(_ key: String, _ path: any WritableKeyPath<Configuration, KeyFile?> & Sendable, _ documentation: String) -> Setting {
        scalar(key, type: "file | null", documentation, write: { $0[keyPath: path]?.path ?? "null" }) { (text, configuration) throws(SettingError) in
            guard let text else { return configuration[keyPath: path] = nil }
            do throws(FileError) {
                configuration[keyPath: path] = try KeyFile(reading: text)
            } catch {
                throw SettingError("'\(text)' gives no key: \(error.message)")
            }
        }
    }

    static func required(_ text: String?) throws(SettingError) -> String {
        guard let text else { throw SettingError("it has no value: write one or leave the key out") }
        return text
    }

    static func checked<Value: Comparable>(
        _ value: Value, _ range: ClosedRange<Value>, _ text: (Value) -> String
    ) throws(SettingError) -> Value {
        guard range.contains(value) else {
            throw SettingError("\(text(value)) is out of range: write a value from \(text(range.lowerBound)) to \(text(range.upperBound))")
        }
        return value
    }
}

/// What Kafka takes as a topic's name.
enum TopicName {
    static func check(_ name: String) throws(SettingError) {
        let isAllowed = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
            default: false
            }
        }
        guard isAllowed, (1...249).contains(name.utf8.count), name != ".", name != ".." else {
            throw SettingError("'\(name)' is not a topic's name: use 1 to 249 letters, digits, dots, underscores and hyphens")
        }
    }
}
