/// A report as one HTML page that needs nothing else: charts, each with its figures, and the table of all figures.
struct BenchPage {
    let report: BenchReport

    /// The whole page.
    var html: String {
        let remarks =
            report.remarks.map { "<p>\(BenchPage.escaped($0))</p>" } + report.problems.map { "<p class=\"problem\">\(BenchPage.escaped($0))</p>" }
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Freshet: bench</title>
            <style>
            \(BenchPage.style)
            </style>
            </head>
            <body>
            <h1>Freshet: bench</h1>
            \(remarks.joined(separator: "\n"))
            <main>
            \(report.charts.map(section).joined(separator: "\n"))
            </main>
            <h2>All figures</h2>
            <div class="figures">
            \(BenchPage.table(head: ["figure", "value", "unit"], rows: figureRows))
            </div>
            </body>
            </html>

            """
    }

    private func section(_ chart: BenchChart) -> String {
        let legend = chart.lines.enumerated().map { "<span class=\"line\($0)\">\(BenchPage.escaped($1.name))</span>" }.joined(separator: " ")
        let findings = chart.findings.map { "<p>\(BenchPage.escaped($0))</p>" }.joined(separator: "\n")
        return """
            <section>
            <h2>\(BenchPage.escaped(chart.title))</h2>
            <p class="legend">\(legend)</p>
            \(chart.svg)
            \(findings)
            \(BenchPage.table(of: chart))
            </section>
            """
    }

    private var figureRows: [[String]] {
        report.figures.map { figure in
            let range = figure.range.map { " [\(BenchReport.readable($0.lowerBound)) to \(BenchReport.readable($0.upperBound))]" } ?? ""
            return [figure.name, BenchReport.readable(figure.value), figure.unit + range]
        }
    }

    /// Longer ones are in the JSON.
    private static let rowsMax = 12

    /// The values of a chart with few points; empty for others.
    private static func table(of chart: BenchChart) -> String {
        let values = Set(chart.lines.flatMap { $0.points.map(\.x) }).sorted()
        guard values.count <= rowsMax else { return "" }
        let rows = values.map { x in
            [BenchChart.label(x)] + chart.lines.map { line in line.points.first { $0.x == x }.map { BenchReport.readable($0.y) } ?? "" }
        }
        return table(head: [chart.x.label] + chart.lines.map(\.name), rows: rows)
    }

    private static func table(head: [String], rows: [[String]]) -> String {
        func line(_ cells: [String], _ tag: String) -> String {
            "<tr>" + cells.map { "<\(tag)>\(escaped($0))</\(tag)>" }.joined() + "</tr>"
        }
        return "<table>\n\(([line(head, "th")] + rows.map { line($0, "td") }).joined(separator: "\n"))\n</table>"
    }

    /// A text as HTML shows it.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            default: escaped.append(character)
            }
        }
        return escaped
    }

    private static let style = """
        :root { color-scheme: light dark; --ground: #ffffff; --ink: #1f2328; --faint: #59636e; --grid: #d8dee4;
          --line0: #0969da; --line1: #bc4c00; --line2: #1a7f37; --line3: #8250df; --alarm: #cf222e; }
        @media (prefers-color-scheme: dark) { :root { --ground: #0d1117; --ink: #e6edf3; --faint: #9198a1; --grid: #30363d;
          --line0: #58a6ff; --line1: #f0883e; --line2: #3fb950; --line3: #bc8cff; --alarm: #ff7b72; } }
        body { margin: 2rem auto; max-width: 1360px; padding: 0 1rem; background: var(--ground); color: var(--ink);
          font: 15px/1.5 system-ui, sans-serif; }
        main { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 520px), 1fr)); gap: 1rem 2.5rem; }
        h2 { font-size: 1.1rem; margin: 1.2rem 0 .3rem; }
        svg { width: 100%; height: auto; }
        svg text { fill: var(--faint); font-size: 12px; }
        svg .axis { fill: var(--ink); font-size: 13px; }
        .grid { stroke: var(--grid); stroke-width: 1; }
        polyline { fill: none; stroke: currentColor; stroke-width: 2; stroke-linejoin: round; }
        circle { fill: currentColor; }
        .line0 { color: var(--line0); } .line1 { color: var(--line1); } .line2 { color: var(--line2); } .line3 { color: var(--line3); }
        .legend { margin: 0; } .legend span { margin-right: 1.2rem; } .legend span::before { content: "\\25CF\\00A0"; }
        .problem { color: var(--alarm); }
        table { border-collapse: collapse; font-size: 14px; font-variant-numeric: tabular-nums; }
        th, td { padding: .15rem .9rem .15rem 0; text-align: right; border-bottom: 1px solid var(--grid); }
        th:first-child, td:first-child, .figures td:last-child { text-align: left; }
        """
}

extension BenchReport {
    /// One HTML page that needs nothing else.
    public var html: String { BenchPage(report: self).html }
}
