import FreshetCore
import FreshetKernels
import Testing

@Suite struct EventFingerprintTests {
    /// Records without an id: each differs from the others in what makes an event another one.
    static let different = [
        #""user_id":"u","item_id":"i","type":"click""#, #""user_id":"u","item_id":"i","type":"cart""#,
        #""user_id":"v","item_id":"i","type":"click""#, #""user_id":"u","item_id":"j","type":"click""#,
        #""user_id":"ui","item_id":"x","type":"click""#, #""user_id":"u","item_id":"ix","type":"click""#,
        #""user_id":"u","item_id":"i","type":"click","timestamp":7"#, #""user_id":"u","item_id":"i","type":"click","price":0"#,
        #""user_id":"u","item_id":"i","type":"click","price":1"#, #""user_id":"u","item_id":"i","type":"click","quantity":2"#,
        #""user_id":"u","item_id":"i","type":"click","order_id":"o""#, #""user_id":"u","item_id":"i","type":"click","query":"o""#,
        #""user_id":"u","item_id":"i","type":"click","visitor_id":"o""#, #""user_id":"u","type":"search","query":"i""#,
        #""user_id":"u","type":"identify","visitor_id":"i""#, #""user_id":"u","item_id":"i","type":"click","event_id":"u""#,
    ]

    @Test func differentEventsDiffer() {
        let prints = Self.different.map { decode("{\($0)}").fingerprint }
        #expect(!prints.contains(nil))
        #expect(Set(prints).count == Self.different.count)
    }

    @Test func whatDoesNotMakeAnEventAnotherOneIsLeftOut() {
        for record in Self.different {
            let plain = decode("{\(record)}").fingerprint
            #expect(decode(#"{"session_id":"s","consent":false,"currency":"EUR","x":[],\#(record)}"#).fingerprint == plain)
        }
        #expect(decode("{\(Self.different[0]),\"quantity\":1}").fingerprint == decode("{\(Self.different[0])}").fingerprint)
        #expect(decode("{\(Self.different[0]),\"price\":-0.0}").fingerprint == decode("{\(Self.different[0]),\"price\":0}").fingerprint)
    }

    @Test func anIDAloneDecides() {
        let arena = ByteArena()
        let expected = Fingerprint(of: view("e1", in: arena))
        #expect(decode(#"{"event_id":"e1","user_id":"u","item_id":"i","type":"click"}"#).fingerprint == expected)
        #expect(decode(#"{"event_id":"\u00651","user_id":"w","type":"search"}"#).fingerprint == expected)
    }

    /// Every combination of three values in seven fields, each read twice: no two share a print, and none has two.
    @Test func equalExactlyWhereFieldsAre() {
        let texts = ["", "a", "aa"]
        var prints: Set<Fingerprint> = []
        for number in 0..<2187 {
            var rest = number
            let digits = (0..<7).map { _ in
                defer { rest /= 3 }
                return rest % 3
            }
            let ids = #""user_id":"u\#(texts[digits[0]])","item_id":"\#(texts[digits[1]])","order_id":"\#(texts[digits[2]])""#
            let more = #""query":"\#(texts[digits[3]])","visitor_id":"\#(texts[digits[4]])","price":\#(digits[5]),"quantity":\#(digits[6])"#
            let print = decode("{\"type\":\"search\",\(ids),\(more)}").fingerprint
            #expect(print == decode("{\(more),\(ids),\"type\":\"search\"}").fingerprint)
            print.map { _ = prints.insert($0) }
        }
        #expect(prints.count == 2187)
    }
}
