/// Why a value cannot be taken: what is wrong, and the remedy.
struct SettingError: Error {
    var message: String

    init(_ message: String) { self.message = message }
}

/// The forms that values have in the file.
enum SettingValue {
    private static let durations: [(unit: String, milliseconds: Int64)] = [
        ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    ]
    private static let sizes: [(unit: String, bytes: Int64)] = [("B", 1), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)]

    /// Milliseconds of `20ms`, `30s`, `5m`, `24h`, `30d`.
    static func duration(_ text: String) throws(SettingError) -> Int64 {
        let remedy = "write a whole number and a unit, as 20ms, 30s, 5m, 24h or 30d"
        return try quantity(text, units: durations.map { ($0.unit, $0.milliseconds) }, what: "duration", remedy: remedy)
    }

    /// Bytes of `512B`, `16KiB`, `64MiB`, `2GiB`.
    static func size(_ text: String) throws(SettingError) -> Int64 {
        let remedy = "write a whole number and a unit, as 512B, 16KiB, 64MiB or 2GiB"
        return try quantity(text, units: sizes.map { ($0.unit, $0.bytes) }, what: "size", remedy: remedy)
    }

    /// `on` or `off`, also `true`, `false`, `yes`, `no`.
    static func flag(_ text: String) throws(SettingError) -> Bool {
        switch text {
        case "on", "true", "yes": return true
        case "off", "false", "no": return false
        default: throw SettingError("'\(text)' is neither on nor off: write on or off")
        }
    }

    /// A whole number.
    static func integer<Value: FixedWidthInteger>(_ text: String) throws(SettingError) -> Value {
        let digits = text.first == "-" ? text.dropFirst() : text[...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }) else {
            throw SettingError("'\(text)' is not a whole number: write digits only, as 1000")
        }
        guard let value = Value(text) else { throw SettingError("\(text) is out of range: write a number from \(Value.min) to \(Value.max)") }
        return value
    }

    /// Thousandths of a decimal number such as `1.8`.
    static func thousandths(_ text: String) throws(SettingError) -> Int32 {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = parts.count == 2 ? parts[1] : ""
        let digits = parts[0] + fraction
        let isDecimal = !parts[0].isEmpty && (parts.count == 1 || !fraction.isEmpty) && digits.utf8.allSatisfy { $0 >= 48 && $0 <= 57 }
        guard isDecimal, fraction.utf8.count <= 3, let whole = Int32(parts[0] + fraction + String(repeating: "0", count: 3 - fraction.utf8.count))
        else { throw SettingError("'\(text)' is not a number with at most three decimals: write one, as 1.8") }
        return whole
    }

    /// The shortest form of milliseconds.
    static func text(duration: Int64) -> String {
        let unit = durations.last { duration != 0 && duration % $0.milliseconds == 0 } ?? durations[0]
        return "\(duration / unit.milliseconds)\(unit.unit)"
    }

    /// The shortest form of bytes.
    static func text(size: Int64) -> String {
        let unit = sizes.last { size != 0 && size % $0.bytes == 0 } ?? sizes[0]
        return "\(size / unit.bytes)\(unit.unit)"
    }

    /// A decimal number of thousandths.
    static func text(thousandths: Int32) -> String {
        let fraction = String(thousandths % 1000 + 1000).dropFirst()
        let kept = fraction.reversed().drop { $0 == "0" }.reversed()
        return kept.isEmpty ? "\(thousandths / 1000)" : "\(thousandths / 1000).\(String(kept))"
    }

    private static func quantity(
        _ text: String, units: [(unit: String, factor: Int64)], what: String, remedy: String
    ) throws(SettingError) -> Int64 {
        let digits = text.prefix { $0 >= "0" && $0 <= "9" }
        let rest = text.dropFirst(digits.count)
        guard !digits.isEmpty, let unit = units.first(where: { $0.unit == rest }) else {
            throw SettingError("'\(text)' is not a \(what): \(remedy)")
        }
        guard let count = Int64(digits) else { throw SettingError("'\(text)' is too large: \(remedy)") }
        let (value, overflow) = count.multipliedReportingOverflow(by: unit.factor)
        guard !overflow else { throw SettingError("'\(text)' is too large: \(remedy)") }
        return value
    }
}
