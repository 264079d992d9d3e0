import FreshetKernels
import FreshetRuntime
import Glibc
import Testing

@testable import freshet

@Suite struct ScreenTests {
    @Test func aLongLineGoesOnFurtherIn() {
        #expect(Screen.wrapped("  one two three", to: 9) == ["  one two", "    three"])
        #expect(Screen.wrapped("short", to: 80) == ["short"])
        #expect(Screen.wrapped("", to: 80) == [""])
        #expect(Screen.wrapped("abcdefghij", to: 4) == ["abcd", "  ef", "  gh", "  ij"])
    }

    @Test func nothingIsLostAndNothingIsTooLong() {
        var random = SplitMix64(seed: 7)
        for _ in 0..<500 {
            let letters = (0..<random.next(below: 60)).map { _ in random.next(below: 4) == 0 ? " " : "x" }
            let (line, width) = (letters.joined(), 2 + random.next(below: 20))
            let lines = Screen.wrapped(line, to: width)
            #expect(lines.allSatisfy { $0.count <= width }, "'\(line)' to \(width): \(lines)")
            #expect(lines.joined().filter { $0 != " " } == line.filter { $0 != " " })
        }
    }

    @Test func whatNobodyReadsAnyMoreEnds() throws {
        StopSignal.install()
        defer { StopSignal.install() }
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        let screen = Screen(descriptor: ends[1])
        screen.write(["seen"])
        #expect(!StopSignal.isStopRequested)
        close(ends[0])
        screen.write(["not seen"])
        #expect(StopSignal.isStopRequested)
        close(ends[1])
    }
}
