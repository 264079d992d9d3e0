import FreshetCore
import Testing

@testable import freshet

@Suite struct JSONTextTests {
    private func text(_ json: String) throws -> String { try JSONText.lines(of: JSONValue(json)).joined(separator: "\n") }

    @Test func aListIsATableWithItsReasons() throws {
        let json = """
            {"user_id":"u3","known":true,"rung":"history","items":[{"item_id":"i10","score":4.62304,"propensity":1,"because":[{"signal":"next",\
            "item_id":"i13","share":0.62},{"signal":"popularity","share":0.38}]},{"item_id":"i8","score":11.5,"propensity":1,"because":[]}]}
            """
        #expect(
            try text(json) == """
                user_id  u3
                known    yes
                rung     history

                items:
                  item_id  score  propensity  because
                  i10      4.623           1  next i13 0.62, popularity 0.38
                  i8        11.5           1  none
                """)
    }

    @Test func aColumnThatARowLacksStaysEmpty() throws {
        let json = #"{"history":[{"item_id":"i1","count":2,"click":"09:00"},{"item_id":"i2","count":10,"cart":"10:00"}],"visitor_ids":["v1","v2"]}"#
        #expect(
            try text(json) == """
                visitor_ids  v1, v2

                history:
                  item_id  count  click  cart
                  i1           2  09:00
                  i2          10         10:00
                """)
    }

    @Test func objectsWithinObjectsAreLines() throws {
        #expect(
            try text(#"{"batch":9,"watermark":null,"offsets":{"clicks":{"0":12,"1":9}},"similar":[]}"#) == """
                batch      9
                watermark  none
                similar    none

                offsets:
                  clicks  0 12, 1 9
                """)
    }

    @Test(arguments: [("0.123456", "0.1235"), ("3.0", "3.0"), ("0.0000012", "1.2e-06"), ("12345.67891", "12345.6789"), ("7", "7")])
    func numbersAreShort(_ number: String, _ shown: String) throws {
        #expect(try text("{\"n\":\(number)}") == "n  \(shown)")
    }
}
