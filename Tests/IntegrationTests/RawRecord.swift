import FreshetKafka

/// A record that a test writes, byte by byte.
struct RawRecord {
    /// The topic's name within its space.
    var topic: String
    /// −1: by the key's hash.
    var partition: Int32 = -1
    var key: [UInt8]?
    var value: [UInt8]?
    /// The one header; `nil`: none.
    var header: (name: String, value: String)?

    func withPointers(_ body: (UnsafeRawBufferPointer?, UnsafeRawBufferPointer?, [ProducedHeader]) throws -> Void) rethrows {
        let (name, text) = (Array((header?.name ?? "").utf8), Array((header?.value ?? "").utf8))
        try (key ?? []).withUnsafeBytes { keyBytes in
            try (value ?? []).withUnsafeBytes { valueBytes in
                try name.withUnsafeBytes { nameBytes in
                    try text.withUnsafeBytes { textBytes in
                        let headers = header == nil ? [] : [ProducedHeader(name: nameBytes, value: textBytes)]
                        try body(key == nil ? nil : keyBytes, value == nil ? nil : valueBytes, headers)
                    }
                }
            }
        }
    }
}
