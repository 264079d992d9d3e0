import FreshetCore

/// A configuration without mistakes, and what is worth saying about it.
public struct LoadedConfiguration: Sendable {
    /// The values in force.
    public var configuration: Configuration
    /// Remarks that stop nothing: a topic that this version does not publish, a variable without effect.
    public var notices: [ConfigurationProblem]
}

extension Configuration {
    /// Reads a file and the environment, which overrides it. Throws every mistake at once; no broker is contacted.
    ///
    /// `needsTopics` is `false` where events come from files.
    public static func load(
        path: String, environment: [String: String], needsTopics: Bool = true
    ) throws(ConfigurationError) -> LoadedConfiguration {
        let text: [UInt8]
        do throws(FileError) {
            text = try WholeFile.read(path, bytesMax: 1 << 20)
        } catch {
            throw ConfigurationError(problems: [ConfigurationProblem(place: .line(file: path, 1), key: "", message: error.message)])
        }
        return try read(text, file: path, environment: environment, needsTopics: needsTopics)
    }

    /// Reads the text of a file; `file` names it in messages.
    public static func read(
        _ text: [UInt8], file: String, environment: [String: String], needsTopics: Bool = true
    ) throws(ConfigurationError) -> LoadedConfiguration {
        var reader = ConfigurationReader(file: file)
        let (root, mistakes) = YAMLReader.read(text)
        for mistake in mistakes { reader.problem("", line: mistake.line, mistake.message) }
        if let root { reader.read(root) }
        if root != nil || mistakes.isEmpty {
            reader.read(environment: environment)
            reader.checkTogether(needsTopics: needsTopics)
        }
        guard reader.problems.isEmpty else { throw ConfigurationError(problems: reader.problems.sorted(by: Configuration.isBefore)) }
        var configuration = reader.configuration
        configuration.publication.recommendations = configuration.topics.recommendations != nil
        configuration.publication.similarItems = configuration.topics.similarItems != nil
        return LoadedConfiguration(configuration: configuration, notices: reader.notices.sorted(by: Configuration.isBefore))
    }

    /// The order of the file, then of the environment.
    private static func isBefore(_ left: ConfigurationProblem, _ right: ConfigurationProblem) -> Bool {
        switch (left.place, right.place) {
        case (.line(_, let a), .line(_, let b)): (a, left.key) < (b, right.key)
        case (.line, .variable): true
        case (.variable, .line): false
        case (.variable(let a), .variable(let b)): (a, left.key) < (b, right.key)
        }
    }
}
