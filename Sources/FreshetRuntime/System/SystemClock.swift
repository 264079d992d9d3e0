import Glibc

/// The host's clocks.
public final class SystemClock: Clock {
    /// The host's clocks.
    public init() {}

    /// Milliseconds since the epoch by the host's clock, which may jump.
    public static var wallMilliseconds: Int64 { milliseconds(CLOCK_REALTIME) }

    /// Milliseconds since the epoch by the host's clock, which may jump.
    public var wallMilliseconds: Int64 { SystemClock.wallMilliseconds }

    /// Milliseconds that only ever grow.
    public var monotonicMilliseconds: Int64 { SystemClock.milliseconds(CLOCK_MONOTONIC) }

    /// Waits; a signal ends the wait early.
    public func sleep(milliseconds: Int) {
        var time = timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
        nanosleep(&time, nil)
    }

    private static func milliseconds(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
