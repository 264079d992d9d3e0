import FreshetKernels
import Testing

@testable import FreshetCore

@Suite struct WatchTests {
    private static let hour: Int64 = 3_600_000
    private static let day = 24 * hour

    /// Keeps every action, and counts anew each time.
    private struct SlowWatch {
        struct Action {
            /// The newest time so far: an older action counts with the newest.
            var time: Int64
            var isNewItem: Bool
        }

        var actions: [Action] = []

        mutating func note(_ time: Int64, isNewItem: Bool) {
            actions.append(Action(time: max(time, actions.last?.time ?? .min), isNewItem: isNewItem))
        }

        private func within(_ span: Int64) -> [Action] { actions.filter { $0.time / span == (actions.last?.time ?? 0) / span } }

        var events: Int { within(WatchTests.hour).count }

        var items: Int { within(WatchTests.day).filter(\.isNewItem).count }

        /// The length of the last run of gaps that all equal its first one within a tenth, those of whole seconds left out.
        var evenGaps: Int {
            let times = actions.map(\.time)
            let gaps = zip(times, times.dropFirst()).map { $1 - $0 }.filter { $0 > 0 && $0 % 1_000 != 0 }
            var run: [Int64] = []
            for gap in gaps {
                if let first = run.first, abs(gap - first) * 10 < first { run.append(gap) } else { run = [gap] }
            }
            return run.count
        }

        func excess(_ limits: EngineSettings.BotSettings) -> BotReason? {
            if events > limits.eventsPerHourMax { return .rate }
            if items > limits.itemsPerDayMax { return .breadth }
            return evenGaps > limits.equalGapsMax ? .regularity : nil
        }
    }

    /// A user under watch.
    private final class Subject {
        let limits: EngineSettings.BotSettings
        var watch = Watch()

        init(_ events: Int = 60_000, _ items: Int = 60_000, _ gaps: Int = 60_000) {
            var limits = EngineSettings.BotSettings()
            (limits.eventsPerHourMax, limits.itemsPerDayMax, limits.equalGapsMax) = (events, items, gaps)
            self.limits = limits
        }

        /// Notes an action; whoever exceeds a limit is judged.
        @discardableResult func note(_ time: Int64, isNewItem: Bool = false) -> BotReason? {
            let reason = watch.note(at: EventTime(milliseconds: time), isNewItem: isNewItem, limits)
            if let reason, !watch.isBot { watch.judge(reason) }
            return reason
        }
    }

    @Test func countsAreThoseOfASlowReferenceAndSoIsTheLimitThatIsExceeded() {
        var exceeded: Set<BotReason> = []
        for seed in UInt64(0)..<200 {
            var random = SplitMix64(seed: seed)
            let subject = Subject(5 + random.next(below: 20), 5 + random.next(below: 30), 2 + random.next(below: 8))
            var slow = SlowWatch()
            var time: Int64 = 20_000 * WatchTests.day
            let pace = Int64(1 + random.next(below: 900_000))
            for number in 0..<200 {
                switch random.next(below: 12) {
                case 0: time += Int64(random.next(below: Int(2 * WatchTests.day)))
                case 1, 2, 3: time += Int64(random.next(below: Int(3 * pace)))
                case 4: break
                case 5: time += 1_000 * Int64(1 + random.next(below: 900))
                default: time += pace + Int64(random.next(below: Int(pace / 12 + 1)))
                }
                let late = random.next(below: 10) == 0 ? Int64(random.next(below: Int(WatchTests.hour))) : 0
                let isNew = random.next(below: 3) > 0
                let reason = subject.note(time - late, isNewItem: isNew)
                slow.note(time - late, isNewItem: isNew)
                let watch = subject.watch
                #expect(Int(watch.events) == slow.events && Int(watch.items) == slow.items, "seed \(seed), action \(number)")
                #expect(Int(watch.evenGaps) == slow.evenGaps && reason == slow.excess(subject.limits), "seed \(seed), action \(number)")
                if let reason { exceeded.insert(reason) }
            }
        }
        #expect(exceeded == Set(BotReason.allCases))
    }

    /// Line n of a log of sessions is second n; in other logs events stand ten seconds apart, or know minutes only.
    @Test(arguments: [Int64(1_000), 10_000, 60_000]) func theResolutionOfAClockIsNoRegularity(_ gap: Int64) {
        let subject = Subject(60_000, 60_000, EngineSettings.BotSettings().equalGapsMax)
        for number in Int64(0)..<5_000 { subject.note(1_764_000_000_000 + number * gap) }
        #expect(!subject.watch.isBot && subject.watch.evenGaps == 0)
        for number in Int64(0)..<5_000 { subject.note(1_765_000_000_000 + number * (gap + 1)) }
        #expect(subject.watch.verdict == .regularity, "a millisecond more each time, and it is found")
    }

