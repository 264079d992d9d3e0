import FreshetCore
import FreshetKernels
import FreshetRuntime

extension CoreBench {
    /// What it takes to save every row of a state and to load it again, plain and sealed. Saved is over rows that are there, as a running daemon
    /// does, down to the disk; a sealed row is checked, opened and sealed besides.
    ///
    /// Without a folder to write to there are no figures, and why.
    func measureCheckpoint(_ publication: Publication, into report: inout BenchReport) {
        let changes = StateChanges()
        publication.beginCheckpoint(into: changes)
        while !publication.encodeCheckpoint(rowsMax: .max) {}
        report.add("checkpoint.rows", Double(changes.rows.count), "rows")
        report.add("checkpoint.row", Double(changes.bytes.count) / Double(changes.rows.count), "bytes")
        do throws(BenchError) {
            let (plain, sealed) = try checkpointSeconds(changes)
            for (name, plain, sealed) in [("checkpoint", plain.save, sealed.save), ("restore", plain.load, sealed.load)] {
                report.add("\(name).plain", Double(changes.rows.count) / plain, "rows/s")
                report.add("\(name).sealed", Double(changes.rows.count) / sealed, "rows/s")
                report.add("\(name).sealed.factor", sealed / plain, "times as long")
            }
        } catch {
            report.add("checkpoint.sealed.factor", .nan, "times as long: \(error)")
        }
    }

    /// Seconds of the best rounds; plain and sealed take turns.
    private func checkpointSeconds(_ changes: StateChanges) throws(BenchError) -> (plain: SaveAndLoad, sealed: SaveAndLoad) {
        let folder = try ScratchFolder(below: Environment.current["TMPDIR"] ?? "/tmp")
        defer { withExtendedLifetime(folder) {} }
        guard let secret = SecretKey(Array(repeating: 0x5e, count: SecretKey.byteCount)) else { throw .system("a key is refused") }
        let keys: [KeyFile?] = [nil, KeyFile(path: "of the bench", key: secret)]
        var best = [SaveAndLoad(), SaveAndLoad()]
        for round in 0..<CoreBench.rounds {
            for (kind, key) in keys.enumerated() {
                do throws(StoreError) {
                    best[kind].take(try measure(changes, in: "\(folder.path)/\(round)-\(kind)", key))
                } catch {
                    throw .system("\(error)")
                }
            }
        }
        return (best[0], best[1])
    }

    private func measure(_ changes: StateChanges, in folder: String, _ key: KeyFile?) throws(StoreError) -> SaveAndLoad {
        let store = try SQLiteStore(folder: folder, key: key)
        defer { store.close() }
        let boundary = StateBoundary(batch: 1, offsets: [:], origin: .live, journalOffset: 0, settingsDigest: "", watermark: 0)
        try store.save(changes, boundary)
        var bytes = 0
        let start = now()
        try store.save(changes, boundary)
        let saved = now()
        try store.loadRows { (_, _, row) throws(StoreError) in bytes += row.count }
        let loaded = now()
        guard bytes == changes.bytes.count else { throw StoreError(.corrupt, "\(folder): other rows came back") }
        return SaveAndLoad(save: Double(saved - start) / 1e9, load: Double(loaded - saved) / 1e9)
    }
}

/// How long it takes to save a state and to load it, in seconds.
private struct SaveAndLoad {
    var save = Double.infinity
    var load = Double.infinity

    /// Keeps the better of each.
    mutating func take(_ other: SaveAndLoad) { (save, load) = (min(save, other.save), min(load, other.load)) }
}
