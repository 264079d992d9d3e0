import Testing

@Suite struct HouseRulesTests {
    @Test func filesKeepTheHouseRules() {
        var findings: [String] = []
        for file in Project.swiftFiles {
            for rule in [HouseRules.tooLong, HouseRules.vagueName, HouseRules.unexplained] { findings += rule(file) }
        }
        for file in Project.sources { findings += HouseRules.undocumented(file) }
        #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
    }

    @Test func nothingIsUnfinishedOrBoundToOneMachine() {
        let files = Project.files(under: ["Sources", "Tests", "Deploy"]) { _ in true } + [SourceFile(path: "Package.swift", text: Project.manifest)]
        let findings = files.flatMap { HouseRules.leftOver($0) + HouseRules.machinePath($0) }
        #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
    }

    @Test(arguments: [
        ("public struct A {\n    /// B.\n    public var b: Int\n}", 1),
        ("/// A.\npublic struct A {}", 0),
        ("/// A.\n@inlinable\npublic func a() {}", 0),
        ("/// A.\n@inlinable public func a() {}", 0),
        ("// A.\n@inlinable public func a() {}", 1),
        ("public import A\npublic extension B {}", 0),
        ("open class A {}", 1),
        ("open = []", 0),
        ("let text = \"\"\"\n    public var\n    \"\"\"", 0),
    ]) func plantedUndocumentedDeclarationIsFound(_ text: String, _ count: Int) {
        #expect(HouseRules.undocumented(SourceFile(path: "Sources/A/A.swift", text: text)).count == count)
    }

    @Test func plantedFilesAreFound() {
        let long = String(repeating: "a\n", count: HouseRules.linesMax)
        #expect(HouseRules.tooLong(SourceFile(path: "A.swift", text: long)).isEmpty)
        #expect(HouseRules.tooLong(SourceFile(path: "A.swift", text: long + "a\n")).count == 1)
        #expect(HouseRules.vagueName(SourceFile(path: "Sources/A/Utils/A.swift", text: "")).count == 1)
        #expect(HouseRules.vagueName(SourceFile(path: "Sources/A/StringHelpers.swift", text: "")).count == 1)
        #expect(HouseRules.unexplained(SourceFile(path: "A.swift", text: "final class A: @unchecked Sendable {}")).count == 1)
        #expect(HouseRules.unexplained(SourceFile(path: "A.swift", text: "// One owner.\nfinal class A: @unchecked Sendable {}")).isEmpty)
        #expect(HouseRules.leftOver(SourceFile(path: "A.swift", text: "// TO" + "DO: later")).count == 1)
        #expect(HouseRules.machinePath(SourceFile(path: "A.yaml", text: "path: /ro" + "ot/x")).count == 1)
    }
}
