import FreshetKernels
import Testing

@testable import FreshetCore

@Suite struct CatalogueRecordTests {
    private func read(_ text: String) throws -> CatalogueRecord { try text.withView { try CatalogueRecord(json: $0) } }

    private func code(_ text: String) -> RejectionCode? { rejection(of: text) { try CatalogueRecord(json: $0) } }

    static let whole = """
        {"title":"Sencha \\"No. 1\\" 煎茶 🍵","category":["Tea","Green"],"brand":"Ito","keywords":["loose","cold brew"],"price":12.5,"margin":-1,
        "currency":"EUR","available":false,"parent_id":"tea","attributes":{"weight":100,"organic":true,"origin":"JP"},
        "published_at":"2026-11-24T10:00:00.123Z","unknown":[1,{"deep":null}]}
        """

    @Test func everyFieldIsRead() throws {
        let record = try read(CatalogueRecordTests.whole)
        #expect(record.title == "Sencha \"No. 1\" 煎茶 🍵" && record.category == ["Tea", "Green"] && record.brand == "Ito")
        #expect(record.keywords == ["loose", "cold brew"] && record.price == 12.5 && record.margin == -1 && record.currency == "EUR")
        #expect(!record.isAvailable && record.parent == "tea" && record.publishedAt == EventTime(milliseconds: 1_795_514_400_123))
        #expect(record.attributes.map { "\($0.name)=\($0.value)" } == ["organic=true", "origin=JP", "weight=100"])
    }

    @Test func whatIsLeftOutOrNullIsNotKnown() throws {
        #expect(try read("{}") == CatalogueRecord())
        #expect(try read("{\"title\":null,\"category\":null,\"price\":null,\"available\":null,\"attributes\":null}") == CatalogueRecord())
        #expect(try read("{}").isAvailable)
    }

    @Test(arguments: [("Tea > Green", ["Tea", "Green"]), (" Tea>Green > ", ["Tea", "Green"]), ("Tea", ["Tea"]), ("", [])])
    func aCategoryMayBeOneText(_ text: String, _ levels: [String]) throws {
        #expect(try read("{\"category\":\"\(text)\"}").category == levels)
    }

    @Test(arguments: [
        ("", RejectionCode.malformed), ("[]", .malformed), ("{\"title\":\"a\"", .malformed), ("{\"title\":1}", .wrongType),
        ("{\"title\":\"a\",\"title\":\"b\"}", .malformed), ("{\"category\":[1]}", .wrongType), ("{\"price\":\"1\"}", .wrongType),
        ("{\"price\":-1}", .outOfRange), ("{\"price\":1e400}", .outOfRange), ("{\"margin\":\"much\"}", .wrongType),
        ("{\"available\":\"yes\"}", .wrongType), ("{\"available\":1}", .wrongType), ("{\"keywords\":{}}", .wrongType),
        ("{\"attributes\":[]}", .wrongType), ("{\"attributes\":{\"a\":{}}}", .wrongType), ("{\"published_at\":\"yesterday\"}", .badTimestamp),
        ("{\"published_at\":true}", .wrongType), ("{\"published_at\":999999999999999}", .outOfRange),
        ("{\"category\":\"a>b>c>d>e>f>g>h>i\"}", .outOfRange),
    ])
    func whatIsWrongIsNamed(_ text: String, _ expected: RejectionCode) { #expect(code(text) == expected) }

    @Test func eachLimitIsKept() {
        let long = String(repeating: "x", count: CatalogueRecord.textBytesMax)
        #expect(code("{\"title\":\"\(long)\"}") == nil && code("{\"title\":\"\(long)y\"}") == .outOfRange)
        let id = String(repeating: "x", count: 256)
        #expect(code("{\"parent_id\":\"\(id)\"}") == nil && code("{\"parent_id\":\"\(id)y\"}") == .idTooLong)
        func list(_ count: Int) -> String { "[" + (0..<count).map { "\"\($0)\"" }.joined(separator: ",") + "]" }
        #expect(code("{\"keywords\":\(list(64))}") == nil && code("{\"keywords\":\(list(65))}") == .outOfRange)
        func members(_ count: Int) -> String { "{" + (0..<count).map { "\"\($0)\":\"\"" }.joined(separator: ",") + "}" }
        #expect(code("{\"attributes\":\(members(64))}") == nil && code("{\"attributes\":\(members(65))}") == .outOfRange)
    }

    @Test func theStoredFormIsReadBack() throws {
        var records = [CatalogueRecord(), try read(CatalogueRecordTests.whole)]
        var random = RandomSides(seed: 3)
        records += try (0..<200).compactMap { _ in try random.item().value.map(read) }
        for record in records {
            let bytes = ByteBuffer()
            record.encode(into: bytes)
            var reader = ByteReader(bytes.view)
            #expect(try CatalogueRecord(from: &reader) == record)
            try reader.finish()
            for end in 0..<bytes.count {
                var short = ByteReader(bytes.view[0..<end])
                #expect(throws: CodecError.self) { try CatalogueRecord(from: &short) }
            }
        }
    }
}
