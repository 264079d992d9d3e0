/// Lines over one axis, each point with the figure that it stands for.
public struct BenchChart: Sendable, Equatable {
    /// What one axis shows.
    public struct Axis: Sendable, Equatable {
        /// What is counted, as `users`.
        public var name: String
        /// Its unit; empty where the name says it.
        public var unit = ""
        /// Whether equal distances are equal factors.
        public var isLogarithmic = false

        /// Name and unit, as a reader sees them.
        var label: String { unit.isEmpty ? name : "\(name), \(unit)" }
    }

    /// One line.
    public struct Line: Sendable, Equatable {
        /// What it is called in the legend.
        public var name: String
        /// Its points, `x` rising.
        public var points: [Point]
    }

    /// A place on a line.
    public struct Point: Sendable, Equatable {
        /// The value on the axis below.
        public var x: Double
        /// The value on the axis at the side.
        public var y: Double
    }

    /// What is shown.
    public var title: String
    /// The axis below.
    public var x: Axis
    /// The axis at the side, from 0 on.
    public var y: Axis
    /// The lines, at most four.
    public var lines: [Line]
    /// What the lines say, a sentence each.
    public var findings: [String] = []

    /// One JSON object: title, axes, lines with their points.
    var json: String {
        func text(_ value: Double) -> String { value.isFinite ? "\(value)" : "null" }
        let lines = lines.map { line in
            "{\"name\":\"\(line.name)\",\"points\":[\(line.points.map { "[\(text($0.x)),\(text($0.y))]" }.joined(separator: ","))]}"
        }
        return "{\"title\":\"\(title)\",\"x\":\"\(x.label)\",\"y\":\"\(y.label)\",\"lines\":[\(lines.joined(separator: ","))]}"
    }
}
