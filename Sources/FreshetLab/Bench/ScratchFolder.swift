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

    deinit { ScratchFolder.remove(path) }

    /// Writes a file and returns its path.
    func write(_ text: String, to name: String) throws(BenchError) -> String {
        let file = "\(path)/\(name)"
        guard let stream = fopen(file, "we") else { throw .system("\(file): cannot be written: \(String(cString: strerror(errno)))") }
        let isWritten = fputs(text, stream) >= 0
        guard fclose(stream) == 0, isWritten else { throw .system("\(file): cannot be written: \(String(cString: strerror(errno)))") }
        return file
    }

    /// Removes a folder and what is in it. What stays is found by its name; there is nobody to tell.
    private static func remove(_ path: String) {
        if let folder = opendir(path) {
            while let entry = readdir(folder) {
                let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
                if name != ".", name != ".." { remove("\(path)/\(name)") }
            }
            closedir(folder)
        }
        _ = Glibc.remove(path)
    }
}
