@preconcurrency import Glibc

/// The process's variables.
public enum Environment {
    /// All variables by name, as they stand now.
    public static var current: [String: String] {
        var variables: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let parts = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
            entry += 1
        }
        return variables
    }

    /// Whether a variable that begins with `FRESHET_` sets no key and is right: the program's and its tests' own, and those that Kubernetes makes
    /// of services whose names begin so (`FRESHET_SERVICE_HOST`, `FRESHET_PORT_80_TCP`).
    static func isForOthers(_ name: String) -> Bool {
        own.contains(name) || name.hasSuffix("_SERVICE_HOST") || name.contains("_PORT")
    }

    private static let own: Set<String> = ["FRESHET_LOG", "FRESHET_KILL_AT", "FRESHET_KAFKA_SH", "FRESHET_SHARED_DATA"]
}
