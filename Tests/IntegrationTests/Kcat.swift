import Foundation
import Testing

/// A record as plain `kcat` reads it.
struct KcatRecord {
    var partition: Int
    var offset: Int64
    /// The record's own time in milliseconds.
    var timestamp: Int64
    var key: ArraySlice<UInt8>?
    var value: ArraySlice<UInt8>?
    /// As kcat writes them, `name=value,…`; empty where there are none.
    var headers: String

    /// Every committed record of a topic, in the order of each partition.
    static func read(_ topic: String, from brokers: String) throws -> [KcatRecord] {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["kcat", "-C", "-b", brokers, "-t", topic, "-o", "beginning", "-e", "-q", "-f", "%p %o %T %K %S %h\n%k%s\n"]
        process.standardOutput = pipe
        try process.run()
        let bytes = [UInt8](try pipe.fileHandleForReading.readToEnd() ?? Data())
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "kcat -t \(topic)")
        var records: [KcatRecord] = []
        var at = 0
        while at < bytes.count { records.append(try #require(KcatRecord(bytes, &at), "kcat -t \(topic): byte \(at)")) }
        return records
    }

    /// Reads one record and moves `at` behind it.
    private init?(_ bytes: [UInt8], _ at: inout Int) {
        guard let end = bytes[at...].firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        let parts = String(decoding: bytes[at..<end], as: UTF8.self).split(separator: " ", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, let partition = Int(parts[0]), let offset = Int64(parts[1]), let timestamp = Int64(parts[2]),
            let keyCount = Int(parts[3]), let valueCount = Int(parts[4])
        else { return nil }
        self.partition = partition
        self.offset = offset
        self.timestamp = timestamp
        headers = String(parts[5])
        let keyEnd = end + 1 + max(keyCount, 0)
        let valueEnd = keyEnd + max(valueCount, 0)
        guard valueEnd < bytes.count, bytes[valueEnd] == UInt8(ascii: "\n") else { return nil }
        key = keyCount < 0 ? nil : bytes[end + 1..<keyEnd]
        value = valueCount < 0 ? nil : bytes[keyEnd..<valueEnd]
        at = valueEnd + 1
    }
}
