import Glibc

/// What a bench measured: named figures with units, in the order in which they were taken.
public struct BenchReport: Sendable {
    /// One figure.
    public struct Figure: Sendable, Equatable {
        /// Its name, dotted: `apply.all`.
        public var name: String
        /// Its value.
        public var value: Double
        /// Its unit, as `events/s`.
        public var unit: String
        /// The lowest and the highest value, where `value` is the median of several runs.
        public var range: ClosedRange<Double>?
    }

    /// The figures so far.
    public private(set) var figures: [Figure] = []
    /// Figures that are not what they should be, or not what they say, and why; a line each.
    public internal(set) var problems: [String] = []
    /// What a reader must know to read the figures, a sentence or two each.
    public internal(set) var remarks: [String] = []
    /// What a page shows as charts.
    public internal(set) var charts: [BenchChart] = []

    /// A report without figures.
    public init() {}

    /// Adds a figure.
    public mutating func add(_ name: String, _ value: Double, _ unit: String) {
        figures.append(Figure(name: name, value: value, unit: unit))
    }

    /// Adds a figure of several runs; `nil`, where one of them has none, shows as missing.
    mutating func add(_ name: String, _ spread: Spread?, _ unit: String) {
        figures.append(Figure(name: name, value: spread?.median ?? .nan, unit: unit, range: spread?.range))
    }

    /// Adds all of another report.
    public mutating func add(_ other: BenchReport) {
        figures += other.figures
        problems += other.problems
        remarks += other.remarks
        charts += other.charts
    }

    /// Adds how much longer one of two measurements takes than the other, by their rounds, the best first; no figure where it lies within the
    /// noise, which is how far the two best rounds of either lie apart.
    mutating func add(difference name: String, _ longer: [Double], _ shorter: [Double], scale: Double, _ unit: String) {
        let (value, noise) = (longer[0] - shorter[0], max(longer[1] - longer[0], shorter[1] - shorter[0]))
        if value > noise { add(name, value * scale, unit) } else { add(name, .nan, "\(unit), below the noise of \(Self.readable(noise * scale))") }
    }

    /// Adds how many cores other work kept busy meanwhile; what is measured beside a tenth of a core and more is worse than the machine can.
    mutating func addOthers(_ cores: Double) {
        add("machine.others", cores, "cores busy with other work" + (cores > 0.1 ? ": the figures are worse than this machine's own" : ""))
    }

    /// Adds what the machine is, and how busy it was before.
    public mutating func addMachine() {
        add("machine.cores", Double(sysconf(Int32(_SC_NPROCESSORS_ONLN))), "cores")
        var load = 0.0
        if getloadavg(&load, 1) == 1 { add("machine.load", load, "running, in the minute before") }
    }

    /// The value of a figure.
    public subscript(name: String) -> Double? { figures.first { $0.name == name }?.value }

    /// A table: name, value, unit, and the lowest and highest of several runs; a figure a line.
    public var table: String {
        let width = figures.reduce(0) { max($0, $1.name.count) }
        return figures.map { figure in
            let value = BenchReport.readable(figure.value)
            let name = figure.name + String(repeating: " ", count: width - figure.name.count)
            return
                "\(name)  \(String(repeating: " ", count: max(0, 12 - value.count)))\(value) \(figure.unit)\(figure.range.map(BenchReport.readable) ?? "")\n"
        }.joined()
    }

    /// One JSON object: name → `{"value":…,"unit":…}`, and `"lowest"` and `"highest"` of several runs; `"charts"`: the data of charts.
    public var json: String {
        let members = figures.map { figure in
            let value = figure.value.isFinite ? "\(figure.value)" : "null"
            let range = figure.range.map { ",\"lowest\":\($0.lowerBound),\"highest\":\($0.upperBound)" } ?? ""
            return "\"\(figure.name)\":{\"value\":\(value)\(range),\"unit\":\"\(figure.unit)\"}"
        }
        let charts = charts.isEmpty ? [] : ["\"charts\":[\(charts.map(\.json).joined(separator: ","))]"]
        return "{" + (members + charts).joined(separator: ",") + "}\n"
    }

    private static func readable(_ range: ClosedRange<Double>) -> String { " [\(readable(range.lowerBound)) to \(readable(range.upperBound))]" }

    /// Three digits, and thousands apart.
    static func readable(_ value: Double) -> String {
        guard value.isFinite else { return "–" }
        if value.magnitude < 100 {
            let scaled = (value * 100).rounded() / 100
            return "\(scaled)"
        }
        let digits = Array("\(Int64(value.rounded()))")
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0, digits[index - 1] != "-" { text.append(" ") }
            text.append(digit)
        }
        return text
    }
}
