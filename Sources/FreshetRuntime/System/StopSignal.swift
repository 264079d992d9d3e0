import Glibc
import Synchronization

/// What signals ask for. A handler does nothing but set a flag, which the engine's thread reads between two calls.
public enum StopSignal {
    /// SIGTERM or SIGINT came: stop gracefully.
    public static var isStopRequested: Bool { stopRequested.load(ordering: .relaxed) }

    /// Takes SIGTERM and SIGINT, and ignores SIGPIPE: a closed pipe shows as an error of the write.
    public static func install() {
        // The flag is made here, not within a handler.
        stopRequested.store(false, ordering: .relaxed)
        for signal in [SIGTERM, SIGINT] { handle(signal) { _ in stopRequested.store(true, ordering: .relaxed) } }
        handle(SIGPIPE, SIG_IGN)
    }

    /// Asks for a stop, as a signal does.
    public static func request() { stopRequested.store(true, ordering: .relaxed) }

    private static func handle(_ signal: Int32, _ handler: __sighandler_t?) {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = handler
        action.sa_flags = SA_RESTART
        sigaction(signal, &action, nil)
        // A process inherits the mask of the thread that started it: where that one blocks signals, no stop would ever come.
        var mask = sigset_t()
        sigemptyset(&mask)
        sigaddset(&mask, signal)
        pthread_sigmask(SIG_UNBLOCK, &mask, nil)
    }
}

private let stopRequested = Atomic<Bool>(false)
