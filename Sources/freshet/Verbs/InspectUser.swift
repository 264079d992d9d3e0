import FreshetCore
import FreshetKernels
import FreshetRuntime

/// `freshet inspect user ID`: all that is kept about a user.
enum InspectUser: Verb {
    static let specification = VerbSpecification(
        name: "inspect user", summary: "Shows all that is kept about a user.", operands: ["ID"],
        options: [.state, .keyFile, .configuration(isRequired: false), .json],
        examples: [("freshet inspect user u42 --state state", "Identity, history and sessions of u42.")],
        exitCodes: [.done, .usage, .badInput, .io, .tryAgain, .configuration])

    static func run(_ arguments: Arguments) throws(Failure) -> ExitCode {
        try show(arguments, "user") { $0.appendUser($1, into: $2) }
    }

    static func show(_ arguments: Arguments, _ kind: String, _ append: (Publication, ByteView, ByteBuffer) -> Bool) throws(Failure) -> ExitCode {
        let state = try arguments.openState()
        defer { state.store.close() }
        let bytes = ByteBuffer()
        guard arguments.operands[0].withBytes({ append(state.publication, $0, bytes) }) else {
            throw Failure(.badInput, "freshet inspect \(kind): nothing is known of \(kind) '\(arguments.operands[0])'")
        }
        print(arguments.text(of: bytes))
        return .done
    }
}
