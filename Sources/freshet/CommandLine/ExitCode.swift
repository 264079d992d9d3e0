/// How a run ended, for scripts and service managers.
enum ExitCode: Int32, CaseIterable {
    case done = 0
    case usage = 64
    case badInput = 65
    case brokerUnavailable = 69
    case internalError = 70
    case io = 74
    case tryAgain = 75
    case configuration = 78

    /// What it means.
    var meaning: String {
        switch self {
        case .done: "done"
        case .usage: "wrong usage"
        case .badInput: "bad input data, or an input file that cannot be opened"
        case .brokerUnavailable: "the broker is unavailable, beyond the time-out of the start"
        case .internalError: "what was sent and what came of it do not add up: a fault of the program, or another one changed the offsets"
        case .io: "disk or network I/O: try again"
        case .tryAgain: "another instance owns this group or this state folder: stop it, or try again"
        case .configuration: "configuration, permissions, or a state that is missing, damaged or of other settings: the message names the remedy"
        }
    }
}

/// Why a verb did not do its work.
struct Failure: Error {
    /// How the process ends.
    var code: ExitCode
    /// What is wrong, and the remedy; a line each.
    var message: String

    init(_ code: ExitCode, _ message: String) {
        self.code = code
        self.message = message
    }
}
