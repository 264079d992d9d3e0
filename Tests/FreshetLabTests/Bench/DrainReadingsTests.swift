import Testing

@testable import FreshetLab

@Suite struct DrainReadingsTests {
    private typealias Reading = DrainReadings.Reading

    private let begin = Reading(seconds: 10, processor: 5, others: 100, committed: 0)
    private let middle = Reading(seconds: 16, processor: 9, others: 102, committed: 600)
    private let end = Reading(seconds: 18, processor: 10, others: 104, committed: 1000)

    @Test func ratesAreOfTheTimeBetween() {
        let readings = DrainReadings(begin: begin, middle: middle, end: end)
        #expect(readings.eventsPerSecond == 125 && readings.eventsPerProcessorSecond == 200)
        #expect(readings.secondHalfPerSecond == 200 && readings.secondHalfPerProcessorSecond == 400)
        #expect(readings.others == 0.5)
    }

    /// A program that commits its last records together with the middle one has no second half.
    @Test func aHalfWithoutRecordsHasNoRate() {
        let readings = DrainReadings(begin: begin, middle: end, end: end)
        #expect(readings.eventsPerSecond == 125)
        #expect(readings.secondHalfPerSecond.isNaN && readings.secondHalfPerProcessorSecond.isNaN)
    }
}
