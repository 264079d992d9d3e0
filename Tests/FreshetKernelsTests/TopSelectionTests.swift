import FreshetKernels
import Testing

@Suite struct TopSelectionTests {
    private func selected(_ offers: [Scored], limit: Int) -> [UInt32] {
        var selection = TopSelection(limit: limit)
        var best = FlatList<Scored>()
        defer {
            selection.free()
            best.free()
        }
        for offer in offers { if selection.offer(offer) { selection.discard(ties: <) } }
        selection.finish(into: &best, ties: <)
        return best.indices.map { best[$0].number }
    }

    @Test func theOrderOfOffersDoesNotMatter() {
        var random = SplitMix64(seed: 1)
        for _ in 0..<200 {
            var offers = (0..<60).map { Scored(number: UInt32($0), score: Double(random.next(below: 6)) / 4) }
            let limit = random.next(below: 70)
            let first = selected(offers, limit: limit)
            offers.shuffle(using: &random)
            #expect(selected(offers, limit: limit) == first)
            #expect(first.count == min(limit, 60))
        }
    }

    /// Whoever asks first and offers only what may be taken selects the same, and does not offer all.
    @Test func whatMayNotBeTakenNeedNotBeOffered() {
        var random = SplitMix64(seed: 2)
        var passedOver = 0
        for limit in [1, 5, 20] {
            let offers = (0..<500).map { Scored(number: UInt32($0), score: Double(random.next(below: 100))) }
            var selection = TopSelection(limit: limit)
            var best = FlatList<Scored>()
            for offer in offers {
                guard selection.mayTake(offer.score) else {
                    passedOver += 1
                    continue
                }
                if selection.offer(offer) { selection.discard(ties: <) }
            }
            selection.finish(into: &best, ties: <)
            #expect(best.indices.map { best[$0].number } == selected(offers, limit: limit))
            selection.free()
            best.free()
        }
        #expect(passedOver > 500)
    }

    @Test func equalScoresComeByTheCallersOrder() {
        let offers = (0..<10).map { Scored(number: UInt32($0), score: 1) }
        #expect(selected(offers, limit: 3) == [0, 1, 2])
        var selection = TopSelection(limit: 3)
        var best = FlatList<Scored>()
        for offer in offers { if selection.offer(offer) { selection.discard(ties: >) } }
        selection.finish(into: &best, ties: >)
        #expect(best.indices.map { best[$0].number } == [9, 8, 7])
        selection.free()
        best.free()
    }

    @Test func aFinishedSelectionStartsAnewWithAnotherLimit() {
        var selection = TopSelection(limit: 1)
        var best = FlatList<Scored>()
        defer {
            selection.free()
            best.free()
        }
        if selection.offer(Scored(number: 1, score: 9)) { selection.discard(ties: <) }
        selection.finish(into: &best, ties: <)
        #expect(best.count == 1)
        selection.begin(limit: 2)
        for number in UInt32(2)..<6 { if selection.offer(Scored(number: number, score: Double(number))) { selection.discard(ties: <) } }
        selection.finish(into: &best, ties: <)
        #expect(best.indices.map { best[$0].number } == [5, 4], "the winner of the round before is not in it")
        selection.begin(limit: 0)
        if selection.offer(Scored(number: 7, score: 7)) { selection.discard(ties: <) }
        selection.finish(into: &best, ties: <)
        #expect(best.isEmpty, "a limit of none takes none")
    }

    @Test func negativeAndInfiniteScoresHaveTheirPlace() {
        let scores = [-1.0, 0, -.infinity, .infinity, 1e-300, -1e-300]
        let offers = scores.enumerated().map { Scored(number: UInt32($0), score: $1) }
        #expect(selected(offers, limit: 6) == [3, 4, 1, 5, 0, 2])
    }
}
