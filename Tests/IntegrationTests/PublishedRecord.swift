import FreshetKafka

/// A record that a daemon has published, copied out of its chunk.
struct PublishedRecord: Equatable {
    var key: [UInt8]?
    var value: [UInt8]?
    var headers: [String]

    init(_ record: ConsumedRecord, of chunk: any RecordChunk) {
        key = record.key.map { Array($0) }
        value = record.value.map { Array($0) }
        var headers: [String] = []
        chunk.forEachHeader(of: record) { name, value in
            headers.append("\(String(decoding: name, as: UTF8.self))=\(value.map { String(decoding: $0, as: UTF8.self) } ?? "")")
        }
        self.headers = headers
    }

    /// The value of the first header of that name.
    func header(_ name: String) -> String? {
        headers.first { $0.hasPrefix("\(name)=") }.map { String($0.dropFirst(name.count + 1)) }
    }

    /// What stands in `freshet.error`.
    var error: String? { header("freshet.error") }
}
