import Glibc

/// A folder that is there while `body` runs.
func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    var template = Array("/tmp/freshet-test-XXXXXX\0".utf8CString)
    guard let made = mkdtemp(&template) else { throw TestFileError() }
    let folder = String(cString: made)
    defer { removeFolder(folder) }
    return try body(folder)
}

/// The file could not be written or read.
struct TestFileError: Error {}

func write(_ bytes: [UInt8], to path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    guard descriptor >= 0, Glibc.write(descriptor, bytes, bytes.count) == bytes.count, close(descriptor) == 0 else { throw TestFileError() }
}

func write(_ text: String, to path: String) throws { try write(Array(text.utf8), to: path) }

func readBytes(_ path: String) throws -> [UInt8] {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { throw TestFileError() }
    defer { close(descriptor) }
    var information = stat()
    fstat(descriptor, &information)
    var bytes = [UInt8](repeating: 0, count: Int(information.st_size))
    guard read(descriptor, &bytes, bytes.count) == bytes.count else { throw TestFileError() }
    return bytes
}

private func removeFolder(_ folder: String) {
    guard let stream = opendir(folder) else { return }
    defer { closedir(stream) }
    while let entry = readdir(stream) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        if name == "." || name == ".." { continue }
        let path = "\(folder)/\(name)"
        if unlink(path) != 0 { removeFolder(path) }
    }
    rmdir(folder)
}

func removeFile(_ path: String) throws {
    guard unlink(path) == 0 || errno == ENOENT else { throw TestFileError() }
}
