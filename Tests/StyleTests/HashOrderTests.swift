import Testing

@Suite struct HashOrderTests {
    @Test func coreIteratesInNoHashOrder() {
        let core = Project.sources.filter { file in BanTests.pure.contains(where: file.path.hasPrefix) }
        let byFolder = Dictionary(grouping: core) { $0.path.split(separator: "/").dropLast().joined(separator: "/") }
        let findings = byFolder.values.flatMap(HashOrder.findings).sorted()
        #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
    }

    @Test(arguments: [
        ("var a: [Int: String] = [:]\nfor x in a { }", 1),
        ("let a = Set(b)\nfor x in self.a where x > 1 { }", 1),
        ("private var a: Set<Int>\nfor x in a.sorted() { }", 0),
        ("var a: [Int: [Int]]\na.values.forEach { }", 1),
        ("var a: [[Int: Int]]\nfor x in a { }", 0),
        ("var a: [Int: Int]\nlet b = a.reduce(0) { $0 }", 1),
        ("var a: [Int: Int]\nfunc f() {\n    let a: [Int] = []\n    for x in a { }\n}", 0),
        ("var a: [Int: Int]\nfor x in b { a[x] = 1 }", 0),
    ]) func plantedLoopIsFound(_ text: String, _ count: Int) {
        #expect(HashOrder.findings(in: [SourceFile(path: "Sources/FreshetCore/Events/A.swift", text: text)]).count == count)
    }
}
