import FreshetCore
import FreshetRuntime
import Testing

@Suite struct MemoryBoundTests {
    @Test func everyLimitCounts() {
        let whole = MemoryBound(Configuration())
        var smaller = Configuration()
        smaller.engine.usersMax /= 2
        #expect(MemoryBound(smaller).users == whole.users / 2 && MemoryBound(smaller).items == whole.items)
        smaller.engine.itemsMax /= 2
        #expect(MemoryBound(smaller).items == whole.items / 2)
        smaller.engine.dedupEventsMax /= 2
        #expect(MemoryBound(smaller).dedup == whole.dedup / 2)
        #expect(whole.text.contains(" MiB (users ") && whole.text.contains("event ids "))
    }
}
