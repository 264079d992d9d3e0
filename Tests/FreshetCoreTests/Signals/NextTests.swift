import FreshetKernels
import Glibc
import Testing

@testable import FreshetCore

@Suite struct NextTests {
    /// Every step of every session, kept as it was; counts are summed up when asked.
    private struct Reference {
        struct Step {
            var item: String
            var follower: String
            var weight: Double
            var time: Int64
        }

        var halfLife: Int64
        var steps: [Step] = []

        mutating func observe(_ follower: String, after session: [String], at time: Int64, stepsMax: Int) {
            for (place, item) in session.prefix(stepsMax).enumerated() where item != follower {
                steps.append(Step(item: item, follower: follower, weight: 1 / Double(place + 1), time: time))
            }
        }

        func counts(after item: String, at now: Int64) -> [String: Double] {
            var counts: [String: Double] = [:]
            for step in steps where step.item == item {
                counts[step.follower, default: 0] += step.weight * exp2(Double(step.time - now) / Double(halfLife))
            }
            return counts
        }

        func shares(after item: String, at now: Int64) -> [String: Double] {
            let counts = counts(after: item, at: now)
            let total = counts.values.reduce(0, +)
            return counts.mapValues { $0 / total }
        }
    }

    private struct Shop {
        var bench = SignalBench()
        var next: Next
        var reference: Reference
        var sessions: [[String]] = Array(repeating: [], count: 4)

        init(_ change: (inout EngineSettings.NextSettings) -> Void = { _ in }) {
            var settings = EngineSettings.NextSettings()
            settings.halfLife = 60_000
            change(&settings)
            next = Next(settings: settings, items: bench.items)
            reference = Reference(halfLife: settings.halfLife)
        }

        mutating func visit(_ name: String, in session: Int, at time: Int64) {
            let item = bench.item(name, admittedBy: next)
            var steps = Session(key: 0, last: EventTime(milliseconds: time))
            for step in sessions[session].reversed() { steps.push(bench.item(step, admittedBy: next), limit: 16) }
            next.observe(item, after: steps, at: EventTime(milliseconds: time))
            reference.observe(name, after: sessions[session], at: time, stepsMax: next.settings.stepsMax)
            if sessions[session].first != name { sessions[session].insert(name, at: 0) }
            sessions[session] = Array(sessions[session].prefix(16))
        }

        mutating func walk(_ events: Int, seed: UInt64, items: Int) {
            var random = SplitMix64(seed: seed)
            for number in 0..<events {
                let time = Int64(1_000_000 + number * 2000 - random.next(below: 20_000))
                visit("i\(random.next(below: items))", in: random.next(below: 4), at: time)
            }
        }

        func shares(after name: String, at now: Int64) -> [String: Double] {
            let item = bench.item(name, admittedBy: next)
            var followers = next.followers(of: item, limit: 1000, at: EventTime(milliseconds: now))
            defer { followers.free() }
            return Dictionary(uniqueKeysWithValues: followers.indices.map { (bench.name(followers[$0].number), followers[$0].score) })
        }
    }

