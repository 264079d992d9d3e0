/// What one program did in one round.
struct RoundFigures {
    var readings: DrainReadings
    /// The most memory that it held, in MiB.
    var peakMemory: Double
    /// Committed records of its lists.
    var lists: Int
    /// Committed records of its similar items.
    var similarItems: Int
    /// Cores that were busy in the two seconds before it, when nothing of the bench ran.
    var before: Double
}

/// The rounds of all programs, and what they come to.
struct SideBySideResults {
    private typealias Figure = (RoundFigures) -> Double

    private let contenders: [Contender]
    private var rounds: [Contender: [RoundFigures]] = [:]

    /// No rounds yet. The peer is first, the ratios are of the second.
    init(_ contenders: [Contender]) { self.contenders = contenders }

    /// Adds a program's next round.
    mutating func add(_ figures: RoundFigures, of contender: Contender) { rounds[contender, default: []].append(figures) }

    /// The ratios, then each program's figures: medians, lowest and highest over the rounds.
    var report: BenchReport {
        var report = BenchReport()
        for (place, contender) in contenders.dropFirst().enumerated() { addRatios(of: contender, place == 0 ? "beside" : "beside.own", to: &report) }
        for contender in contenders { addFigures(of: contender, to: &report) }
        return report
    }

    private func addRatios(of contender: Contender, _ name: String, to report: inout BenchReport) {
        let unit = contender == .freshet(.peer) ? "times the peer, at its limits" : "times the peer, at Freshet's own limits"
        report.add("\(name).cpu_ratio", ratio(contender) { $0.readings.eventsPerProcessorSecond }, "events/CPU s, \(unit)")
        report.add("\(name).cpu_ratio_second_half", ratio(contender) { $0.readings.secondHalfPerProcessorSecond }, "events/CPU s, \(unit)")
        report.add("\(name).speed_ratio", ratio(contender) { $0.readings.eventsPerSecond }, "events/s, \(unit)")
    }

    /// Round for round, so that what was busy in one round meets both of its programs.
    private func ratio(_ contender: Contender, _ figure: Figure) -> Spread? {
        Spread(zip(rounds[contender] ?? [], rounds[.peer] ?? []).map { figure($0) / figure($1) })
    }

    private func addFigures(of contender: Contender, to report: inout BenchReport) {
        let figures: [(name: String, unit: String, value: Figure)] = [
            ("", "events/s", { $0.readings.eventsPerSecond }),
            (".per_cpu_second", "events/CPU s", { $0.readings.eventsPerProcessorSecond }),
            (".second_half", "events/s", { $0.readings.secondHalfPerSecond }),
            (".second_half.per_cpu_second", "events/CPU s", { $0.readings.secondHalfPerProcessorSecond }),
            (".peak_memory", "MiB", { $0.peakMemory }),
            (".lists", "lists", { Double($0.lists) }),
            (".similar_items", "records of similar items", { Double($0.similarItems) }),
            (".others", "cores busy with all else, the broker included", { $0.readings.others }),
            (".before", "cores busy in the two seconds before", { $0.before }),
        ]
        for figure in figures {
            report.add("beside.\(contender.name)\(figure.name)", Spread((rounds[contender] ?? []).map(figure.value)), figure.unit)
        }
    }
}
