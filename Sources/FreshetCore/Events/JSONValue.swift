public import FreshetKernels

/// A whole JSON text as a tree, for what is read seldom: Freshet's own outputs, in tests and reports. Events have a reader of their own.
public enum JSONValue: Equatable, Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number without point and exponent that 64 bits hold.
    case integer(Int64)
    /// Any other number; infinite beyond the range of a `Double`.
    case number(Double)
    /// A string, its escapes undone.
    case string(String)
    /// An array.
    case array([JSONValue])
    /// An object's members in their order, no name twice.
    case object([Member])

    /// A name and its value.
    public struct Member: Equatable, Sendable {
        /// The name.
        public var name: String
        /// The value.
        public var value: JSONValue

        /// A member from its parts.
        public init(_ name: String, _ value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    /// The value of an object's member; `nil` where there is none, or no object.
    public subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// The element of an array; `nil` where there is none, or no array.
    public subscript(index: Int) -> JSONValue? { elements.flatMap { $0.indices.contains(index) ? $0[index] : nil } }

    /// The elements of an array.
    public var elements: [JSONValue]? { if case .array(let elements) = self { elements } else { nil } }

    /// The text of a string.
    public var string: String? { if case .string(let text) = self { text } else { nil } }

    /// The value of a whole number.
    public var integer: Int64? { if case .integer(let value) = self { value } else { nil } }

    /// The value of a number, whole or not.
    public var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    /// The value of `true` and `false`.
    public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
}

/// A text that is not JSON as `JSONValue` reads it.
public struct JSONError: Error, Equatable, Sendable {
    /// The byte at which reading ended, from 0.
    public var offset: Int
    /// What is wrong there.
    public var problem: String
}

extension JSONValue {
    /// Reads one JSON text, strictly: valid UTF-8, nothing after it, at most 64 levels deep, no name twice in an object.
    public init(_ text: ByteView) throws(JSONError) {
        guard String(validating: text.buffer, as: UTF8.self) != nil else { throw JSONError(offset: 0, problem: "not valid UTF-8") }
        var parser = JSONParser(text)
        self = try parser.document()
    }

    /// Reads the value of a record, which must be an object.
    init(objectIn value: ByteView) throws(Rejection) {
        do throws(JSONError) {
            try self.init(value)
        } catch {
            throw Rejection(.malformed, "\(error.problem) (byte \(error.offset))")
        }
        guard case .object = self else { throw Rejection(.malformed, "not a JSON object") }
    }

    /// Reads one JSON text.
    public init(_ text: String) throws(JSONError) {
        let buffer = ByteBuffer(capacity: text.utf8.count)
        buffer.append(text: text)
        try self.init(buffer.view)
    }
}
