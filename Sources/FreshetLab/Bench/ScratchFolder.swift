import Glibc

/// A folder of its own for one run, gone with its contents when the run ends.
final class ScratchFolder {
    /// Its path.
    let path: String

    init(below parent: String) throws(BenchError) {
        var template = Array("\(parent)/freshet-bench-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw .system("\(parent): no folder can be made there: \(String(cString: strerror(errno))); set TMPDIR to one that can be written")
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { Folder.remove(path) }

    /// Writes a file and returns its path.
    func write(_ text: String, to name: String) throws(BenchError) -> String {
        let file = "\(path)/\(name)"
        guard let stream = fopen(file, "we") else { throw .system("\(file): cannot be written: \(String(cString: strerror(errno)))") }
        let isWritten = fputs(text, stream) >= 0
        guard fclose(stream) == 0, isWritten else { throw .system("\(file): cannot be written: \(String(cString: strerror(errno)))") }
        return file
    }
}
