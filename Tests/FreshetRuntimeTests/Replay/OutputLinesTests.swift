import FreshetCore
import FreshetKernels
import FreshetRuntime
import Testing

@Suite struct OutputLinesTests {
    private func view(_ bytes: [UInt8], _ arena: ByteArena) -> ByteView { bytes.withUnsafeBytes { arena.copy(ByteView($0)) } }

    private func view(_ text: String, _ arena: ByteArena) -> ByteView { view(Array(text.utf8), arena) }

    private func lines(_ outputs: OutputBuffer, _ names: [OutputTopic: String]) throws -> [String] {
        try withTemporaryFolder { folder in
            let lines = try OutputLines(path: folder + "/out.jsonl", names: names)
            try lines.append(outputs)
            try lines.flush()
            return String(decoding: try readBytes(folder + "/out.jsonl"), as: UTF8.self).split(separator: "\n").map(String.init)
        }
    }

    @Test func aLineHoldsTopicKeyValueAndHeaders() throws {
        let arena = ByteArena()
        let outputs = OutputBuffer()
        outputs.append(.recommendations, key: view("u\"1", arena), value: view("{\"a\":1}", arena))
        outputs.append(.recommendations, key: view("u2", arena), value: nil)
        outputs.append(.deadLetters, key: nil, value: view("{bad", arena))
        outputs.appendHeader(view("freshet.error", arena), view("malformed", arena))
        outputs.appendHeader(view("null", arena), nil)
        let names: [OutputTopic: String] = [.recommendations: "lists", .deadLetters: "dead"]
        let written = try lines(outputs, names)
        #expect(
            written == [
                #"{"topic":"lists","key":"u\"1","value":{"a":1}}"#, #"{"topic":"lists","key":"u2","value":null}"#,
                #"{"topic":"dead","key":null,"value":"{bad","headers":{"freshet.error":"malformed","null":null}}"#,
            ])
        for line in written { _ = try JSONValue(line) }
    }

    @Test func topicsThatAreOffAreLeftOut() throws {
        let arena = ByteArena()
        let outputs = OutputBuffer()
        outputs.append(.similarItems, key: view("i", arena), value: view("{}", arena))
        outputs.append(.recommendations, key: view("u", arena), value: view("{}", arena))
        #expect(try lines(outputs, [.recommendations: "lists"]) == [#"{"topic":"lists","key":"u","value":{}}"#])
        #expect(try lines(outputs, [:]) == [])
    }

    @Test func bytesThatAreNoTextAreRepaired() throws {
        let arena = ByteArena()
        let outputs = OutputBuffer()
        outputs.append(.deadLetters, key: view([0xff, 0x61], arena), value: view([0x22, 0x00, 0xc3], arena))
        let line = try lines(outputs, [.deadLetters: "dead"])[0]
        let tree = try JSONValue(line)
        #expect(tree["key"]?.string == "\u{fffd}a" && tree["value"]?.string == "\"\u{0}\u{fffd}")
    }

    @Test func manyRecordsAreWrittenInTheirOrder() throws {
        let arena = ByteArena()
        let outputs = OutputBuffer()
        let value = view("\"\(String(repeating: "x", count: 1000))\"", arena)
        for number in 0..<3000 { outputs.append(.recommendations, key: view("\(number)", arena), value: value) }
        let written = try lines(outputs, [.recommendations: "lists"])
        #expect(written.count == 3000)
        #expect(written.enumerated().allSatisfy { $1.hasPrefix("{\"topic\":\"lists\",\"key\":\"\($0)\",") })
    }

    @Test func aDiskThatRefusesIsAnErrorThatNamesTheFile() throws {
        let outputs = OutputBuffer()
        outputs.append(.recommendations, key: nil, value: nil)
        let full = try OutputLines(path: "/dev/full", names: [.recommendations: "lists"])
        try full.append(outputs)
        #expect(throws: FileError(.io, path: "/dev/full", message: "cannot write it: No space left on device")) { try full.flush() }
        #expect(throws: FileError(.unusable, path: "/nowhere/out", message: "cannot write it: No such file or directory")) {
            try OutputLines(path: "/nowhere/out", names: [:])
        }
    }
}
