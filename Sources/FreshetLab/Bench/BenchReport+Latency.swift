extension BenchReport {
    /// Adds the times of one rate, and which processes had how much of the machine meanwhile.
    mutating func add(_ rate: Int, _ load: PaceReport, _ sample: LatencySample, _ shares: ProcessorShares) {
        var sample = sample
        let name = "latency.\(rate)"
        add("\(name).p50", sample.milliseconds(at: 0.5), "ms")
        add("\(name).p99", sample.milliseconds(at: 0.99), "ms")
        add("\(name).max", sample.milliseconds(at: 1), "ms")
        add("\(name).lists", Double(sample.count), "lists")
        add("\(name).sent", load.eventsPerSecond, "events/s")
        add("\(name).late", Double(load.latest) / 1e6, "ms, the latest event")
        add(shares, as: name)
        if !load.isKept {
            problems.append(
                "latency.\(rate): the load did not keep its rate: \(load.late) of \(load.sent) events went out more than "
                    + "\(PaceReport.lateBound / 1_000_000) ms late, the latest \(load.latest / 1_000_000) ms. The figures are not those of "
                    + "\(rate) events/s: lower the rate, or free the machine")
        }
        if sample.count == 0 { problems.append("latency.\(rate): no list came back: measure for longer (--seconds)") }
    }
}
