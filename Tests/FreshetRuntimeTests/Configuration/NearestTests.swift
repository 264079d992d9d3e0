import FreshetKernels
import FreshetRuntime
import Testing

@Suite struct NearestTests {
    /// The recursion of the definition, without a table.
    private func slowDistance(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Int {
        guard let a = left.last, let b = right.last else { return max(left.count, right.count) }
        var best = slowDistance(left.dropLast(), right.dropLast()) + (a == b ? 0 : 1)
        best = min(best, slowDistance(left.dropLast(), right) + 1, slowDistance(left, right.dropLast()) + 1)
        if left.count > 1, right.count > 1, left[left.endIndex - 2] == b, right[right.endIndex - 2] == a {
            best = min(best, slowDistance(left.dropLast(2), right.dropLast(2)) + 1)
        }
        return best
    }

    private func word(_ random: inout SplitMix64) -> String {
        String(decoding: (0..<random.next(below: 6)).map { _ in UInt8(ascii: "a") + UInt8(random.next(below: 3)) }, as: UTF8.self)
    }

    @Test func theDistanceIsThatOfItsDefinition() {
        var random = SplitMix64(seed: 1)
        for _ in 0..<300 {
            let (left, right) = (word(&random), word(&random))
            #expect(editDistance(left, right) == slowDistance(Array(left.utf8)[...], Array(right.utf8)[...]), "\(left), \(right)")
            #expect(editDistance(left, right) == editDistance(right, left))
            #expect((editDistance(left, right) == 0) == (left == right))
        }
    }

    @Test func oneSlipIsOneStep() {
        for slip in ["lateness", "latenes", "latenness", "latenecs", "latneess"] {
            #expect(editDistance("lateness", slip) == (slip == "lateness" ? 0 : 1), "\(slip)")
        }
    }

    @Test func theNearestWordIsTheFirstOfEquals() {
        #expect(nearest(to: "chekc", among: ["run", "check", "demo"]) == "check")
        #expect(nearest(to: "x", among: ["b", "a"]) == "b")
        #expect(nearest(to: "x", among: []) == nil)
    }
}
