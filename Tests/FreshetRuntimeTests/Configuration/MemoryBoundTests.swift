import FreshetCore
import FreshetRuntime
import Testing

@Suite struct MemoryBoundTests {
    /// The figure that `check` prints for the defaults, as a shop with a million users and items would need.
    @Test func theBoundIsTheCores() {
        let bound = MemoryBound(Configuration())
        let state = MemoryUse(boundOf: Configuration().engine)
        #expect(bound.users + bound.items + bound.boards + bound.dedup == state.total && bound.dedup > 40 * Configuration().engine.dedupEventsMax)
    }

    @Test func everyLimitCounts() {
        let whole = MemoryBound(Configuration())
        var smaller = Configuration()
        smaller.engine.usersMax /= 2
        #expect(MemoryBound(smaller).users == whole.users / 2 && MemoryBound(smaller).items == whole.items)
        smaller.engine.itemsMax /= 2
        #expect(MemoryBound(smaller).items == whole.items / 2)
        smaller.engine.popularity.boardsMax /= 2
        #expect(MemoryBound(smaller).boards == whole.boards / 2)
        smaller.engine.dedupEventsMax /= 2
        #expect(MemoryBound(smaller).dedup == whole.dedup / 2)
        #expect(whole.text.contains(" MiB (users ") && whole.text.contains("event ids "))
    }
}
