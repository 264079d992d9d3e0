import FreshetKernels
import Testing

@testable import FreshetCore

@Suite struct JSONValueTests {
    @Test func readsATree() throws {
        let value = try JSONValue(
            #" {"a":[1,-2.5,1e400,true,null],"b":{"c":"\u00e9\ud83d\ude00\n"},"d":9223372036854775808,"e":-9223372036854775808} "#)
        #expect(value["a"] == .array([.integer(1), .number(-2.5), .number(.infinity), .bool(true), .null]))
        #expect(value["a"]?[1]?.number == -2.5)
        #expect(value["a"]?[5] == nil)
        #expect(value["b"]?["c"]?.string == "é😀\n")
        #expect(value["d"] == .number(9_223_372_036_854_775_808))
        #expect(value["e"]?.integer == .min)
        #expect(value["a"]?[0]?.number == 1)
        #expect(value["a"]?[3]?.bool == true)
        #expect(value["f"] == nil)
    }

    @Test func tellsWhereItEnded() {
        #expect(throws: JSONError(offset: 6, problem: "a comma or } is missing")) { try JSONValue(#"{"":1 2}"#) }
        #expect(throws: JSONError(offset: 2, problem: "something follows the value")) { try JSONValue("1 2") }
        #expect(throws: JSONError(offset: 10, problem: "the name a stands twice")) { try JSONValue(#"{"a":1,"a":2}"#) }
    }

    @Test func agreesWithTheStrictReference() {
        var mutations = Mutations(seed: 13)
        let arena = ByteArena()
        var accepted = 0
        for round in 0..<30_000 {
            let bytes = mutations.damaged(Array(EventFuzzTests.seeds[round % EventFuzzTests.seeds.count].utf8))
            let isGood = (try? JSONValue(view(bytes, in: arena))) != nil
            if isGood != StrictJSON.acceptsValue(bytes) {
                Issue.record("\(isGood ? "accepted" : "refused"): \(String(decoding: bytes, as: UTF8.self).debugDescription)")
                return
            }
            if isGood { accepted += 1 }
            arena.releaseAll()
        }
        #expect(accepted > 1_000)
    }
}
