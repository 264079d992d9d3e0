import Testing

@testable import FreshetRuntime

@Suite struct RefusedOutputsTests {
    @Test func aTopicIsToldOfOnceInTenSecondsWithAllThatCame() {
        var refused = RefusedOutputs()
        #expect(refused.add("a", at: 0) == 1)
        for time in Int64(1)...9 { #expect(refused.add("a", at: time * 1_000) == nil) }
        #expect(refused.add("b", at: 9_000) == 1)
        #expect(refused.add("a", at: 10_000) == 10)
        #expect(refused.add("a", at: 10_001) == nil)
    }
}
