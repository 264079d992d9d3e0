import Glibc

/// A clock that only grows, read in nanoseconds. For measurements.
public struct Stopwatch: Sendable {
    private let start: UInt64

    /// A watch that starts now.
    public init() { start = Stopwatch.read(CLOCK_MONOTONIC) ?? 0 }

    /// Nanoseconds since its start.
    public var nanoseconds: UInt64 { (Stopwatch.read(CLOCK_MONOTONIC) ?? start) - start }

    /// Seconds since its start.
    public var seconds: Double { Double(nanoseconds) / 1e9 }

    /// Processor time of the calling thread so far, in nanoseconds.
    public static var threadNanoseconds: UInt64 { read(CLOCK_THREAD_CPUTIME_ID) ?? 0 }

    /// The nanoseconds of a clock of the system; `nil` where there is no such clock.
    static func read(_ clock: clockid_t) -> UInt64? {
        var time = timespec()
        guard clock_gettime(clock, &time) == 0 else { return nil }
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// Waits about so many nanoseconds; a signal ends the wait early.
    static func sleep(nanoseconds: UInt64) {
        var time = timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
        nanosleep(&time, nil)
    }
}
