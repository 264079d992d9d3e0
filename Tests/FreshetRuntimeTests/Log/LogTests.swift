import FreshetKernels
import FreshetRuntime
import Synchronization
import Testing

@Suite struct LogTests {
    /// A log that keeps its lines, and a clock that is set by hand.
    private final class Kept: Sendable {
        let lines = Mutex<[String]>([])
        let time = Mutex<Int64>(1_795_603_306_123)

        func log(_ form: Log.Form, level: LogLevel = .info) -> Log {
            Log(level: level, form: form, now: { self.time.withLock { $0 } }) { line in self.lines.withLock { $0.append(line.text) } }
        }

        var all: [String] { lines.withLock { $0 } }
    }

    @Test func textIsForPeople() {
        let kept = Kept()
        kept.log(.text).info("ready", ["batch": 5, "topic": "shop clicks", "share": .number(0.5), "live": true, "empty": ""])
        #expect(kept.all == ["2026-11-25T10:41:46.123Z info ready batch=5 topic=\"shop clicks\" share=0.5 live=true empty=\"\"\n"])
    }

    @Test func jsonIsForMachines() {
        let kept = Kept()
        kept.log(.json).error("a \"b\"\n", ["c": "d\te", "n": .number(.nan)])
        let time = "2026-11-25T10:41:46.123Z"
        #expect(kept.all == ["{\"time\":\"\(time)\",\"level\":\"error\",\"message\":\"a \\\"b\\\"\\n\",\"c\":\"d\\te\",\"n\":null}\n"])
    }

    @Test func aMessageIsOneLine() {
        let kept = Kept()
        kept.log(.text).warning("a\nforged", ["b": "c\nd"])
        #expect(kept.all.count == 1)
        #expect(kept.all[0].split(separator: "\n").count == 1)
    }

    @Test func linesBelowTheLevelAreNotWritten() {
        let kept = Kept()
        let log = kept.log(.text, level: .warning)
        log.debug("a")
        log.info("b")
        log.warning("c")
        log.error("d")
        #expect(kept.all.count == 2)
    }

    @Test func repeatedLinesAreCountedInsteadOfWritten() {
        let kept = Kept()
        let log = kept.log(.text)
        for _ in 0..<(Log.repeatsMax + 7) { log.info("again") }
        log.info("other")
        #expect(kept.all.count == Log.repeatsMax + 1)
        kept.time.withLock { $0 += 10_000 }
        log.info("again")
        #expect(kept.all.last?.hasSuffix("info again left_out=7\n") == true)
        log.info("again")
        #expect(kept.all.last?.hasSuffix("info again\n") == true)
    }

    @Test func aSecretIsNotPrinted() {
        let secret = Secret("hunter2")
        #expect("\(secret)" == "***" && String(reflecting: secret) == "***" && secret.value == "hunter2")
    }
}
