import FreshetKernels
import Testing

@testable import FreshetCore

@Suite struct RuleTests {
    private func read(_ text: String) throws -> Rule { try text.withView { try Rule(json: $0) } }

    private func code(_ text: String) -> RejectionCode? { rejection(of: text) { try Rule(json: $0) } }

    @Test func everyKindIsRead() throws {
        let hide = try read("{\"type\":\"hide\",\"items\":[\"a\"],\"categories\":[\"Tea > Green\",[\"Cups\"]],\"brands\":[\"B\"]}")
        #expect(hide.effect == .hide && hide.items == ["a"] && hide.categories == [["Tea", "Green"], ["Cups"]] && hide.brands == ["B"])
        #expect(try read("{\"type\":\"boost\",\"factor\":0.5,\"brands\":[\"B\"]}").effect == .boost(factor: 0.5))
        #expect(try read("{\"type\":\"pin\",\"items\":[\"a\"]}").effect == .pin(position: 1))
        #expect(try read("{\"type\":\"pin\",\"items\":[\"a\"],\"position\":7}").effect == .pin(position: 7))
        #expect(try read("{\"type\":\"cap\",\"by\":\"brand\",\"max\":2}").effect == .cap(by: .brand, max: 2))
        #expect(try read("{\"type\":\"repurchase\",\"after_days\":21}").effect == .repurchase(after: 21 * 86_400_000))
    }

    @Test(arguments: [
        ("{}", RejectionCode.missingType), ("{\"type\":\"sell\"}", .unknownType), ("nonsense", .malformed), ("{\"type\":\"hide\"}", .outOfRange),
        ("{\"type\":\"boost\",\"factor\":2}", .outOfRange), ("{\"type\":\"boost\",\"factor\":0,\"items\":[\"a\"]}", .outOfRange),
        ("{\"type\":\"boost\",\"items\":[\"a\"]}", .wrongType), ("{\"type\":\"boost\",\"factor\":\"2\",\"items\":[\"a\"]}", .wrongType),
        ("{\"type\":\"pin\"}", .outOfRange), ("{\"type\":\"pin\",\"items\":[\"a\"],\"position\":0}", .outOfRange),
        ("{\"type\":\"pin\",\"items\":[\"a\"],\"brands\":[\"b\"]}", .outOfRange), ("{\"type\":\"pin\",\"items\":\"a\"}", .wrongType),
        ("{\"type\":\"cap\",\"by\":\"brand\"}", .outOfRange), ("{\"type\":\"cap\",\"max\":2}", .outOfRange),
        ("{\"type\":\"cap\",\"by\":\"brand\",\"max\":2.5}", .wrongType), ("{\"type\":\"repurchase\"}", .wrongType),
        ("{\"type\":\"hide\",\"categories\":[[]]}", .outOfRange), ("{\"type\":\"hide\",\"items\":[1]}", .wrongType),
    ])
    func whatIsWrongIsNamed(_ text: String, _ expected: RejectionCode) { #expect(code(text) == expected) }

    @Test func theNumberOfThingsNamedIsBounded() {
        func rule(_ count: Int) -> String { "{\"type\":\"hide\",\"items\":[" + (0..<count).map { "\"\($0)\"" }.joined(separator: ",") + "]}" }
        #expect(code(rule(Rule.targetsMax)) == nil && code(rule(Rule.targetsMax + 1)) == .outOfRange)
    }

    @Test func theStoredFormIsReadBack() throws {
        var random = RandomSides(seed: 5)
        for _ in 0..<300 {
            guard let value = random.rule().value else { continue }
            let rule = try read(value)
            let bytes = ByteBuffer()
            rule.encode(into: bytes)
            var reader = ByteReader(bytes.view)
            #expect(try Rule(from: &reader) == rule)
            try reader.finish()
            for end in 0..<bytes.count {
                var short = ByteReader(bytes.view[0..<end])
                #expect(throws: CodecError.self) { try Rule(from: &short) }
            }
        }
    }

    @Test func oneRuleTooManyIsRefusedAndTheOthersStand() {
        let maker = EventMaker()
        let publication = PublicationTests.publication { _ in }
        func put(_ name: Int) -> RejectionCode? {
            publication.apply(.rules, key: maker.view("r\(name)"), value: maker.view("{\"type\":\"cap\",\"by\":\"brand\",\"max\":1}"))?.code
        }
        #expect((0..<RuleBook.rulesMax).allSatisfy { put($0) == nil })
        #expect(put(RuleBook.rulesMax) == .noRoom && put(3) == nil)
        _ = publication.apply(.rules, key: maker.view("r3"), value: nil)
        #expect(put(RuleBook.rulesMax) == nil)
    }
}
