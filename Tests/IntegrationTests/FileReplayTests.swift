import FreshetCore
import FreshetKernels
import FreshetLab
import Foundation
import Testing

/// The built `freshet replay` over files; no broker.
@Suite struct FileReplayTests {
    /// A simulated shop's good events, sorted by (time, user id, type rank): in one file, or a user's in one of four.
    @Test func oneFileAndFourInOneGoOrCutAtTenPlacesAreTheSame() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "freshet-files-\(UInt64.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try "publish: {conflate: false}\n".write(to: folder.appending(path: "freshet.yaml"), atomically: true, encoding: .utf8)
        let log = try Self.log(4000)
        try Self.write(log, to: folder, files: 1)
        try Self.write(log, to: folder, files: 4)
        let times = log.map(\.time)

        let whole = try Replay("whole", in: folder, files: 1)
        try whole.run()
        let outputs = try whole.outputs()
        #expect(outputs.keys.count > 100)
        let again = try Replay("again", in: folder, files: 1)
        try again.run()
        #expect(try again.outputs() == outputs && again.digests() == whole.digests())
        let four = try Replay("four", in: folder, files: 4)
        try four.run()
        #expect(try four.outputs() == outputs && four.digests() == whole.digests())
        for files in [1, 4] {
            let cut = try Replay("cut-\(files)", in: folder, files: files)
            var random = SplitMix64(seed: UInt64(files))
            for time in (0..<10).map({ _ in times[random.next(below: times.count)] }).sorted() { try cut.run(until: time) }
            try cut.run()
            #expect(try cut.outputs() == outputs && cut.digests() == whole.digests(), "\(files) files")
        }
    }

    private struct Line {
        var time: Int64
        var user: String
        var rank: UInt8
        var text: String
    }

    private static func log(_ count: Int) throws -> [Line] {
        var settings = ShopSettings()
        settings.users = 60
        settings.items = 80
        var shop = SimulatedShop(settings: settings)
        var lines: [Line] = []
        for record in (0..<count).map({ _ in shop.next() }) where record.expectation != .rejected(.inTheFuture) {
            // What cannot be read has no place in a sorted log.
            guard let value = try? record.value.withUnsafeBytes({ try JSONValue(ByteView($0)) }), let user = value["user_id"]?.string,
                let time = value["timestamp"].flatMap(Self.time)
            else { continue }
            let implied = ["clicks": EventType.click, "carts": .cart, "purchases": .purchase]["\(record.topic)"]
            guard let type = value["type"]?.string.flatMap({ EventType(name: $0) }) ?? implied else { continue }
            let text = String(decoding: record.value, as: UTF8.self)
            let typed = value["type"] == nil ? "{\"type\":\"\(type.name)\"," + text.dropFirst() : text
            lines.append(Line(time: time, user: user, rank: type.rawValue, text: typed))
        }
        return lines.enumerated().sorted { left, right in
            let (first, second) = (left.element, right.element)
            return (first.time, first.user, first.rank, left.offset) < (second.time, second.user, second.rank, right.offset)
        }.map(\.element)
    }

    private static func time(_ value: JSONValue) -> Int64? {
        guard let text = value.string else { return value.integer }
        return (try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))).map {
            Int64(($0.timeIntervalSince1970 * 1000).rounded())
        }
    }

    private static func write(_ log: [Line], to folder: URL, files: Int) throws {
        var texts = [String](repeating: "", count: files)
        for line in log { texts[line.user.utf8.reduce(0) { ($0 * 31 + Int($1)) % files }] += line.text + "\n" }
        for (number, text) in texts.enumerated() {
            try text.write(to: folder.appending(path: "\(files)-\(number).jsonl"), atomically: true, encoding: .utf8)
        }
    }

    /// Runs of `freshet replay` over the same files into one state.
    private final class Replay {
        private let folder: URL
        private let name: String
        private let files: Int
        private var parts: [URL] = []

        init(_ name: String, in folder: URL, files: Int) throws {
            self.folder = folder
            self.name = name
            self.files = files
        }

        private var state: String { folder.appending(path: name).path() }
        private var configuration: String { folder.appending(path: "freshet.yaml").path() }

        func run(until time: Int64? = nil) throws {
            let part = folder.appending(path: "\(name)-\(parts.count).jsonl")
            parts.append(part)
            let inputs = (0..<files).map { folder.appending(path: "\(files)-\($0).jsonl").path() }
            let end = time.map { ["--until", String($0)] } ?? []
            _ = try FreshetProcess.output(
                ["replay", "--input"] + inputs + ["--config", configuration, "--state", state, "--output", part.path()] + end)
        }

        /// The values of each output and key in their order, without what tells files apart.
        func outputs() throws -> [String: [String]] {
            var outputs: [String: [String]] = [:]
            for part in parts {
                for line in try String(contentsOf: part, encoding: .utf8).split(separator: "\n") {
                    let record = try JSONValue(String(line))
                    let topic = try #require(record["topic"]?.string)
                    outputs["\(topic) \(record["key"]?.string ?? "null")", default: []].append(try Self.withoutCoordinates(line, record))
                }
            }
            // What is not acceptable has no place in the order.
            for key in outputs.keys where key.hasPrefix("dead-letters") { outputs[key]?.sort() }
            return outputs
        }

        /// A record without where its trigger, or the line that was not acceptable, stood.
        private static func withoutCoordinates(_ line: Substring, _ record: JSONValue) throws -> String {
            if let headers = record["headers"] {
                return "\(try #require(record["value"]?.string)) \(try #require(headers["freshet.error"]?.string))"
            }
            guard let start = line.range(of: "\"trigger\":{")?.upperBound, let end = line.range(of: "\"event_id\"", range: start..<line.endIndex)
            else { return String(line) }
            return String(line[..<start] + line[end.lowerBound...])
        }

        func digests() throws -> String {
            let text = try FreshetProcess.output(["inspect", "state", "--json", "--config", configuration, "--state", state])
            return String(text[try #require(text.range(of: "\"digests\":")).lowerBound...])
        }
    }
}
