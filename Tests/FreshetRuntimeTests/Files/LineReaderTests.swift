import FreshetKernels
import FreshetRuntime
import Testing

@Suite struct LineReaderTests {
    private struct Line: Equatable {
        var number: Int64
        var text: String
        var isTooLong = false
    }

    private func lines(of text: [UInt8], bytesMax: Int = 1 << 20) throws -> [Line] {
        try withTemporaryFolder { folder in
            try write(text, to: folder + "/a")
            let reader = LineReader(try FileStream(path: folder + "/a"), lineBytesMax: bytesMax)
            var lines: [Line] = []
            while let line = try reader.next() { lines.append(Line(number: line.number, text: line.bytes.text, isTooLong: line.isTooLong)) }
            return lines
        }
    }

    @Test(arguments: [
        ("", []), ("a", ["a"]), ("a\n", ["a"]), ("a\nb", ["a", "b"]), ("\n\n", ["", ""]), ("a\r\nb\r\n", ["a", "b"]), ("\r\n", [""]),
    ])
    func linesEndWithOrWithoutReturn(_ text: String, _ expected: [String]) throws {
        let found = try lines(of: Array(text.utf8))
        #expect(found == expected.enumerated().map { Line(number: Int64($0 + 1), text: $1) })
    }

    @Test func ofALineThatIsTooLongTheBeginningIsKept() throws {
        let found = try lines(of: Array("abc\nabcdef\nabcde\n".utf8), bytesMax: 5)
        #expect(found == [Line(number: 1, text: "abc"), Line(number: 2, text: "abcde", isTooLong: true), Line(number: 3, text: "abcde")])
    }

    @Test func linesMayLieAcrossChunks() throws {
        var generator = SplitMix64(seed: 8)
        let expected = (0..<4000).map { _ in String(repeating: "x", count: generator.next(below: 400)) }
        let found = try lines(of: Array(expected.joined(separator: "\n").utf8))
        #expect(found.map(\.text) == expected)
        let long = String(repeating: "y", count: 600_000)
        #expect(try lines(of: Array("a\n\(long)\nb".utf8)).map(\.text) == ["a", long, "b"])
        #expect(try lines(of: Array("a\n\(long)\nb".utf8), bytesMax: 1000).map(\.isTooLong) == [false, true, false])
    }
}
