import FreshetCore
public import FreshetKernels
import Glibc
import Synchronization

/// The daemon's log: a line an occurrence, as text for people and as JSON for machines.
///
/// May be called from any thread. Of lines with the same message at most `repeatsMax` pass in ten seconds; the next one that passes says how many
/// were left out.
public final class Log: Sendable {
    /// How lines are written.
    public enum Form: Sendable {
        /// `TIME LEVEL message name=value`.
        case text
        /// `{"time":…,"level":…,"message":…,"name":value}`.
        case json
    }

    /// Lines of one message in ten seconds.
    public static let repeatsMax = 10

    private let level: LogLevel
    private let form: Form
    private let now: @Sendable () -> Int64
    private let write: @Sendable (ByteView) -> Void
    private let repeats = Mutex(RepeatLimit())

    /// A log of lines of at least `level`.
    ///
    /// - Parameters:
    ///   - now: Milliseconds since the epoch.
    ///   - write: Takes one whole line, its end included.
    public init(level: LogLevel = .info, form: Form, now: @escaping @Sendable () -> Int64, write: @escaping @Sendable (ByteView) -> Void) {
        self.level = level
        self.form = form
        self.now = now
        self.write = write
    }

    /// The log on standard error: text where that is a terminal, JSON elsewhere.
    public static func standardError(level: LogLevel = .info) -> Log {
        Log(level: level, form: isatty(STDERR_FILENO) == 1 ? .text : .json, now: { SystemClock.wallMilliseconds }) { line in
            // A line that cannot be written is lost: there is no better place to say so.
            _ = Glibc.write(STDERR_FILENO, line.start, line.count)
        }
    }

    /// Writes a line for who looks for a fault.
    public func debug(_ message: String, _ fields: KeyValuePairs<String, LogValue> = [:]) { log(.debug, message, fields) }

    /// Writes a line that an operator expects.
    public func info(_ message: String, _ fields: KeyValuePairs<String, LogValue> = [:]) { log(.info, message, fields) }

    /// Writes a line about something that was handled.
    public func warning(_ message: String, _ fields: KeyValuePairs<String, LogValue> = [:]) { log(.warning, message, fields) }

    /// Writes a line about something that is wrong.
    public func error(_ message: String, _ fields: KeyValuePairs<String, LogValue> = [:]) { log(.error, message, fields) }

    /// Writes a line of the given weight.
    public func log(_ level: LogLevel, _ message: String, _ fields: some Collection<(key: String, value: LogValue)>) {
        guard level >= self.level else { return }
        let time = now()
        guard let leftOut = repeats.withLock({ $0.pass(message, at: time) }) else { return }
        var all = fields.map { ($0.key, $0.value) }
        if leftOut > 0 { all.append(("left_out", .count(leftOut))) }
        let bytes = ByteBuffer()
        switch form {
        case .text: appendText(level, message, all, time, bytes)
        case .json: appendJSON(level, message, all, time, bytes)
        }
        bytes.append(UInt8(ascii: "\n"))
        write(bytes.view)
    }

    private func appendText(_ level: LogLevel, _ message: String, _ fields: [(String, LogValue)], _ time: Int64, _ bytes: ByteBuffer) {
        bytes.append(rfc3339: EventTime(milliseconds: time))
        bytes.append(" ")
        bytes.append(level.name)
        bytes.append(" ")
        // A line's end within a message would forge another line.
        for byte in message.utf8 { bytes.append(byte < 0x20 ? UInt8(ascii: " ") : byte) }
        for (name, value) in fields {
            bytes.append(text: " \(name)=")
            value.append(to: bytes, isJSON: false)
        }
    }

    private func appendJSON(_ level: LogLevel, _ message: String, _ fields: [(String, LogValue)], _ time: Int64, _ bytes: ByteBuffer) {
        bytes.append("{\"time\":\"")
        bytes.append(rfc3339: EventTime(milliseconds: time))
        bytes.append("\"")
        for (name, value) in [("level", .text("\(level.name)")), ("message", .text(message))] + fields {
            bytes.append(",")
            LogValue.text(name).append(to: bytes, isJSON: true)
            bytes.append(":")
            value.append(to: bytes, isJSON: true)
        }
        bytes.append("}")
    }
}

/// Counts lines by message.
private struct RepeatLimit {
    private static let window: Int64 = 10_000
    private static let messagesMax = 256

    private struct Count {
        var since: Int64
        var passed = 0
        var leftOut = 0
    }

    private var counts: [String: Count] = [:]

    /// How many lines of this message were left out before this one; `nil` where this one is left out, too.
    mutating func pass(_ message: String, at time: Int64) -> Int? {
        if counts.count > RepeatLimit.messagesMax { counts.removeAll() }
        var count = counts[message] ?? Count(since: time)
        defer { counts[message] = count }
        if time - count.since >= RepeatLimit.window || time < count.since {
            let leftOut = count.leftOut
            count = Count(since: time, passed: 1)
            return leftOut
        }
        guard count.passed < Log.repeatsMax else {
            count.leftOut += 1
            return nil
        }
        count.passed += 1
        return 0
    }
}
