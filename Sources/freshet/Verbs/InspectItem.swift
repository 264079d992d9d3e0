import FreshetCore

/// `freshet inspect item ID`: counts and neighbours of an item.
enum InspectItem: Verb {
    static let specification = VerbSpecification(
        name: "inspect item", summary: "Shows an item's counts, its most similar items and what follows it.", operands: ["ID"],
        options: [.state, .keyFile, .configuration(isRequired: false), .json],
        examples: [("freshet inspect item i9 --state state", "Counts, neighbours and followers of i9.")],
        exitCodes: [.done, .usage, .badInput, .io, .tryAgain, .configuration])

    static func run(_ arguments: Arguments) throws(Failure) -> ExitCode {
        try InspectUser.show(arguments, "item") { $0.appendItem($1, into: $2) }
    }
}
