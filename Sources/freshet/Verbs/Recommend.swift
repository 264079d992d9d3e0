import FreshetCore
import FreshetKernels
import FreshetRuntime

/// `freshet recommend`: the list that a user would get now.
enum Recommend: Verb {
    static let specification = VerbSpecification(
        name: "recommend", summary: "Shows the list that a user would get now, with the reasons of each item.",
        options: [
            .value("user", "ID", "The user; an unknown one gets what is popular.", isRequired: true),
            .value("top", "N", "The length of the list.", standard: "20"), .state, .configuration(isRequired: false), .json,
        ],
        examples: [("freshet recommend --user u42 --top 10 --state state", "Ten items for u42.")],
        exitCodes: [.done, .usage, .io, .tryAgain, .configuration])

    static func run(_ arguments: Arguments) throws(Failure) -> ExitCode {
        let limit = try arguments.integer("top", in: 1...Int.max) ?? 20
        let state = try arguments.openState()
        defer { state.store.close() }
        let bytes = ByteBuffer()
        try arguments.required("user").withBytes { state.publication.appendRecommendations(for: $0, limit: min(limit, 1000), into: bytes) }
        print(arguments.text(of: bytes))
        return .done
    }
}