    @Test func sharesEqualADecayedSumOverAllSteps() {
        for seed in UInt64(0)..<40 {
            var shop = Shop()
            shop.walk(300, seed: seed, items: 12)
            let now: Int64 = 1_000_000 + 300 * 2000
            for number in 0..<12 {
                let shares = shop.shares(after: "i\(number)", at: now)
                let expected = shop.reference.shares(after: "i\(number)", at: now)
                for (name, share) in expected { #expect(abs(shares[name, default: 0] - share) < 1e-3, "seed \(seed), i\(number) → \(name)") }
                #expect(abs(shares.values.reduce(0, +) - 1) < 1e-9)
                #expect(shares["i\(number)"] == nil, "an item does not follow itself")
            }
        }
    }

    @Test func proposalsWeighTheFollowersOfEachStepByItsPlace() {
        for seed in UInt64(0)..<30 {
            var shop = Shop()
            shop.walk(300, seed: seed, items: 12)
            let now: Int64 = 1_000_000 + 300 * 2000
            let steps = ["i1", "i2", "i3", "i4", "i5", "i6", "i7"]
            var expected: [String: Double] = [:]
            var owed: [String: (part: Double, item: String)] = [:]
            for (place, step) in steps.prefix(5).enumerated() {
                for (name, share) in shop.shares(after: step, at: now) {
                    let part = pow(0.6, Double(place)) * share
                    expected[name, default: 0] += part
                    if part > owed[name]?.part ?? 0 { owed[name] = (part, step) }
                }
            }
            let numbers = steps.map { shop.bench.item($0, admittedBy: shop.next) }
            let proposals = shop.bench.proposals(of: shop.next, .session(numbers, now: now))
            #expect(Set(proposals.keys) == Set(expected.keys))
            for (name, score) in expected {
                #expect(isClose(proposals[name]?.score ?? -1, score))
                #expect(proposals[name]?.because == owed[name]?.item)
            }
        }
    }

    @Test func withoutASessionNothingIsProposed() {
        var shop = Shop()
        shop.walk(100, seed: 1, items: 5)
        let query = Query(seeds: FlatList(), history: FlatList(), session: nil, now: EventTime(milliseconds: 2_000_000), windowEnd: .never)
        #expect(shop.bench.proposals(of: shop.next, query).isEmpty)
    }

    @Test func onlySoManyStepsBackAreLinked() {
        var shop = Shop { $0.stepsMax = 2 }
        for (number, name) in ["a", "b", "c", "d"].enumerated() { shop.visit(name, in: 0, at: Int64(number)) }
        #expect(shop.shares(after: "a", at: 4).keys.sorted() == ["b", "c"])
        #expect(shop.shares(after: "b", at: 4).keys.sorted() == ["c", "d"])
    }

    @Test func aFullTableKeepsTheLargestCountsAndCountsWhatLeft() {
        var shop = Shop { $0.followersMax = 3 }
        for (follower, visits) in [("a", 5), ("b", 4), ("c", 2)] {
            for _ in 0..<visits {
                shop.sessions[0] = ["x"]
                shop.visit(follower, in: 0, at: 1000)
            }
        }
        #expect(shop.next.followersEvicted == 0)
        shop.sessions[0] = ["x"]
        shop.visit("d", in: 0, at: 1000)
        #expect(shop.shares(after: "x", at: 1000).keys.sorted() == ["a", "b", "c"], "one visit is less than two: the newcomer stays out")
        #expect(shop.next.followersEvicted == 1)
        // Five half-lives later one visit weighs more than what is left of two.
        shop.sessions[0] = ["x"]
        shop.visit("d", in: 0, at: 301_000)
        #expect(shop.shares(after: "x", at: 301_000).keys.sorted() == ["a", "b", "d"])
        #expect(shop.next.followersEvicted == 2)
    }

    @Test func amongEqualCountsTheLastIdLeaves() {
        var shop = Shop { $0.followersMax = 2 }
        for follower in ["m", "z", "b", "y"] {
            shop.sessions[0] = ["x"]
            shop.visit(follower, in: 0, at: 1000)
        }
        #expect(shop.shares(after: "x", at: 1000).keys.sorted() == ["b", "m"])
    }

    @Test func whatIsSwitchedOffCountsAndProposesNothing() {
        var shop = Shop { $0.enabled = false }
        shop.walk(50, seed: 1, items: 4)
        #expect(shop.next.blend == 0)
        #expect((0..<4).allSatisfy { shop.shares(after: "i\($0)", at: 0).isEmpty })
    }

    @Test func itemsThatLeaveLeaveTheTablesOfOthers() {
        var shop = Shop()
        shop.walk(300, seed: 9, items: 8)
        var leaving = FlatList<Bool>()
        defer { leaving.free() }
        leaving.extend(to: 8, with: false)
        let gone = shop.bench.item("i3", admittedBy: shop.next)
        leaving[Int(gone)] = true
        let before = (0..<8).map { shop.shares(after: "i\($0)", at: 1_600_000) }
        shop.next.forgetFollowers(leaving)
        for number in 0..<8 {
            let after = shop.shares(after: "i\(number)", at: 1_600_000)
            #expect(after["i3"] == nil)
            let kept = before[number].filter { $0.key != "i3" }
            let total = kept.values.reduce(0, +)
            for (name, share) in kept { #expect(isClose(after[name] ?? -1, share / total)) }
        }
    }
}
