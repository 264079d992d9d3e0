import Glibc

/// What is in a folder of the file system.
enum Folder {
    /// The names of its entries, in no order; none where it cannot be read.
    static func names(in path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// The bytes of the files that lie directly in it.
    static func bytes(in path: String) -> Int {
        var bytes = 0
        for name in names(in: path) {
            var status = stat()
            if lstat("\(path)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFREG { bytes += Int(status.st_size) }
        }
        return bytes
    }

    /// Where a symbolic link points to; empty where there is none.
    static func target(ofLink path: String) -> String {
        var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(path, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(count, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Removes it and what is in it. What stays is found by its name; there is nobody to tell.
    static func remove(_ path: String) {
        for name in names(in: path) { remove("\(path)/\(name)") }
        _ = Glibc.remove(path)
    }
}
