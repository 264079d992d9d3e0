extension BenchReport {
    /// A quantity of a long load: how it is read, and how much of it may come and go.
    private struct Quantity {
        var name: String
        var unit: String
        var allowance: Double
        var value: (SoakSample) -> Double
    }

    /// Adds what was seen of a daemon under a long load; a problem for each quantity that has not come to rest.
    mutating func add(soak samples: [SoakSample], _ load: PaceReport) {
        add("soak.sent", Double(load.sent), "events")
        add("soak.rate", load.eventsPerSecond, "events/s")
        add("soak.late", Double(load.late), "events more than \(PaceReport.lateBound / 1_000_000) ms late")
        if load.eventsPerSecond < 0.99 * load.pace.eventsPerSecond {
            problems.append("soak: the load came to \(Int(load.eventsPerSecond)) of \(Int(load.pace.eventsPerSecond)) events/s: free the machine")
        }
        add("soak.samples", Double(samples.count), "samples")
        let quantities = [
            Quantity(name: "memory", unit: "MiB", allowance: 8) { $0.held.memory },
            Quantity(name: "descriptors", unit: "descriptors", allowance: 4) { Double($0.held.descriptors) },
            Quantity(name: "threads", unit: "threads", allowance: 1) { Double($0.held.threads) },
            // A second of the load.
            Quantity(name: "lag", unit: "events", allowance: load.pace.eventsPerSecond) { Double($0.lag) },
        ]
        remarks.append(
            "Flat is what in the median of the last quarter is not above that of the second one by more than a tenth and 8 MiB, 4 descriptors, a "
                + "thread, a second's events. Memory can be flat because the load's users and items are limited in number, and what is kept of each "
                + "by the settings' limits.")
        for quantity in quantities {
            add(quantity, samples)
            charts.append(chart(quantity, samples))
        }
        guard let last = samples.last else { return }
        add("soak.state", Double(last.stateBytes) / 1_048_576, "MiB on disk at the end")
        add("soak.journal", Double(last.journalRecords) / last.seconds, "journal records/s since the daemon's start")
    }

    private mutating func add(_ quantity: Quantity, _ samples: [SoakSample]) {
        let name = "soak.\(quantity.name)"
        guard let steadiness = Steadiness(samples.map(quantity.value), allowance: quantity.allowance) else {
            problems.append("\(name): too few samples to tell whether it is flat: measure for longer (--seconds)")
            return
        }
        add("\(name).second_quarter", steadiness.secondQuarter, quantity.unit)
        add("\(name).last_quarter", steadiness.lastQuarter, quantity.unit)
        guard !steadiness.isSteady else { return }
        problems.append(
            "\(name): not flat: \(BenchReport.readable(steadiness.lastQuarter.median)) \(quantity.unit) in the last quarter, after "
                + "\(BenchReport.readable(steadiness.secondQuarter.median)) in the second; flat is up to \(BenchReport.readable(steadiness.bound))")
    }

    private func chart(_ quantity: Quantity, _ samples: [SoakSample]) -> BenchChart {
        let points = samples.map { BenchChart.Point(x: $0.seconds / 60, y: quantity.value($0)) }
        return BenchChart(
            title: "\(quantity.name) under an even load", x: BenchChart.Axis(name: "time", unit: "minutes"),
            y: BenchChart.Axis(name: quantity.name, unit: quantity.unit == quantity.name ? "" : quantity.unit),
            lines: [BenchChart.Line(name: quantity.name, points: points)])
    }
}
