/// Waiting for a program: each wait ends early, with an error, where a stop is asked for.
extension MeasuredProcess {
    private static let startSecondsMax = 120.0

    /// Whether a daemon has logged that it is ready.
    var isReady: Bool { written.contains("\"message\":\"ready\"") }

    /// Waits until it is at work; an error where it ends before, or after two minutes. `name` is for the message.
    func wait(for name: String, isStopRequested: () -> Bool, until isAtWork: () -> Bool) throws(BenchError) {
        let watch = Stopwatch()
        while !isAtWork() {
            try check(name, isStopRequested: isStopRequested)
            guard watch.seconds < MeasuredProcess.startSecondsMax else {
                throw .daemon("\(name) is not ready after \(Int(MeasuredProcess.startSecondsMax)) s: \(lastLines)")
            }
            Stopwatch.sleep(nanoseconds: 1_000_000)
        }
    }

    /// Waits until it has ended by itself.
    func waitForEnd(isStopRequested: () -> Bool) throws(BenchError) {
        while isRunning {
            if isStopRequested() { throw .stopped }
            Stopwatch.sleep(nanoseconds: 20_000_000)
        }
    }

    /// An error where it has ended, or a stop is asked for.
    func check(_ name: String, isStopRequested: () -> Bool) throws(BenchError) {
        if isStopRequested() { throw .stopped }
        guard isRunning else { throw .daemon("\(name) ended: \(lastLines)") }
    }
}
