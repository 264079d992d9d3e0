import FreshetKernels
import FreshetRuntime
import Testing

/// Files as they are when somebody is in a hurry: whatever stands in them is taken, or told line by line.
@Suite struct ConfigurationFuzzTests {
    private static let pieces = [
        ":", ": ", "{", "}", "[", "]", ",", "#", "\"", "'", "\n", "\n  ", "\t", "- ", "&a ", "*a", "|", ">", "!!int ", "---\n", "...", "~", "null",
        "20ms", "-1",
        "1e9", "0x1", "é", "\u{0}", "\u{1}", "%YAML 1.2\n", "? ", "@", "`", "<<: ", "kafka", "topics", "events", "99999999999999999999",
    ]

    private func damaged(_ text: String, _ random: inout SplitMix64) -> [UInt8] {
        var bytes = Array(text.utf8)
        for _ in 0...random.next(below: 3) {
            let at = random.next(below: bytes.count + 1)
            let end = min(bytes.count, at + random.next(below: 30))
            let piece = Array(ConfigurationFuzzTests.pieces[random.next(below: ConfigurationFuzzTests.pieces.count)].utf8)
            switch random.next(below: 5) {
            case 0: bytes.removeSubrange(at..<end)
            case 1: bytes.insert(contentsOf: piece, at: at)
            case 2: bytes.replaceSubrange(at..<end, with: piece)
            case 3 where at < bytes.count: bytes[at] = UInt8(truncatingIfNeeded: random.next())
            default: bytes.insert(contentsOf: bytes[at..<end], at: random.next(below: bytes.count + 1))
            }
        }
        return bytes
    }

    @Test func aDamagedFileIsTakenOrToldLineByLine() {
        var random = SplitMix64(seed: 1)
        var (taken, refused) = (0, 0)
        for round in 0..<4000 {
            let bytes = damaged(sampleText, &random)
            do throws(ConfigurationError) {
                _ = try Configuration.read(bytes, file: "freshet.yaml", environment: [:])
                taken += 1
            } catch {
                refused += 1
                let lines = bytes.count { $0 == UInt8(ascii: "\n") } + 2
                #expect(!error.problems.isEmpty)
                for problem in error.problems {
                    guard case .line("freshet.yaml", let line) = problem.place else {
                        Issue.record("round \(round): \(problem)")
                        continue
                    }
                    #expect((1...lines).contains(line) && !problem.message.isEmpty, "round \(round): \(problem)")
                }
            }
        }
        #expect(taken > 100 && refused > 1000)
    }

    @Test func deeplyNestedAndEndlessFilesAreRefused() {
        for text in [
            String(repeating: "[", count: 5000), String(repeating: "a: {", count: 5000), String(repeating: "- ", count: 5000),
            (0..<200).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: "\n"),
        ] {
            #expect(!ConfigurationText(text: text, needsTopics: false).problems.isEmpty)
        }
    }

    @Test func theSameMistakesComeInTheSameOrder() {
        var random = SplitMix64(seed: 2)
        for _ in 0..<200 {
            let text = String(decoding: damaged(sampleText, &random), as: UTF8.self)
            #expect(ConfigurationText(text: text).problems == ConfigurationText(text: text).problems)
        }
    }
}
