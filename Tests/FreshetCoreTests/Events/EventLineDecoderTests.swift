import FreshetKernels
import Testing

@testable import FreshetCore

/// Decodes the lines of a file; a line's number before each outcome.
private func lines(
    _ bytes: [UInt8], _ format: EventFormat, topicType: EventType? = nil, recordBytesMax: Int = 1000
) throws(HeaderError) -> [Line] {
    let arena = ByteArena()
    let decoder = EventLineDecoder(format: format, topicType: topicType, recordBytesMax: recordBytesMax)
    var found: [Line] = []
    var texts = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if texts.last?.isEmpty == true { texts.removeLast() }
    for (index, text) in texts.enumerated() {
        let number = Int64(index + 1)
        try decoder.decode(view(Array(text), in: arena), line: number, into: arena) { found.append(Line(number: number, outcome: Outcome($0))) }
    }
    return found
}

private func lines(_ text: String, _ format: EventFormat, topicType: EventType? = nil) throws(HeaderError) -> [Line] {
    try lines(Array(text.utf8), format, topicType: topicType)
}

private struct Line: Equatable {
    var number: Int64
    var outcome: Outcome
}

@Suite struct EventLineDecoderTests {
    @Test func retailrocketWithItsPublishersHeader() throws {
        let read = try lines(
            """
            timestamp,visitorid,event,itemid,transactionid
            1433221332117,7,view,11,
            1433221332118,7,addtocart,11,
            1433221332119,7,transaction,11,501
            1433221332120,7,wish,11,

            """, .retailrocket)
        #expect(read.map(\.number) == [2, 3, 4, 5])
        #expect(read[0].outcome == .event(PlainEvent(.click, 1_433_221_332_117, user: "7", item: "11")))
        #expect(read[1].outcome == .event(PlainEvent(.cart, 1_433_221_332_118, user: "7", item: "11")))
        #expect(read[2].outcome == .event(PlainEvent(.purchase, 1_433_221_332_119, user: "7", item: "11")))
        #expect(read[3].outcome == .rejected(.unknownType))
    }

    @Test func retailrocketWithSessions() throws {
        let read = try lines("ts_ms,visitorid,type,itemid,transactionid,session_id\n5,7,view,11,,568\n", .retailrocket)
        #expect(read.map(\.outcome) == [.event(PlainEvent(.click, 5, user: "7", item: "11", session: "568"))])
    }

    @Test func rees46() throws {
        let read = try lines(
            """
            event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session
            2019-10-01 00:00:01 UTC,view,100,205,"electronics, phones","a ""good"" brand",12.50,55,aa-bb
            2019-10-01 00:00:02 UTC,remove_from_cart,100,205,,,,55,aa-bb
            2019-10-32 00:00:02 UTC,cart,100,205,,,1,55,aa-bb
            2019-10-01 00:00:02 UTC,cart,100,205,,,cheap,55,aa-bb
            2019-10-01 00:00:02 UTC,cart,100,205,,,-1,55,aa-bb
            2019-10-01 00:00:02 UTC,cart,100,205,,,1,55
            2019-10-01 00:00:02 UTC,purchase,100,205,"x,,1,55,aa-bb
            """, .rees46)
        #expect(read[0].outcome == .event(PlainEvent(.click, 1_569_888_001_000, user: "55", item: "100", session: "aa-bb", price: 12.5)))
        #expect(read[1].outcome == .event(PlainEvent(.removeFromCart, 1_569_888_002_000, user: "55", item: "100", session: "aa-bb")))
        let codes: [RejectionCode] = [.badTimestamp, .wrongType, .outOfRange, .malformed, .malformed]
        #expect(read[2...].map(\.outcome) == codes.map { .rejected($0) })
    }

    @Test func taobao() throws {
        let read = try lines("1,22,333,pv,1511544070\r\n1,22,333,fav,1511544071\r\n1,22,333,buy,1511544072\r\n1,,333,cart,3\r\n", .taobao)
        let expected: [Outcome] = [
            .event(PlainEvent(.click, 1_511_544_070_000, user: "1", item: "22")), .ignored,
            .event(PlainEvent(.purchase, 1_511_544_072_000, user: "1", item: "22")), .rejected(.missingItem),
        ]
        #expect(read.map(\.outcome) == expected)
        #expect(read.map(\.number) == [1, 2, 3, 4])
        #expect(decode("1,22,333,cart,7", format: .taobao).outcome.event?.type == .cart)
    }

    @Test func ottoGivesManyEventsALine() throws {
        let read = try lines(
            #"{"session":12,"events":[{"aid":5,"ts":1000,"type":"clicks"}, {"aid":6,"ts":1001,"type":"carts","x":["]}\""]},7,{"aid":8}]}"#
                + "\n\n{\"session\":13,\"events\":[]}\n{\"events\":[{\"aid\":5,\"ts\":1,\"type\":\"orders\"}],\"session\":14}\n{\"session\":1}\n{\"session\":1,\"events\":[{}",
            .otto)
        let expected: [Outcome] = [
            .event(PlainEvent(.click, 1000, user: "12", item: "5", session: "12")),
            .event(PlainEvent(.cart, 1001, user: "12", item: "6", session: "12")), .rejected(.malformed), .rejected(.missingType),
            .event(PlainEvent(.purchase, 1, user: "14", item: "5", session: "14")), .rejected(.wrongType), .rejected(.malformed),
        ]
        #expect(read.map(\.outcome) == expected)
        #expect(read.map(\.number) == [1, 1, 1, 1, 4, 5, 6])
        #expect(decode(#"{"session":12,"events":[]}"#, format: .otto).outcome == .rejected(.malformed))
    }

