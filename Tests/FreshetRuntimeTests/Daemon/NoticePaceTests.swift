import Testing

@testable import FreshetRuntime

@Suite struct NoticePaceTests {
    @Test func aKindIsToldOfOnceInTenSecondsWithAllThatCame() {
        var pace = NoticePace()
        #expect(pace.add("a", at: 0) == 1)
        for time in Int64(1)...9 { #expect(pace.add("a", count: 2, at: time * 1_000) == nil) }
        #expect(pace.add("b", at: 9_000) == 1)
        #expect(pace.add("a", at: 10_000) == 19)
        #expect(pace.add("a", at: 10_001) == nil)
    }
}