    @Test func aGapOfWholeSecondsNeitherExtendsARunNorEndsIt() {
        let subject = Subject()
        var time: Int64 = 1_764_000_000_000
        subject.note(time)
        var runs: [UInt16] = []
        for gap in [Int64(1_234), 1_250, 1_000, 7_000, 1_240, 5_001] {
            time += gap
            subject.note(time)
            runs.append(subject.watch.evenGaps)
        }
        #expect(runs == [1, 2, 2, 2, 3, 1])
    }

    @Test func anActionOnTheLimitIsNoneTooMany() {
        let subject = Subject(3)
        #expect((0..<4).map { subject.note($0) } == [nil, nil, nil, .rate])
        #expect(subject.note(WatchTests.hour) == nil, "the next hour begins with none")
    }

    @Test func countsStopAtTheirLargestInsteadOfOverflowing() {
        let subject = Subject()
        for number in Int64(0)..<70_000 { subject.note(number, isNewItem: true) }
        #expect(subject.watch.events == .max && subject.watch.items == .max && subject.watch.evenGaps == .max)
    }

    @Test func absurdTimesAreTaken() {
        let subject = Subject()
        for time in [Int64.min + 1, -1, 0, Int64.max - 1, Int64.max] { #expect(subject.note(time) == nil) }
        subject.watch.judge(.rate)
        #expect(subject.watch.isReformed(after: 0) && subject.watch.last == EventTime(milliseconds: .max))
    }

    @Test func aBotIsReformedOnceItHasKeptWithinTheLimitsForLongEnough() {
        let subject = Subject(2)
        let parole = 5 * WatchTests.hour
        for time in Int64(0)..<3 { subject.note(time) }
        #expect(subject.watch.verdict == .rate)
        #expect(subject.note(4 * WatchTests.hour) == nil && !subject.watch.isReformed(after: parole))
        for time in Int64(1)..<3 { subject.note(4 * WatchTests.hour + time) }
        #expect(subject.note(5 * WatchTests.hour) == nil && !subject.watch.isReformed(after: parole), "it was too fast again")
        #expect(subject.note(9 * WatchTests.hour) == nil && subject.watch.isReformed(after: parole))
        subject.watch.acquit()
        #expect(subject.watch.verdict == nil && !subject.watch.isReformed(after: parole))
    }

    @Test func whoIsJoinedCountsAsOne() {
        for seed in UInt64(0)..<100 {
            var random = SplitMix64(seed: seed)
            let (left, right, both) = (Subject(), Subject(), Subject())
            var time: Int64 = 20_000 * WatchTests.day
            for _ in 0..<60 {
                time += Int64(random.next(below: 600_000))
                let isNew = random.next(below: 2) == 0
                (random.next(below: 2) == 0 ? left : right).note(time, isNewItem: isNew)
                both.note(time, isNewItem: isNew)
            }
            left.watch.join(right.watch)
            let (joined, whole) = (left.watch, both.watch)
            #expect(joined.events == whole.events && joined.items == whole.items && joined.last == whole.last, "seed \(seed)")
        }
    }

    @Test func whoIsJoinedToABotIsOne() {
        var (shopper, bot) = (Watch(), Watch())
        bot.judge(.regularity)
        shopper.join(bot)
        #expect(shopper.verdict == .regularity)
        bot.join(Watch())
        #expect(bot.verdict == .regularity)
    }

    @Test func aWatchReadsBackFromItsBytes() throws {
        let subject = Subject(60_000, 9)
        for number in Int64(0)..<12 { subject.note(1_764_000_000_000 + number * 777, isNewItem: true) }
        let bytes = ByteBuffer()
        subject.watch.encode(into: bytes)
        var reader = ByteReader(bytes.view)
        #expect(try Watch(from: &reader) == subject.watch)
        #expect(reader.isAtEnd && subject.watch.verdict == .breadth)
        var stored = Array(bytes.view.buffer)
        stored[14] = UInt8(BotReason.allCases.count + 1)
        #expect(throws: CodecError.self) {
            try stored.withUnsafeBytes { stored in
                var reader = ByteReader(ByteView(stored))
                _ = try Watch(from: &reader)
            }
        }
    }

    @Test func everyReasonHasItsCounterInTheState() {
        #expect(Engine(settings: EngineSettings()).botEvents.count == BotReason.allCases.count)
        #expect(Set(BotReason.allCases.map { "\($0.name)" }).count == BotReason.allCases.count)
    }
}
