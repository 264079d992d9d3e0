import Testing

extension TestDaemon {
    /// Expects the same records as another daemon's, byte by byte, in the same order a key; answers how many there are.
    func expectSamePublished(_ output: String, as reference: TestDaemon) throws -> Int {
        let records = try reference.published(output)
        let expected = Dictionary(grouping: records, by: \.key)
        let found = Dictionary(grouping: try published(output), by: \.key)
        #expect(found.keys.count == expected.keys.count, "\(output)")
        for (key, records) in expected { expectSame(found[key] ?? [], records, "\(output) of \(key.map(text) ?? "no key")") }
        return records.count
    }

    private func expectSame(_ found: [PublishedRecord], _ expected: [PublishedRecord], _ what: String) {
        guard found != expected else { return }
        let place = zip(found, expected).prefix { $0 == $1 }.count
        let (first, second) = (found.dropFirst(place).first, expected.dropFirst(place).first)
        Issue.record(
            """
            \(what): \(found.count) records instead of \(expected.count), first difference at \(place):
            \(first?.value.map(text) ?? "none") \(first?.headers ?? [])
            \(second?.value.map(text) ?? "none") \(second?.headers ?? [])
            """)
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
