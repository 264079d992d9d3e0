public import FreshetCore

/// A user who was taken for a bot, for who is told of it.
public struct FoundBot: Equatable, Sendable, CustomStringConvertible {
    /// The limit that it went beyond.
    public var reason: BotReason
    /// The user's id; empty where ids are not to be told.
    public var user: String

    /// One line for the log.
    public var description: String {
        "\(user.isEmpty ? "a user" : "the user \(user)") is taken for a bot (\(reason.name)): what it does counts in its own lists only;"
            + " where many people share this id, raise the limit of cleaning.bots"
    }
}
