/// A piece of a YAML document that knows its line.
struct YAMLNode {
    /// An entry of a mapping.
    struct Entry {
        var key: String
        var line: Int
        var value: YAMLNode
    }

    enum Value {
        /// `null`, `~` or nothing.
        case null
        case scalar(String)
        case sequence([YAMLNode])
        case mapping([Entry])
    }

    /// The line on which it begins, from 1.
    var line: Int
    var value: Value

    /// What it is, for messages.
    var kind: String {
        switch value {
        case .null: "nothing"
        case .scalar: "a plain value"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}

/// What is wrong on a line of a YAML document.
struct YAMLProblem: Error {
    var line: Int
    var message: String
}
