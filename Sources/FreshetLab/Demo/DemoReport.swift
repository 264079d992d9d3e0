/// How a demo ended: what was sent, what became of it, and what came back.
public struct DemoReport: Equatable, Sendable {
    /// Records that the shop sent.
    public var events = 0
    /// Events that had their effect.
    public var applied = 0
    /// Records that were not acceptable.
    public var deadLetters = 0
    /// Events that came twice.
    public var duplicates = 0
    /// Records without effect.
    public var ignored = 0
    /// Records that the daemon wrote to the topic of recommendations.
    public var published = 0
    /// Records that a subscriber read from it.
    public var readBack = 0

    /// Nothing sent.
    public init() {}

    /// What does not add up, a line each; empty where all does.
    public var problems: [String] {
        var problems: [String] = []
        let accounted = applied + deadLetters + duplicates + ignored
        if accounted != events { problems.append("\(events) records were sent, and \(accounted) are accounted for") }
        if readBack != published { problems.append("\(published) lists were published, and \(readBack) were read back") }
        return problems
    }

    /// One JSON object on one line.
    public var json: String {
        "{\"events\":\(events),\"applied\":\(applied),\"dead_letters\":\(deadLetters),\"duplicates\":\(duplicates),"
            + "\"ignored\":\(ignored),\"published\":\(published),\"read_back\":\(readBack)}"
    }

    /// One line of text.
    public var text: String {
        "\(events) records sent = \(applied) applied + \(deadLetters) dead letters + \(duplicates) duplicates + \(ignored) ignored; "
            + "\(published) lists published, \(readBack) read back"
    }
}
