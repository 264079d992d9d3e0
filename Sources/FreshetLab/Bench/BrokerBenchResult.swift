/// What a bench on a broker measured.
public struct BrokerBenchResult {
    /// The figures.
    public internal(set) var report = BenchReport()
    /// Figures that are not what they say, and why; a line each.
    public internal(set) var problems: [String] = []
}

extension BrokerBenchResult {
    /// Adds the figures of one rate.
    mutating func add(_ rate: Int, _ load: PaceReport, _ sample: LatencySample, _ processor: Double) {
        var sample = sample
        let name = "latency.\(rate)"
        report.add("\(name).p50", sample.milliseconds(at: 0.5), "ms")
        report.add("\(name).p99", sample.milliseconds(at: 0.99), "ms")
        report.add("\(name).max", sample.milliseconds(at: 1), "ms")
        report.add("\(name).lists", Double(sample.count), "lists")
        report.add("\(name).sent", load.eventsPerSecond, "events/s")
        report.add("\(name).late", Double(load.latest) / 1e6, "ms, the latest event")
        report.add("\(name).cpu", processor, "cores of freshet run")
        if !load.isKept {
            problems.append(
                "latency.\(rate): the load did not keep its rate: \(load.late) of \(load.sent) events went out more than "
                    + "\(PaceReport.lateBound / 1_000_000) ms late, the latest \(load.latest / 1_000_000) ms. The figures are not those of "
                    + "\(rate) events/s: lower the rate, or free the machine")
        }
        if sample.count == 0 { problems.append("latency.\(rate): no list came back: measure for longer (--seconds)") }
    }
}
