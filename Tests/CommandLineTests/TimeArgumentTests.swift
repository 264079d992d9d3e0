import FreshetCore
import Testing

@testable import freshet

@Suite struct TimeArgumentTests {
    private static let specification = VerbSpecification(
        name: "replay", summary: "Applies files.", options: [.value("until", "TIME", "A time.")])

    private func time(_ text: String) throws(Failure) -> Int64? {
        try Arguments(["--until", text], TimeArgumentTests.specification).time("until")?.milliseconds
    }

    @Test(
        arguments: [
            ("0", 0), ("1795514400123", 1_795_514_400_123), ("2026-11-24T10:00:00Z", 1_795_514_400_000),
            ("2026-11-24T11:30:00.5+01:30", 1_795_514_400_500), ("1969-12-31T23:59:59Z", -1000),
        ] as [(String, Int64)])
    func aTimeIsTextOrMilliseconds(_ text: String, _ milliseconds: Int64) throws {
        #expect(try time(text) == milliseconds)
    }

    @Test(arguments: ["", "tomorrow", "2026-02-31T00:00:00Z", "2026-11-24", "1.5", "12h"])
    func whatIsNoTimeIsToldWithItsOption(_ text: String) {
        do throws(Failure) {
            _ = try time(text)
            Issue.record("\(text) was taken")
        } catch {
            #expect(error.code == .usage)
            #expect(error.message == "--until takes a time as 2026-11-24T10:00:00Z or epoch milliseconds, not '\(text)'")
        }
    }

    @Test func anOptionThatWasNotGivenHasNoTime() throws {
        #expect(try Arguments([], TimeArgumentTests.specification).time("until") == nil)
    }
}
