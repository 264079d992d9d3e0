import Testing

@Suite struct FunctionLengthTests {
    static let linesMax = 60
    /// Nine in ten functions are not longer.
    static let usualLinesMax = 25

    @Test func functionsAreShort() {
        let tooLong = Project.swiftFiles.flatMap { file in
            FunctionLengths(file).functions.filter { $0.length > FunctionLengthTests.linesMax }
                .map { "\(file.path):\($0.line): \($0.name) has \($0.length) lines, more than \(FunctionLengthTests.linesMax)" }
        }
        #expect(tooLong.isEmpty, "\(tooLong.joined(separator: "\n"))")
        let lengths = Project.sources.flatMap { FunctionLengths($0).functions.map(\.length) }.sorted()
        #expect(lengths.count > 1000, "a project of this size has more functions: are they found?")
        #expect(lengths[lengths.count * 9 / 10] <= FunctionLengthTests.usualLinesMax)
    }

    @Test(arguments: [
        ("func a() {\n    1\n    2\n}", [2]),
        ("func a() { 1 }", [0]),
        ("protocol P {\n    func a()\n    var b: Int { get }\n}\nstruct S {}", [0]),
        ("func a(\n    _ b: () -> Int = { 1 }\n) -> Int\nwhere T: Equatable {\n    b()\n}", [1]),
        ("init() {\n    self.init(x)\n    super.init()\n}", [2]),
        ("var a = f {\n    1\n}\nvar b: Int {\n    2\n}", [1]),
        ("func outer() {\n    func inner() {\n        1\n    }\n}", [3, 1]),
        ("// func a() {\nlet text = \"func b() {\"\nlet functor = x.func\n", []),
        ("subscript(_ a: Int) -> [Int] {\n    _read {\n        yield b\n    }\n}\ndeinit {\n    free()\n}", [3, 1]),
    ]) func plantedFunctionIsMeasured(_ text: String, _ lengths: [Int]) {
        #expect(FunctionLengths(SourceFile(path: "Sources/A/A.swift", text: text)).functions.map(\.length) == lengths)
    }
}
