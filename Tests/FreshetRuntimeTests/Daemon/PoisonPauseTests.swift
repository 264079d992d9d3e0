import FreshetCore
import FreshetRuntime
import Testing

@Suite struct PoisonPauseTests {
    private static let minute: Int64 = 60_000

    private func letters(_ count: Int, _ code: RejectionCode = .malformed) -> BatchCounts {
        var counts = BatchCounts()
        counts.rejected[Int(code.rawValue)] = count
        return counts
    }

    private func good(_ count: Int = 1, letters: Int = 0) -> BatchCounts {
        var counts = self.letters(letters)
        counts.applied = count
        return counts
    }

    @Test func nothingButDeadLettersForTheWholeTimePauses() {
        var pause = PoisonPause(after: 10 * Self.minute)
        #expect(pause.observe(letters(60), at: 1_000) == nil)
        #expect(pause.observe(letters(30, .missingUser), at: 300_000) == nil)
        #expect(pause.observe(letters(30), at: 600_999) == nil)
        #expect(pause.observe(letters(1), at: 601_000) == .paused(PoisonAlarm(deadLetters: 121, milliseconds: 600_000, reason: .malformed)))
        #expect(pause.isPaused)
    }

    @Test func fewDeadLettersAreNoPoisonHoweverLongTheyCome() {
        var pause = PoisonPause(after: Self.minute)
        for hour in 0..<99 { #expect(pause.observe(letters(1), at: Int64(hour) * 60 * Self.minute) == nil) }
        #expect(pause.observe(letters(1), at: 100 * 60 * Self.minute) != nil)
    }

    /// An accepted record, one that is known already, one that the format leaves out: all of them were understood.
    @Test(arguments: 0..<3)
    func oneRecordThatIsUnderstoodBeginsTheTimeAnew(kind: Int) {
        var pause = PoisonPause(after: Self.minute)
        #expect(pause.observe(letters(500), at: 0) == nil)
        var understood = letters(500)
        understood.applied = kind == 0 ? 1 : 0
        understood.duplicates = kind == 1 ? 1 : 0
        understood.ignored = kind == 2 ? 1 : 0
        #expect(pause.observe(understood, at: 59_000) == nil)
        #expect(pause.observe(letters(500), at: 61_000) == nil)
        #expect(pause.observe(letters(500), at: 120_999) == nil)
        #expect(pause.observe(letters(500), at: 121_000) != nil)
    }

    @Test func batchesWithoutRecordsSayNothing() {
        var pause = PoisonPause(after: Self.minute)
        #expect(pause.observe(letters(500), at: 0) == nil)
        #expect(pause.observe(BatchCounts(), at: 90_000) == nil)
        #expect(!pause.isPaused)
        #expect(pause.observe(letters(1), at: 90_001) != nil)
        #expect(pause.observe(BatchCounts(), at: 95_000) == nil)
        #expect(pause.isPaused)
    }

    @Test func aSmallBatchIsTriedEachMinuteUntilAGoodRecordComes() {
        var pause = PoisonPause(after: Self.minute)
        #expect(pause.recordsMax(10_000) == 10_000 && pause.mayRead(at: 0))
        #expect(pause.observe(letters(100), at: 0) == nil)
        #expect(pause.observe(letters(100), at: 60_000) != nil)
        #expect(pause.recordsMax(10_000) == 100 && pause.recordsMax(20) == 20)
        #expect(!pause.mayRead(at: 119_999) && pause.mayRead(at: 120_000))
        // Until a batch is committed it stays due.
        #expect(pause.mayRead(at: 150_000))
        #expect(pause.observe(letters(100), at: 150_000) == nil)
        #expect(!pause.mayRead(at: 209_999) && pause.mayRead(at: 210_000))
        #expect(pause.observe(good(letters: 99), at: 210_000) == .resumed)
        #expect(pause == PoisonPause(after: Self.minute))
        #expect(pause.observe(letters(100), at: 210_001) == nil)
    }

    @Test func offNeverPauses() {
        var pause = PoisonPause(after: nil)
        for hour in 0..<1_000 { #expect(pause.observe(letters(10_000), at: Int64(hour) * 60 * Self.minute) == nil) }
        #expect(!pause.isPaused && pause.mayRead(at: 0))
    }

    @Test func theAlarmNamesCauseAndRemedy() {
        let text = DaemonNotice.paused(PoisonAlarm(deadLetters: 121, milliseconds: 600_000, reason: .missingUser)).description
        for part in ["121 records", "600 s", "missing_user", "topics.events", "every 60 s", "events.pause_after: off"] {
            #expect(text.contains(part), "\(text)")
        }
    }
}
