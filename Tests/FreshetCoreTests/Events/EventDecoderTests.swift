import FreshetKernels
import Testing

@testable import FreshetCore

@Suite struct EventDecoderTests {
    @Test func readsEveryField() {
        let reading = decode(
            """
            {"event_id":"9f1c","user_id":"u42","session_id":"s7","item_id":"i9","type":"purchase","timestamp":"2026-11-24T10:00:00.123Z",
             "price":19.90,"quantity":2.5,"currency":"EUR","order_id":"o1","query":null,"consent":false,"context":{"device":"mobile"}}
            """, key: "u42")
        var expected = PlainEvent(.purchase, 1_795_514_400_123, user: "u42", item: "i9", session: "s7", price: 19.9)
        expected.eventID = "9f1c"
        expected.quantity = 2.5
        expected.consent = false
        #expect(reading.outcome == .event(expected))
    }

    @Test func whatIsAbsentHasItsDefault() {
        for absent in ["", #","price":null,"quantity":null,"consent":null,"session_id":null,"timestamp":null"#, #","session_id":"""#] {
            #expect(
                decode(#"{"type":"click","user_id":"u","item_id":"i"\#(absent)}"#).outcome == .event(PlainEvent(.click, 1000, user: "u", item: "i")))
        }
    }

    @Test func escapesAreUndone() {
        let event = decode(#"{"typ\u0065":"se\u0061rch","user_id":"\u00e9\"\\\/\ud83d\ude00","query":"a\tb\u0000"}"#).outcome.event
        #expect(event?.type == .search)
        #expect(event?.user == "é\"\\/😀")
        #expect(event?.query == "a\tb\0")
    }

    @Test func ofAContextTheSegmentIsRead() {
        func read(_ context: String) -> Outcome { decode(#"{"type":"click","user_id":"u","item_id":"i","context":\#(context)}"#).outcome }
        for (context, segment) in [
            (#"{"segment":"young"}"#, "young"), (#"{"device":"tv","list":[{"segment":"no"}] , "segment" : "a\u00e9\"b" } "#, "aé\"b"),
            (#"{"segment":null}"#, ""), (#"{"other":{"segment":"no"}}"#, ""), ("{}", ""), ("null", ""), ("7", ""), (#""young""#, ""), ("[]", ""),
        ] {
            #expect(read(context).event?.segment == segment, "\(context)")
        }
        for context in [#"{"segment":7}"#, #"{"segment":true}"#, #"{"segment":["a"]}"#, #"{"segment":{}}"#] {
            #expect(read(context) == .rejected(.wrongType), "\(context)")
        }
        let long = String(repeating: "x", count: 256)
        #expect(read(#"{"segment":"\#(long)"}"#).event?.segment == long && read(#"{"segment":"\#(long)y"}"#) == .rejected(.idTooLong))
        #expect(read(#"{"segment":"a","segment":"b"}"#) == .rejected(.malformed) && read(#"{"segment":"a""#) == .rejected(.malformed))
    }

    @Test func ownTypeBeatsTheTopics() {
        #expect(decode(#"{"user_id":"u","item_id":"i"}"#, topicType: .cart).outcome.event?.type == .cart)
        #expect(decode(#"{"user_id":"u","item_id":"i","type":"click"}"#, topicType: .cart).outcome.event?.type == .click)
    }

    @Test func theValuesUserBeatsTheKeys() {
        let json = #"{"user_id":"u","item_id":"i","type":"click"}"#
        #expect(decode(json, key: "v").outcome.event?.keyDiffers == true)
        #expect(decode(json, key: "u").outcome.event?.keyDiffers == false)
        #expect(decode(json).outcome.event?.keyDiffers == false)
    }

    @Test(arguments: [
        (#""timestamp":1795514400123"#, 1_795_514_400_123), (#""timestamp":1795514400123.9"#, 1_795_514_400_123),
        (#""timestamp":1.7955144e12"#, 1_795_514_400_000), (#""timestamp":"2026-11-24T11:30:00+01:30""#, 1_795_514_400_000),
        (#""timestamp":-1"#, -1), (#""timestamp":0"#, 0), (#""timestamp":0.9999999999999999999999"#, 0),
    ])
    func readsTimes(field: String, milliseconds: Int64) {
        #expect(decode(#"{"user_id":"u","item_id":"i","type":"click",\#(field)}"#).outcome.event?.time == milliseconds)
    }

    static let good = #""user_id":"u","item_id":"i","type":"click""#

    @Test(
        arguments: [
            ("", .malformed), ("{", .malformed), ("[]", .malformed), ("null", .malformed), ("7", .malformed), ("{\(good)", .malformed),
            ("{\(good)} x", .malformed), ("{\(good)}}", .malformed), ("{\(good)}\0", .malformed), ("{\(good),\"x\":\"\0\"}", .malformed),
            ("{\(good),\"x\":\"\u{1f}\"}", .malformed), (#"{\#(good),"x":"\q"}"#, .malformed), (#"{\#(good),"x":"\ud800"}"#, .malformed),
            (#"{\#(good),"x":"\udc00"}"#, .malformed), (#"{\#(good),"x":01}"#, .malformed), (#"{\#(good),"x":+1}"#, .malformed),
            (#"{\#(good),"x":tru}"#, .malformed), (#"{\#(good),"x":[1,]}"#, .malformed), (#"{\#(good),"x":[1 2]}"#, .malformed),
            (#"{\#(good),"x":{"y" 1}}"#, .malformed), (#"{\#(good),}"#, .malformed), (#"{\#(good),"type":"click"}"#, .malformed),
            (#"{\#(good),"x":1,"x":2}"#, .malformed), (#"{\#(good),"x":{"y":1,"y":1}}"#, .malformed), (#"{\#(good),"\u0078":1,"x":2}"#, .malformed),
            (#"{"item_id":"i","type":"click"}"#, .missingUser), (#"{"user_id":"","item_id":"i","type":"click"}"#, .missingUser),
            (#"{"user_id":null,"item_id":"i","type":"click"}"#, .missingUser), (#"{"user_id":"u","type":"click"}"#, .missingItem),
            (#"{"user_id":"u","item_id":"","type":"return"}"#, .missingItem), (#"{"user_id":"u","type":"identify"}"#, .missingVisitor),
            (#"{"user_id":"u","item_id":"i"}"#, .missingType), (#"{"user_id":"u","item_id":"i","type":null}"#, .missingType),
            (#"{"user_id":"u","item_id":"i","type":"Click"}"#, .unknownType), (#"{\#(good),"timestamp":"2026-02-31T00:00:00Z"}"#, .badTimestamp),
            (#"{\#(good),"timestamp":"yesterday"}"#, .badTimestamp), (#"{\#(good),"timestamp":""}"#, .badTimestamp),
            (#"{\#(good),"timestamp":1e400}"#, .outOfRange), (#"{\#(good),"timestamp":1e17}"#, .outOfRange),
            (#"{\#(good),"timestamp":true}"#, .wrongType), (#"{\#(good),"price":"9"}"#, .wrongType), (#"{\#(good),"quantity":[]}"#, .wrongType),
            (#"{\#(good),"consent":1}"#, .wrongType), (#"{\#(good),"consent":"true"}"#, .wrongType), (#"{\#(good),"session_id":{}}"#, .wrongType),
            (#"{"user_id":42,"item_id":"i","type":"click"}"#, .wrongType), (#"{"user_id":"u","item_id":"i","type":1}"#, .wrongType),
            (#"{\#(good),"price":-1}"#, .outOfRange), (#"{\#(good),"price":1e400}"#, .outOfRange), (#"{\#(good),"quantity":-0.1}"#, .outOfRange),
            (#"{\#(good),"event_id":"\#(String(repeating: "x", count: 257))"}"#, .idTooLong),
            (#"{\#(good),"order_id":"\#(String(repeating: "x", count: 257))"}"#, .idTooLong),
        ] as [(String, RejectionCode)])
    func refuses(json: String, code: RejectionCode) {
        let reading = decode(json)
        #expect(reading.outcome == .rejected(code), "\(json): \(reading.detail)")
        #expect(!reading.detail.isEmpty)
    }

    /// Numbers of 18 digits are times beyond every calendar, and those of 19 and more do not all fit 64 bits: all are refused, in every format.
    @Test(arguments: [17, 18, 19, 20, 40]) func timesOfManyDigitsAreRefused(digits: Int) {
        for digit in ["1", "9"] {
            for (sign, fraction) in [("", ""), ("-", ""), ("", ".5"), ("-", ".999")] {
                let number = sign + String(repeating: digit, count: digits) + fraction
                #expect(decode("{\(Self.good),\"timestamp\":\(number)}").outcome == .rejected(.outOfRange))
                #expect(decode("1,22,333,pv,\(number)", format: .taobao).outcome == .rejected(.badTimestamp))
            }
        }
    }

    @Test func aRecordsTimeBeyondTheCalendarIsRefused() {
        for time in [Int64.min, .max, EventTime.range.upperBound.milliseconds + 1] {
            #expect(decode("{\(Self.good)}", recordTime: time).outcome == .rejected(.outOfRange))
        }
    }

    @Test func theDetailNamesTheField() {
        #expect(decode(#"{\#(Self.good),"price":"9"}"#).detail == "price must be a number and is text")
        #expect(decode(#"{\#(Self.good),"x":{"y":1,"y":1}}"#).detail == "the key y stands twice in one object")
    }

    @Test func unusedFieldsMayBeAnything() {
        let fields = #""x":1e400,"y":123456789012345678901234567890,"z":[[],{},"",null,-0.0e-9],"context":7,"Type":1,"":2"#
        #expect(decode("{\(Self.good),\(fields)}").outcome.event != nil)
    }

    @Test func depthIsCounted() {
        func nested(_ depth: Int) -> String {
            "{\(Self.good),\"x\":" + String(repeating: "[", count: depth - 1) + String(repeating: "]", count: depth - 1) + "}"
        }
        #expect(decode(nested(64)).outcome.event != nil)
        #expect(decode(nested(65)).outcome == .rejected(.malformed))
        #expect(decode(nested(100_000)).outcome == .rejected(.malformed))
    }

    @Test func invalidUTF8IsRefused() {
        let arena = ByteArena()
        let decoder = EventDecoder(format: .freshet, topicType: nil, recordBytesMax: 1000)
        for bad: [UInt8] in [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82]] {
            let bytes = Array("{\(Self.good),\"x\":\"".utf8) + bad + Array("\"}".utf8)
            let decoded = decoder.decode(value: view(bytes, in: arena), key: nil, recordTime: .never, into: arena)
            #expect(Outcome(decoded) == .rejected(.malformed))
        }
    }

    @Test func limitsAreExact() {
        let json = "{\(Self.good)}"
        #expect(decode(json, recordBytesMax: json.utf8.count).outcome.event != nil)
        #expect(decode(json, recordBytesMax: json.utf8.count - 1).outcome == .rejected(.recordTooLarge))
        let id = String(repeating: "é", count: 128)
        #expect(decode(#"{"user_id":"\#(id)","item_id":"i","type":"click"}"#).outcome.event?.user == id)
    }

    @Test func aNullAndARecordWithoutTimeAreRefused() {
        let arena = ByteArena()
        let decoder = EventDecoder(format: .freshet, topicType: nil, recordBytesMax: 1000)
        #expect(Outcome(decoder.decode(value: nil, key: nil, recordTime: nil, into: arena)) == .rejected(.malformed))
        #expect(decode("{\(Self.good)}", recordTime: nil).outcome == .rejected(.badTimestamp))
    }

    @Test func manyKeysAreCheckedWithoutSlowness() {
        let fields = (0..<20_000).map { "\"k\($0)\":0" }.joined(separator: ",")
        #expect(decode("{\(Self.good),\(fields)}").outcome.event != nil)
        #expect(decode("{\(Self.good),\(fields),\"k77\":1}").outcome == .rejected(.malformed))
    }

    @Test func aDecoderForgetsItsLastRecord() {
        let arena = ByteArena()
        let decoder = EventDecoder(format: .freshet, topicType: nil, recordBytesMax: 1000)
        func outcome(_ json: String) -> Outcome {
            Outcome(decoder.decode(value: view(json, in: arena), key: nil, recordTime: EventTime(milliseconds: 5), into: arena))
        }
        let full = outcome("{\(Self.good),\"price\":3,\"session_id\":\"s\"}")
        #expect(outcome("{\"user_id\":\"u\"").event == nil)
        #expect(outcome("{\(Self.good)}") == .event(PlainEvent(.click, 5, user: "u", item: "i")))
        #expect(full == .event(PlainEvent(.click, 5, user: "u", item: "i", session: "s", price: 3)))
    }
}