    @Test func sessionsByTab() throws {
        let read = try lines("SessionId\tItemId\tTime\n3\t21\t1396437466.94\n3\t22\t1396437467.9459\n", .sessions)
        #expect(read[0].outcome == .event(PlainEvent(.click, 1_396_437_466_940, user: "3", item: "21", session: "3")))
        #expect(read[1].outcome == .event(PlainEvent(.click, 1_396_437_467_945, user: "3", item: "22", session: "3")))
    }

    @Test func sessionsByCommaWithTypesAndWithoutTimes() throws {
        let read = try lines("item_id,type,SESSION_ID\n9,purchase,4\n8,,4\n", .sessions)
        #expect(read[0].outcome == .event(PlainEvent(.purchase, 2000, user: "4", item: "9", session: "4")))
        #expect(read[1].outcome == .event(PlainEvent(.click, 3000, user: "4", item: "8", session: "4")))
    }

    @Test func jsonLines() throws {
        let read = try lines("\u{feff}{\"user_id\":\"u\",\"item_id\":\"i\",\"timestamp\":5}\r\n{}", .freshet, topicType: .cart)
        #expect(read.map(\.outcome) == [.event(PlainEvent(.cart, 5, user: "u", item: "i")), .rejected(.missingUser)])
    }

    @Test func aWrongHeaderIsAnErrorOfTheFile() {
        #expect(throws: HeaderError(message: "the header names no column SessionId or session_id or session, as sessions needs")) {
            try lines("a,b\n1,2\n", .sessions)
        }
        #expect(throws: HeaderError(message: "the header names no column timestamp or ts_ms, as retailrocket needs")) {
            try lines("visitorid,event,itemid\n", .retailrocket)
        }
        #expect(throws: HeaderError(message: "the header names two columns for item_id")) { try lines("session,item,ItemId\n", .sessions) }
        #expect(throws: HeaderError.self) { try lines("session,\"item\n", .sessions) }
    }

    @Test func anEmptyFileHasNoEvents() throws {
        #expect(try lines("", .retailrocket).isEmpty)
        #expect(try lines("\n\r\n", .freshet).isEmpty)
    }

    @Test func oneBadLineIsOneBadRecord() throws {
        let text =
            "SessionId,ItemId,Time\r\n1,\"a,\"\"b\"\"\",5\r\n\r\n2,é,6\n3,\(String(repeating: "x", count: 90)),7\n4,c,\"8\"\r\n5,\"d\"e,9\n6,f,10"
        let found = try lines(Array(text.utf8), .sessions, recordBytesMax: 50)
        #expect(found.map(\.number) == [2, 4, 5, 6, 7, 8])
        #expect(found[0].outcome.event?.item == "a,\"b\"")
        #expect(found[2].outcome == .rejected(.recordTooLarge))
        #expect(found[4].outcome == .rejected(.malformed))
    }

    @Test func theLimitLeavesOutTheLineEnd() throws {
        let row = Array("1,22,333,pv,1511544070\r\n".utf8)
        #expect(try lines(row, .taobao, recordBytesMax: 22).first?.outcome.event != nil)
        #expect(try lines(row, .taobao, recordBytesMax: 21).first?.outcome == .rejected(.recordTooLarge))
    }

    @Test func badBytesAreMalformedRows() throws {
        let rows: [[UInt8]] = [Array("1,\0,333,pv,1\n".utf8), Array("1,".utf8) + [0xff] + Array(",333,pv,1\n".utf8)]
        for row in rows { #expect(try lines(row, .taobao).map(\.outcome) == [.rejected(.malformed)]) }
    }

    @Test func damagedFilesCrashNothing() throws {
        var mutations = Mutations(seed: 21)
        let files: [(EventFormat, String)] = [
            (.otto, #"{"session":12,"events":[{"aid":5,"ts":1000,"type":"clicks"},{"aid":6,"ts":1001,"type":"carts"}]}"# + "\n"),
            (.sessions, "SessionId,ItemId,Time\n1,\"a\",5\n2,b,6.5\n"), (.taobao, "1,22,333,pv,1511544070\n\"1\",22,333,buy,5\r\n"),
        ]
        var events = 0
        for round in 0..<20_000 {
            let (format, text) = files[round % files.count]
            let bytes = mutations.damaged(Array(text.utf8))
            let found = (try? lines(bytes, format)) ?? []
            events += found.count { $0.outcome.event != nil }
        }
        #expect(events > 1_000)
    }
}
