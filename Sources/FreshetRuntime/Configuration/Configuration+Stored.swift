import FreshetCore

extension Configuration {
    /// What shapes state and lists, `key: value` a line: stored with a state, so that it can be looked at without the file.
    public var storedText: String {
        Setting.all.filter(\.isStored).reduce(Configuration.versionLine) { $0 + "\n\($1.key): \($1.text(in: self))" }
    }

    /// The defaults with the settings of a stored text; `nil` where another version wrote it.
    public init?(storedText: String) {
        var lines = storedText.split(separator: "\n")[...]
        guard lines.popFirst().map(String.init) == Configuration.versionLine else { return nil }
        var reader = ConfigurationReader(file: "state")
        for (number, line) in lines.enumerated() {
            guard let colon = line.firstIndex(of: ":"), let setting = Setting.all.first(where: { $0.key == line[..<colon] }), setting.isStored
            else { return nil }
            setting.read(YAMLNode(line: number + 2, value: .scalar(String(line[colon...].dropFirst(2)))), &reader)
        }
        guard reader.problems.isEmpty else { return nil }
        self = reader.configuration
    }

    private static let versionLine = "engine: \(EngineSettings.version)"
}

extension Setting {
    /// Whether a state, or what is shown of it, depends on it.
    fileprivate var isStored: Bool {
        let sections = ["seed", "limits.", "events.", "publish.", "signals.", "cleaning."]
        return isScalar && sections.contains { key.hasPrefix($0) }
    }
}
