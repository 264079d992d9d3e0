import FreshetKernels

/// How many events of each type every hour of a week brings, and the alarms of hours that break with it.
///
/// An hour is compared with the same hour of the weeks before, so that nights and weekends are no outages; before a week has been seen there is
/// nothing to compare with. All in event time, with a bounded state: a count for each hour of a week and each type.
final class WeeklyRates {
    static let hour: Int64 = 3_600_000
    static let hoursOfWeek = 168
    /// From so many events on, an hour teaches twice of them at most: below, a few more are no flood. No setting, for rates are state.
    private static let steadyMin: UInt32 = 50
    /// The word for "no hour yet".
    private static let none = Int64.min

    private let lateness: Int64
    /// How long an hour stays open behind its end: of a longer lateness only so much, so that two hours are open at most.
    private let patience: Int64
    private let settings: EngineSettings.TrackingSettings
    /// By type and hour of the week: what it brought. The mean of the last week and of what was expected of it, so that a reference forgets; of a
    /// flood at most twice what was expected counts, so that the week after it raises no alarm.
    @exclusivity(unchecked) private var expected = FlatList<UInt32>()
    /// By type and parity of the hour: what the open hours have brought so far.
    @exclusivity(unchecked) private var open = FlatList<UInt32>()
    /// The number of the first open hour.
    @exclusivity(unchecked) private var firstOpen = WeeklyRates.none
    /// The number of the first hour that was seen whole.
    @exclusivity(unchecked) private var firstWhole = WeeklyRates.none
    /// Alarms since `removeAlarms`.
    private(set) var alarms: [TrackingAlarm] = []

    /// Rates of nothing seen.
    init(settings: EngineSettings) {
        self.settings = settings.tracking
        lateness = settings.lateness
        patience = min(settings.lateness, WeeklyRates.hour)
        expected.extend(to: EventType.allCases.count * WeeklyRates.hoursOfWeek, with: 0)
        open.extend(to: EventType.allCases.count * 2, with: 0)
    }

    deinit {
        expected.free()
        open.free()
    }

    /// Forgets the alarms, as a batch begins.
    func removeAlarms() { alarms.removeAll(keepingCapacity: true) }

    /// Counts an event; one of an hour that is closed does not count.
    @inline(__always) func count(_ type: EventType, at time: EventTime) {
        let number = time.number(ofSpan: WeeklyRates.hour)
        guard number >= firstOpen else { return }
        open[WeeklyRates.openPlace(type, number)] &+= 1
    }

    /// Closes the hours that are over by the watermark.
    func close(by watermark: EventTime) {
        let newest = watermark.advanced(by: lateness)
        let end = newest.advanced(by: -patience).number(ofSpan: WeeklyRates.hour)
        guard end > firstOpen else { return }
        // After a week without a word nothing is known any more.
        guard firstOpen != WeeklyRates.none, end - firstOpen <= Int64(WeeklyRates.hoursOfWeek) else { return begin(at: end, newest) }
        for hour in firstOpen..<end { close(hour) }
        firstOpen = end
    }

    /// The hour in which one begins to look is not seen whole.
    private func begin(at hour: Int64, _ newest: EventTime) {
        firstOpen = hour
        firstWhole = newest.number(ofSpan: WeeklyRates.hour) + 1
        for place in expected.indices { expected[place] = 0 }
        for place in open.indices { open[place] = 0 }
    }

    private func close(_ hour: Int64) {
        for type in EventType.allCases {
            let place = WeeklyRates.openPlace(type, hour)
            let observed = open[place]
            open[place] = 0
            if hour >= firstWhole { learn(type, hour, observed) }
        }
    }

    private func learn(_ type: EventType, _ hour: Int64, _ observed: UInt32) {
        let place = Int(type.rawValue) * WeeklyRates.hoursOfWeek + WeeklyRates.hourOfWeek(hour)
        let usual = expected[place]
        guard hour - Int64(WeeklyRates.hoursOfWeek) >= firstWhole else { return expected[place] = observed }
        if isBreak(observed, usual) {
            let start = EventTime(milliseconds: hour * WeeklyRates.hour)
            alarms.append(TrackingAlarm(type: type, hour: start, observed: observed, expected: usual))
        }
        let learned = usual >= WeeklyRates.steadyMin ? min(UInt64(observed), 2 * UInt64(usual)) : UInt64(observed)
        expected[place] = UInt32((UInt64(usual) + learned + 1) / 2)
    }

    /// By chance alone, of 50 events that are expected fewer than 10 come once in 10¹³ hours (Poisson).
    private func isBreak(_ observed: UInt32, _ usual: UInt32) -> Bool {
        guard Int64(usual) >= Int64(settings.expectedMin) else { return false }
        let thousandths = Int64(observed) * 1000
        return thousandths < Int64(usual) * Int64(settings.fallBelow) || thousandths > Int64(usual) * Int64(settings.riseAbove)
    }

    private static func openPlace(_ type: EventType, _ hour: Int64) -> Int { Int(type.rawValue) * 2 + Int(hour & 1) }

    private static func hourOfWeek(_ hour: Int64) -> Int {
        let rest = Int(hour % Int64(hoursOfWeek))
        return rest < 0 ? rest + hoursOfWeek : rest
    }

    // MARK: State

    /// Appends what is known.
    func encode(into bytes: ByteBuffer) {
        bytes.append(littleEndian: firstOpen)
        bytes.append(littleEndian: firstWhole)
        for place in open.indices { bytes.append(littleEndian: open[place]) }
        for place in expected.indices { bytes.append(littleEndian: expected[place]) }
    }

    /// Takes what `encode` wrote.
    func decode(from reader: inout ByteReader) throws(CodecError) {
        firstOpen = try reader.integer()
        firstWhole = try reader.integer()
        for place in open.indices { open[place] = try reader.integer() }
        for place in expected.indices { expected[place] = try reader.integer() }
    }
}
