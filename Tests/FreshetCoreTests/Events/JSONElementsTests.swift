import FreshetKernels
import Testing

@testable import FreshetCore

/// The elements of an array as their source, against the whole tree.
@Suite struct JSONElementsTests {
    private func elements(_ text: String) -> [String] {
        var text = text
        return text.withUTF8 { bytes in
            var elements = JSONElements(array: ByteView(UnsafeRawBufferPointer(bytes)))
            var found: [String] = []
            while let element = elements.next() { found.append(element.text) }
            return found
        }
    }

    private func value(_ random: inout SplitMix64, depth: Int) -> String {
        let blank = ["", " ", "\n\t"][random.next(below: 3)]
        switch random.next(below: depth > 3 ? 5 : 8) {
        case 0: return blank + "null" + blank
        case 1: return blank + "-12.5e3" + blank
        case 2: return "true"
        case 3: return blank + #""a,]}\"\\[{""# + blank
        case 4: return #""""# + blank
        case 5, 6: return "[" + (0..<random.next(below: 4)).map { _ in value(&random, depth: depth + 1) }.joined(separator: ",") + blank + "]"
        default:
            return "{" + (0..<random.next(below: 3)).map { "\"k\($0)\":" + value(&random, depth: depth + 1) }.joined(separator: ",") + "}" + blank
        }
    }

    @Test func eachElementIsTheSourceOfTheTreesElement() throws {
        var random = SplitMix64(seed: 1)
        var nested = 0
        for _ in 0..<3000 {
            let array = "[" + (0..<random.next(below: 6)).map { _ in value(&random, depth: 0) }.joined(separator: ",") + "]"
            let tree = try JSONValue(array)
            let found = elements(array)
            var parsed: [JSONValue] = []
            for element in found { parsed.append(try JSONValue(element)) }
            #expect(.array(parsed) == tree, "\(array)")
            nested += found.filter { $0.hasPrefix("[") || $0.hasPrefix("{") }.count
        }
        #expect(nested > 1000)
    }

    @Test func anEmptyArrayHasNoElements() {
        for text in ["[]", "[ ]", "[\n]", "[] \n"] { #expect(elements(text) == []) }
    }

    @Test func whatFollowsTheArrayIsNoElement() {
        #expect(elements("[1, [2] ] \n") == ["1", "[2] "])
    }
}
