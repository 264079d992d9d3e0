public import FreshetCore
import FreshetKafka

/// Replays files into a state: one source a file, merged by heads, in the order in which a live run would have seen sorted logs.
///
/// In the state, partition 0 of a file is the line to be read next, and partition 1, where it is there, the number of that line's events that
/// were taken already. A second replay of the same files goes on there.
public final class FileReplay {
    private let files: [ReplayFile]
    private let catalogue: [CatalogueFile]
    private let settings: ReplaySettings
    private let replay: Replay
    private let publication: Publication

    /// A replay that has not begun.
    ///
    /// - Parameters:
    ///   - catalogue: What is said of items, applied before the first event, again each time.
    ///   - publication: An engine without state; the stored one is loaded into it.
    ///   - write: Takes the outputs of each batch; `nil` where nobody wants them.
    ///   - onProgress: Told after each batch.
    public init(
        files: [ReplayFile], catalogue: [CatalogueFile] = [], settings: ReplaySettings, store: any StateStore, publication: Publication,
        write: ((OutputBuffer) throws(FileError) -> Void)? = nil, onProgress: @escaping (ReplayProgress) -> Void = { _ in }
    ) {
        self.files = files.sorted { TopicPartition($0.name, 0) < TopicPartition($1.name, 0) }
        self.catalogue = catalogue
        self.settings = settings
        self.publication = publication
        replay = Replay(settings, publication, store, origin: .files)
        replay.write = write
        replay.onProgress = onProgress
    }

    /// Applies all files to their ends, or to `until`, saves the state, and answers what came.
    public func run() throws(ReplayError) -> ReplayProgress {
        for (file, next) in zip(files, files.dropFirst()) where file.name == next.name { throw .sameName(file.name) }
        let stored = try replay.load()
        var sources: [FileSource] = []
        for file in files { sources.append(try open(file, stored)) }
        let merge = Merge(starts: sources.map(\.line))
        let application = BatchApplication(
            publication, partitions: (files.map(\.name) + catalogue.map(\.name)).map { TopicPartition($0, 0) }, pseudonyms: settings.pseudonyms)
        for (number, file) in catalogue.enumerated() { try replay.load(file, as: files.count + number, application, settings.recordBytesMax) }
        try replay.run(
            merge, application, feed: { number throws(ReplayError) in try sources[number].feed(merge, number) },
            positions: { positions(of: sources, stored) },
            taken: { number, line in sources[number].note(line, isLast: merge.queues[number].firstOffset != line) })
        return replay.progress
    }

    private func open(_ file: ReplayFile, _ stored: StateBoundary?) throws(ReplayError) -> FileSource {
        let line = stored?.offsets[TopicPartition(file.name, 0)] ?? 1
        let taken = stored?.offsets[TopicPartition(file.name, 1)] ?? 0
        do throws(FileError) {
            return try FileSource(file, from: line, taken: taken, recordBytesMax: settings.recordBytesMax)
        } catch {
            throw .file(error)
        }
    }

    /// Files of an earlier replay keep their positions.
    private func positions(of sources: [FileSource], _ stored: StateBoundary?) -> [TopicPartition: Int64] {
        var positions = stored?.offsets ?? [:]
        for source in sources {
            positions[TopicPartition(source.file.name, 0)] = source.line
            positions[TopicPartition(source.file.name, 1)] = source.taken > 0 ? source.taken : nil
        }
        return positions
    }
}
