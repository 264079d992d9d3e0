extension BenchChart {
    private static let (width, height) = (640.0, 320.0)
    /// The frame in which the lines stand.
    private static let (left, right, top, bottom) = (76.0, 40.0, 12.0, 48.0)
    /// Points are marked where there are few.
    private static let pointsMarkedMax = 12

    /// The chart as an SVG element; its colours are the page's.
    var svg: String {
        let points = lines.flatMap(\.points)
        let horizontal =
            x.isLogarithmic ? AxisScale(logarithmic: points.map(\.x)) : AxisScale(linear: points.map(\.x))
        let vertical = AxisScale(linear: points.map(\.y).filter(\.isFinite))
        func place(_ point: Point) -> (x: Double, y: Double) {
            (
                BenchChart.left + horizontal.share(of: point.x) * (BenchChart.width - BenchChart.left - BenchChart.right),
                BenchChart.height - BenchChart.bottom - vertical.share(of: point.y) * (BenchChart.height - BenchChart.top - BenchChart.bottom)
            )
        }
        var parts = vertical.ticks.map { BenchChart.row(place(Point(x: horizontal.ticks[0], y: $0)).y, BenchChart.label($0)) }
        parts += horizontal.ticks.map { BenchChart.column(place(Point(x: $0, y: 0)).x, BenchChart.label($0)) }
        parts.append(axisLabels)
        for (number, line) in lines.enumerated() { parts.append(BenchChart.path(line.points.filter(\.y.isFinite).map(place), number)) }
        let box = "viewBox=\"0 0 \(Int(BenchChart.width)) \(Int(BenchChart.height))\""
        return "<svg \(box) role=\"img\" aria-label=\"\(BenchPage.escaped(title))\">\n\(parts.joined(separator: "\n"))\n</svg>"
    }

    private var axisLabels: String {
        let middle = (BenchChart.left + BenchChart.width - BenchChart.right) / 2
        let side = (BenchChart.top + BenchChart.height - BenchChart.bottom) / 2
        return """
            <text class="axis" x="\(BenchChart.short(middle))" y="\(BenchChart.short(BenchChart.height - 8))" text-anchor="middle">\
            \(BenchPage.escaped(x.label))</text>
            <text class="axis" transform="translate(16 \(BenchChart.short(side))) rotate(-90)" text-anchor="middle">\
            \(BenchPage.escaped(y.label))</text>
            """
    }

    private static func row(_ y: Double, _ label: String) -> String {
        "<line class=\"grid\" x1=\"\(short(left))\" x2=\"\(short(width - right))\" y1=\"\(short(y))\" y2=\"\(short(y))\"/>"
            + "<text x=\"\(short(left - 8))\" y=\"\(short(y + 4))\" text-anchor=\"end\">\(label)</text>"
    }

    private static func column(_ x: Double, _ label: String) -> String {
        let foot = height - bottom
        return "<line class=\"grid\" x1=\"\(short(x))\" x2=\"\(short(x))\" y1=\"\(short(top))\" y2=\"\(short(foot + 4))\"/>"
            + "<text x=\"\(short(x))\" y=\"\(short(foot + 18))\" text-anchor=\"middle\">\(label)</text>"
    }

    private static func path(_ places: [(x: Double, y: Double)], _ number: Int) -> String {
        let points = places.map { "\(short($0.x)),\(short($0.y))" }.joined(separator: " ")
        let marks = places.count > pointsMarkedMax ? [] : places.map { "<circle cx=\"\(short($0.x))\" cy=\"\(short($0.y))\" r=\"4\"/>" }
        return "<g class=\"line\(number)\"><polyline points=\"\(points)\"/>\(marks.joined())</g>"
    }

    /// A tenth of a pixel is enough.
    private static func short(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }

    /// A round number: thousands apart, no point behind a whole one.
    static func label(_ value: Double) -> String {
        let text = BenchReport.readable(value)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
