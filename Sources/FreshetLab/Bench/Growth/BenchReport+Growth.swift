extension BenchReport {
    /// From the least to the largest value of a quantity that counts as flat.
    static let flatFactorMax = 1.5

    private struct Quantity: Sendable {
        var name: String
        var title: String
        var axis: String
        var unit: String
        var value: @Sendable (GrowthSize) -> Double
    }

    private static let quantities = [
        Quantity(name: "event", title: "Decoding and applying an event", axis: "processor time", unit: "ns") { $0.event?.median ?? .nan },
        Quantity(name: "list", title: "Choosing and encoding a list of 20", axis: "processor time", unit: "µs") { $0.list?.median ?? .nan },
        Quantity(name: "user", title: "Memory of a user", axis: "memory", unit: "bytes") { $0.memory.user },
        Quantity(name: "item", title: "Memory of an item, without its pairs", axis: "memory", unit: "bytes") { $0.memory.item },
        Quantity(name: "pair", title: "Memory of a pair of items", axis: "memory", unit: "bytes") { $0.memory.pair },
        Quantity(name: "total", title: "Memory of the whole state", axis: "memory", unit: "MiB") { $0.memory.total },
    ]

    /// Adds the figures of all sizes, how flat they are, and a chart a quantity.
    mutating func add(growth sizes: [GrowthSize]) {
        for size in sizes {
            let name = "growth.\(size.assortment.rawValue).\(size.users)"
            add("\(name).items", Double(size.items), "items")
            add("\(name).event", size.event, "ns/event, decode and apply")
            add("\(name).list", size.list, "µs/list")
            add("\(name).user", size.memory.user, "bytes")
            add("\(name).item", size.memory.item, "bytes")
            add("\(name).pair", size.memory.pair, "bytes")
            add("\(name).pairs", size.memory.pairs, "pairs")
            add("\(name).total", size.memory.total, "MiB")
        }
        remarks += [
            "Each shop runs for a week with ten events a user, users and items by Zipf's law; the cost is that of the second half. With a "
                + "fifth as many items as users as many events fall on an item at every size: what grows is the tables' own. With the items fixed "
                + "more events fall on an item, whose pairs fill up to their limit.",
            "Processor time of one thread: what other work takes of the machine's time does not count, what it takes of its caches does.",
        ]
        for quantity in BenchReport.quantities { addChart(of: quantity, sizes) }
    }

    private mutating func addChart(of quantity: Quantity, _ sizes: [GrowthSize]) {
        var chart = BenchChart(
            title: quantity.title, x: BenchChart.Axis(name: "users", isLogarithmic: true),
            y: BenchChart.Axis(name: quantity.axis, unit: quantity.unit), lines: [])
        for assortment in GrowthSize.Assortment.allCases {
            let values = sizes.filter { $0.assortment == assortment }
            let line = assortment == .fixed ? "\(BenchReport.readable(Double(GrowthBench.itemsFixed))) items" : "a fifth as many items as users"
            chart.lines.append(BenchChart.Line(name: line, points: values.map { BenchChart.Point(x: Double($0.users), y: quantity.value($0)) }))
            // The whole grows with what it holds.
            guard quantity.name != "total", let spread = Spread(values.map(quantity.value)), spread.range.lowerBound > 0 else { continue }
            let factor = spread.range.upperBound / spread.range.lowerBound
            add("growth.\(assortment.rawValue).\(quantity.name).factor", factor, "times, from the least to the largest")
            chart.findings.append(BenchReport.finding(line, factor))
        }
        charts.append(chart)
    }

    private static func finding(_ line: String, _ factor: Double) -> String {
        let isFlat = factor <= flatFactorMax
        return "\(line): \(isFlat ? "flat" : "not flat") within \(readable(flatFactorMax)) times: the largest is \(readable(factor)) times the least."
    }
}
