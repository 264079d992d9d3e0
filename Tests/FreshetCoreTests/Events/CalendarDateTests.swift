import FreshetKernels
import Testing

@testable import FreshetCore

@Suite struct CalendarDateTests {
    /// Every day of ten thousand years: the one after the last, and back to the same number.
    @Test func everyDayFollowsTheLastAndCountsBackToItself() {
        let first = -719_528  // 1 January of the year 0
        var date = CalendarDate(daysSinceEpoch: first)
        #expect((date.year, date.month, date.day) == (0, 1, 1))
        var wrong: [Int] = []
        for days in first + 1...2_932_896 {
            let next = CalendarDate(daysSinceEpoch: days)
            let isNext =
                next.day == date.day + 1 && next.month == date.month && next.year == date.year
                || next.day == 1 && next.month == date.month + 1 && next.year == date.year
                || next.day == 1 && next.month == 1 && next.year == date.year + 1 && date.month == 12 && date.day == 31
            if !isNext || next.daysSinceEpoch != days || CalendarDate(year: next.year, month: next.month, day: next.day) != next {
                wrong.append(days)
            }
            date = next
        }
        #expect(wrong.prefix(5) == [])
        #expect((date.year, date.month, date.day) == (9999, 12, 31))
    }

    @Test(arguments: [(1970, 0), (2000, 10_957), (1900, -25_567), (1600, -135_140), (2026, 20_454)]) func newYearsDaysAreWhereTheyAre(
        _ year: Int, _ days: Int
    ) {
        #expect(CalendarDate(year: year, month: 1, day: 1)?.daysSinceEpoch == days)
    }

    @Test func leapDaysAreThoseOfTheGregorianRule() {
        for year in 1800...2400 {
            let isLeap = year % 4 == 0 && year % 100 != 0 || year % 400 == 0
            #expect((CalendarDate(year: year, month: 2, day: 29) != nil) == isLeap, "\(year)")
            #expect(CalendarDate(year: year, month: 2, day: 30) == nil)
        }
    }

    @Test func daysThatDoNotExistAreNone() {
        for (month, last) in [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].enumerated() {
            #expect(CalendarDate(year: 2025, month: month + 1, day: last) != nil)
            #expect(CalendarDate(year: 2025, month: month + 1, day: last + 1) == nil)
            #expect(CalendarDate(year: 2025, month: month + 1, day: 0) == nil)
        }
        for month in [-1, 0, 13, 99] { #expect(CalendarDate(year: 2025, month: month, day: 1) == nil) }
    }
}
