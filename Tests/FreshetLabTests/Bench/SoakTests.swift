import Testing

@testable import FreshetLab

@Suite struct SteadinessTests {
    /// 0 to 99 for the first quarter, then as told.
    private func run(_ second: Double, _ last: Double) -> [Double] {
        [0, 50, 99] + [second, second + 1, second + 2] + [1000, 0, 7] + [last, last + 1, last + 2]
    }

    @Test func theLastQuarterIsHeldAgainstTheSecond() throws {
        #expect(try #require(Steadiness(run(100, 118), allowance: 8)).isSteady)
        #expect(try #require(Steadiness(run(100, 10), allowance: 0)).isSteady)
        let growing = try #require(Steadiness(run(100, 120), allowance: 8))
        #expect(!growing.isSteady && growing.secondQuarter.median == 101 && growing.lastQuarter.range == 120...122)
        #expect(abs(growing.bound - 119.1) < 1e-9)
    }

    @Test func fewerThanFourValuesSayNothing() {
        #expect(Steadiness([1, 1, 1], allowance: 0) == nil)
        #expect(Steadiness([1, 1, 1, 1], allowance: 0) != nil)
        #expect(Steadiness([1, .nan, 1, 1], allowance: 0) == nil)
    }
}

@Suite struct SoakResultTests {
    private func result(seconds: Int = 100, grow: (Int, inout SoakSample) -> Void) -> BenchReport {
        let pace = Pace(eventsPerSecond: 10)
        var load = PaceReport(pace)
        for event in 0..<seconds * 10 { load.note(sentAt: pace.due(event)) }
        let samples = (0..<seconds / 5).map { number in
            let held = HeldResources(status: "VmRSS:\t102400 kB\nVmHWM:\t204800 kB\nThreads:\t9\n", descriptors: 30)
            var sample = SoakSample(seconds: Double(number + 1) * 5, held: held, lag: 4, stateBytes: 1 << 20, journalRecords: Int64(number) * 10)
            grow(number, &sample)
            return sample
        }
        var result = BenchReport()
        result.add(soak: samples, load)
        return result
    }

    @Test func whatComesToRestIsNoProblem() {
        let result = result { number, sample in if number < 5 { sample.held.memory = 10 } }
        #expect(result.problems.isEmpty, "\(result.problems)")
        #expect(result["soak.memory.second_quarter"] == 100 && result["soak.descriptors.last_quarter"] == 30)
        #expect(result["soak.sent"] == 1000 && result["soak.rate"] == 10 && result["soak.state"] == 1)
    }

    @Test(arguments: ["memory", "descriptors", "threads", "lag"])
    func whatGrowsIsNamed(_ name: String) {
        let problems = result { number, sample in
            switch name {
            case "memory": sample.held.memory += Double(number) * 3
            case "descriptors": sample.held.descriptors += number
            case "threads": sample.held.threads += number / 3
            default: sample.lag += Int64(number) * 2
            }
        }.problems
        #expect(problems.count == 1 && problems.first?.hasPrefix("soak.\(name): not flat") == true, "\(problems)")
    }

    @Test func aShortRunSaysThatItCannotTell() {
        let problems = result(seconds: 15) { _, _ in }.problems
        #expect(problems.count == 4 && problems.allSatisfy { $0.contains("too few samples") })
    }
}

@Suite struct HeldResourcesTests {
    @Test func thisProcessHoldsSomething() {
        let held = HeldResources(of: 1)
        #expect(held.threads >= 1 && held.memory > 0 && held.peakMemory >= held.memory)
        #expect(HeldResources(status: "", descriptors: 3).memory.isNaN)
    }
}
