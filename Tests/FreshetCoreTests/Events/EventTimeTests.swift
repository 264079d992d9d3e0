import FreshetCore
import FreshetKernels
import Testing

@Suite struct EventTimeTests {
    private func read(_ text: String) -> Int64? {
        let arena = ByteArena()
        return withExtendedLifetime(arena) { EventTime(rfc3339: view(text, in: arena))?.milliseconds }
    }

    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("1970-01-01t00:00:00z", 0), ("1970-01-01 00:00:00Z", 0), ("1969-12-31T23:59:59.999Z", -1),
            ("2026-11-24T10:00:00.123Z", 1_795_514_400_123), ("2026-11-24T10:00:00.123999999Z", 1_795_514_400_123),
            ("2026-11-24T10:00:00.1Z", 1_795_514_400_100), ("2026-11-24T10:00:00.12-00:00", 1_795_514_400_120),
            ("2026-11-25T09:59:00+23:59", 1_795_514_400_000), ("2024-02-29T00:00:00Z", 1_709_164_800_000),
            ("0000-01-01T00:00:00Z", -62_167_219_200_000), ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
            ("2016-12-31T23:59:60Z", 1_483_228_799_999), ("2017-01-01T00:59:60.5+01:00", 1_483_228_799_999),
        ] as [(String, Int64)])
    func reads(text: String, milliseconds: Int64) {
        #expect(read(text) == milliseconds)
    }

    @Test(arguments: [
        "", "2026", "2026-11-24", "2026-11-24T10:00:00", "2026-11-24T10:00Z", "2026-02-31T00:00:00Z", "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
        "2026-04-31T00:00:00Z", "2026-00-01T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-32T00:00:00Z",
        "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:61Z", "2026-01-01T12:00:60Z", "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00+00:60", "2026-01-01T00:00:00+0000", "2026-01-01T00:00:00Z ", " 2026-01-01T00:00:00Z",
        "2026-1-01T00:00:00Z", "+2026-01-01T00:00:00Z", "2026-01-01X00:00:00Z", "2026-01-01T00:00:00ZZ", "0000-01-01T00:00:00+00:01",
        "２026-01-01T00:00:00Z",
    ])
    func refuses(text: String) {
        #expect(read(text) == nil)
    }

    /// Against counting days one by one.
    @Test func agreesWithASlowCalendar() {
        var random = SplitMix64(seed: 5)
        for _ in 0..<300 {
            let date = SlowCalendar.date(afterEpoch: random.next(below: 40_000))
            for _ in 0..<20 {
                let clock = random.next(below: 86_400)
                let milliseconds = random.next(below: 1000)
                let offset = random.next(below: 2879) - 1439
                let text = date.text + "T" + two(clock / 3600) + ":" + two(clock / 60 % 60) + ":" + two(clock % 60) + "." + three(milliseconds)
                let zone = (offset < 0 ? "-" : "+") + two(abs(offset) / 60) + ":" + two(abs(offset) % 60)
                let expected = (date.days * 86_400 + clock - offset * 60) * 1000 + milliseconds
                #expect(read(text + zone) == Int64(expected))
                let buffer = ByteBuffer()
                buffer.append(rfc3339: EventTime(milliseconds: Int64(expected + offset * 60_000)))
                #expect(buffer.view.text == text + "Z")
            }
        }
    }

    @Test func everyDayIsTheOneAfterTheLast() {
        let buffer = ByteBuffer()
        var date = SlowCalendar.date(afterEpoch: 0)
        for day in 0..<60_000 {
            buffer.removeAll()
            buffer.append(rfc3339: EventTime(milliseconds: Int64(day) * 86_400_000))
            if buffer.view.text != date.text + "T00:00:00.000Z" || EventTime(rfc3339: buffer.view)?.milliseconds != Int64(day) * 86_400_000 {
                Issue.record("\(buffer.view.text) is day \(day), not \(date.text)")
                return
            }
            date = date.next
        }
    }
}

private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
private func three(_ number: Int) -> String { number < 100 ? "0" + two(number) : "\(number)" }

/// Counts days by turning the leaves of a calendar.
private struct SlowCalendar {
    var year = 1970
    var month = 1
    var day = 1
    var days = 0

    static func date(afterEpoch days: Int) -> SlowCalendar { (0..<days).reduce(SlowCalendar()) { date, _ in date.next } }

    var text: String { "\(year)-\(two(month))-\(two(day))" }

    var next: SlowCalendar {
        let isLeap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0)
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        var next = self
        next.days += 1
        next.day += 1
        if next.day > lengths[month - 1] { (next.day, next.month) = (1, month + 1) }
        if next.month > 12 { (next.month, next.year) = (1, year + 1) }
        return next
    }
}
