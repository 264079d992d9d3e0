import FreshetCore
import FreshetKernels
import Testing

@Suite struct EventFuzzTests {
    static let seeds = [
        #"{"event_id":"9f1c","user_id":"u42","session_id":"s7","item_id":"i9","type":"click","timestamp":"2026-11-24T10:00:00.123Z","price":19.90,"quantity":1,"order_id":null,"consent":true,"context":{"device":"mobile","list":[1,-2.5e3,"a\u00e9\n",{}]}}"#,
        #"{"user_id":"u","item_id":"é\ud83d\ude00","type":"purchase","timestamp":1795514400123,"context":{"a":{},"segment" : "y\u00e9" } }"#,
        #" { "type" : "search" , "query" : "red \"shoes\"" , "user_id" : "u" , "x" : [ [ ] , { } , true , false , null ] } "#,
    ]

    /// Whatever the damage: refused as malformed exactly where the slow judge refuses it, and else the event, to the last field, or the reason
    /// that a slow reader finds.
    @Test func damagedRecordsAreReadAsTheReferenceDoes() throws {
        var mutations = Mutations(seed: 7)
        let arena = ByteArena()
        let decoder = EventDecoder(format: .freshet, topicType: .click, recordBytesMax: 1 << 20)
        var accepted = 0
        var events = 0
        for round in 0..<100_000 {
            let bytes = mutations.damaged(Array(Self.seeds[round % Self.seeds.count].utf8))
            let text = view(bytes, in: arena)
            let decoded = Outcome(decoder.decode(value: text, key: nil, recordTime: EventTime(milliseconds: 1), into: arena))
            let isGood = StrictJSON.acceptsObject(bytes)
            let record = isGood ? try JSONValue(text) : .null
            let expected = isGood ? SlowEvent.outcome(of: record, topicType: .click, recordTime: 1) : .rejected(.malformed)
            if decoded != expected, !SlowEvent.differInRounding(decoded, expected, record) {
                Issue.record("\(decoded), not \(expected): \(String(decoding: bytes, as: UTF8.self).debugDescription)")
                return
            }
            if isGood { accepted += 1 }
            if decoded.event != nil { events += 1 }
            arena.releaseAll()
        }
        #expect(accepted > 5_000 && accepted < 95_000 && events > 5_000 && events < accepted)
    }
}
