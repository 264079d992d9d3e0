import FreshetKernels
import Testing

@testable import FreshetCore

@Suite struct PublishedRowsTests {
    private func time(_ milliseconds: Int64) -> EventTime { EventTime(milliseconds: milliseconds) }

    /// What was last published for each key, looked through when asked what is due.
    private struct Reference {
        var after: Int64
        var rows: [UInt32: (fingerprint: UInt64, time: Int64)] = [:]

        mutating func note(_ number: UInt32, _ fingerprint: UInt64, at time: Int64) -> Bool {
            if let row = rows[number], row.fingerprint == fingerprint, row.time + after > time { return false }
            rows[number] = (fingerprint, max(time, rows[number]?.time ?? .min))
            return true
        }

        func due(by time: Int64) -> [UInt32] {
            rows.filter { $0.value.time + after <= time }.sorted { ($0.value.time, $0.key) < ($1.value.time, $1.key) }.map(\.key)
        }
    }

    @Test func whatIsPublishedAndWhatIsDueEqualsASlowTable() {
        for seed in UInt64(0)..<80 {
            var random = SplitMix64(seed: seed)
            let published = PublishedRows(republishAfter: 50)
            var reference = Reference(after: 50)
            for step in Int64(0)..<300 {
                let number = UInt32(random.next(below: 12))
                switch random.next(below: 10) {
                case 0:
                    published.forget(number)
                    reference.rows[number] = nil
                case 1:
                    // Whoever asks what is due publishes it: so each is due once.
                    let expected = reference.due(by: step)
                    var found: [UInt32] = []
                    while let due = published.nextDue(by: time(step)) {
                        found.append(due)
                        _ = published.note(due, 1, at: time(step))
                        _ = reference.note(due, 1, at: step)
                    }
                    #expect(found == expected, "seed \(seed), step \(step)")
                default:
                    let fingerprint = UInt64(random.next(below: 3))
                    let at = step - Int64(random.next(below: 10))
                    #expect(published.note(number, fingerprint, at: time(at)) == reference.note(number, fingerprint, at: at), "seed \(seed)")
                }
            }
        }
    }

    @Test func withoutRepublishingNothingIsEverDue() {
        let published = PublishedRows(republishAfter: nil)
        #expect(published.note(1, 5, at: time(0)))
        #expect(!published.note(1, 5, at: time(1 << 50)))
        #expect(published.nextDue(by: time(1 << 50)) == nil)
        #expect(published.note(1, 6, at: time(2)))
    }

    @Test func whatWasNotedSinceIsTakenBack() {
        let published = PublishedRows(republishAfter: 10)
        #expect(published.note(1, 5, at: time(0)))
        let standing = published.row(1)
        #expect(published.note(1, 6, at: time(4), since: standing) && published.row(1).fingerprint == 6)
        #expect(!published.note(1, 5, at: time(5), since: standing) && published.row(1) == standing)
        #expect(published.nextDue(by: time(9)) == nil && published.nextDue(by: time(10)) == 1)
    }

    @Test func aForgottenKeyIsPublishedAgainAndIsNotDue() {
        let published = PublishedRows(republishAfter: 10)
        #expect(published.note(4, 5, at: time(0)))
        published.forget(4)
        published.forget(99)
        #expect(published.nextDue(by: time(100)) == nil)
        #expect(published.note(4, 5, at: time(101)))
    }

    @Test func aRestoredRowIsDueWhenTheFirstOneWas() {
        let published = PublishedRows(republishAfter: 10)
        published.restore(7, PublishedRows.Row(fingerprint: 3, time: time(20)))
        #expect(!published.note(7, 3, at: time(29)))
        #expect(published.nextDue(by: time(29)) == nil)
        #expect(published.nextDue(by: time(30)) == 7)
    }
}
