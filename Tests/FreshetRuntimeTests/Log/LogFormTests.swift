import FreshetCore
import FreshetKernels
import FreshetRuntime
import Synchronization
import Testing

/// Lines of both forms can be read by machines, whatever stands in them.
@Suite struct LogFormTests {
    private final class Kept: Sendable {
        let lines = Mutex<[String]>([])
        let time = Mutex<Int64>(0)

        func log(_ form: Log.Form, level: LogLevel = .debug) -> Log {
            Log(level: level, form: form, now: { self.time.withLock { $0 } }) { line in self.lines.withLock { $0.append(line.text) } }
        }

        var all: [String] { lines.withLock { $0 } }
    }

    private func text(_ random: inout SplitMix64) -> String {
        let scalars = Array("ab =\"\\\n\t\u{1}\u{7f}é😀{},:".unicodeScalars)
        return String(String.UnicodeScalarView((0..<random.next(below: 8)).map { _ in scalars[random.next(below: scalars.count)] }))
    }

    @Test func everyJSONLineIsOneObjectThatHoldsWhatWasLogged() throws {
        var random = SplitMix64(seed: 1)
        for _ in 0..<1000 {
            let kept = Kept()
            let (message, name, value) = (text(&random), "n" + text(&random), text(&random))
            let number = Int64(bitPattern: random.next())
            kept.log(.json).warning(message, [name: .text(value), "number": .integer(number), "flag": false])
            let line = try #require(kept.all.first)
            #expect(line.hasSuffix("}\n") && line.dropLast().allSatisfy { $0 != "\n" })
            let tree = try JSONValue(String(line.dropLast()))
            #expect(tree["message"]?.string == message && tree["level"]?.string == "warning")
            #expect(tree[name]?.string == value && tree["number"]?.integer == number && tree["flag"]?.bool == false)
        }
    }

    @Test func everyTextLineIsOneLineWhateverTheMessageHolds() {
        var random = SplitMix64(seed: 2)
        for _ in 0..<1000 {
            let kept = Kept()
            kept.log(.text).error(text(&random), ["value": .text(text(&random))])
            #expect(kept.all.count == 1)
            let line = kept.all[0]
            #expect(line.hasPrefix("1970-01-01T00:00:00.000Z error ") && line.hasSuffix("\n"))
            #expect(line.dropLast().unicodeScalars.allSatisfy { $0.value >= 0x20 }, "\(line.debugDescription)")
        }
    }

    @Test(arguments: [LogLevel.debug, .info, .warning, .error]) func aLevelLetsItsOwnLinesAndThoseAboveThrough(_ level: LogLevel) {
        let kept = Kept()
        let log = kept.log(.text, level: level)
        log.debug("a")
        log.info("b")
        log.warning("c")
        log.error("d")
        #expect(kept.all.count == LogLevel.error.rawValue - level.rawValue + 1)
    }

    @Test func messagesAreCountedApart() {
        let kept = Kept()
        let log = kept.log(.text)
        for round in 0..<2 * Log.repeatsMax { for message in ["a", "b", "c"] { log.info(message, ["round": .count(round)]) } }
        #expect(kept.all.count == 3 * Log.repeatsMax)
    }

    @Test func aClockThatGoesBackDoesNotSilenceTheLog() {
        let kept = Kept()
        kept.time.withLock { $0 = 1_000_000 }
        let log = kept.log(.text)
        for _ in 0..<Log.repeatsMax + 1 { log.info("again") }
        kept.time.withLock { $0 = 0 }
        log.info("again")
        #expect(kept.all.count == Log.repeatsMax + 1)
    }

    @Test func manyDifferentMessagesDoNotGrowTheCountForever() {
        let kept = Kept()
        let log = kept.log(.text)
        for number in 0..<2000 { log.info("message \(number)") }
        #expect(kept.all.count == 2000)
    }
}
