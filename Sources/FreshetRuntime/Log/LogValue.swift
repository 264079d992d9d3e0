import FreshetCore
import FreshetKernels

/// How much a line matters.
public enum LogLevel: Int, Comparable, CaseIterable, Sendable {
    /// Of use to who looks for a fault.
    case debug
    /// What an operator expects to see.
    case info
    /// Something was handled that should not happen often.
    case warning
    /// Something is wrong that someone must look at.
    case error

    /// The order of weight.
    public static func < (left: LogLevel, right: LogLevel) -> Bool { left.rawValue < right.rawValue }

    /// The level of this name, as it stands in lines; `nil` where there is none.
    public init?(name: String) {
        guard let level = LogLevel.allCases.first(where: { "\($0.name)" == name }) else { return nil }
        self = level
    }

    var name: StaticString {
        switch self {
        case .debug: "debug"
        case .info: "info"
        case .warning: "warning"
        case .error: "error"
        }
    }
}

/// The value of a field of a log line. A `Secret` is none: it has to be asked for its text.
public enum LogValue: Sendable, Equatable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
    /// A text.
    case text(String)
    /// A whole number.
    case integer(Int64)
    /// A number; NaN and infinities stand as null.
    case number(Double)
    /// A truth.
    case flag(Bool)

    /// A text.
    public init(stringLiteral value: String) { self = .text(value) }
    /// A whole number.
    public init(integerLiteral value: Int64) { self = .integer(value) }
    /// A truth.
    public init(booleanLiteral value: Bool) { self = .flag(value) }

    /// A whole number.
    public static func count(_ value: Int) -> LogValue { .integer(Int64(value)) }

    /// Appends the value as JSON; as plain text, a text without spaces and quotes stands bare.
    func append(to bytes: ByteBuffer, isJSON: Bool) {
        switch self {
        case .text(var text):
            let isBare = !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") && $0 != 0x7f }
            if !isJSON && isBare { return bytes.append(text: text) }
            text.withUTF8 { bytes.appendJSON(string: ByteView(UnsafeRawBufferPointer($0))) }
        case .integer(let value): bytes.append(decimal: value)
        case .number(let value): bytes.append(double: value)
        case .flag(let value): bytes.append(value ? "true" : "false")
        }
    }
}
