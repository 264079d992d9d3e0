import Glibc

/// The names of the files that lie in a folder.
func fileNames(in folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
}

/// Those of the words that stand in the clear in some file of the folder, which is looked through byte by byte.
func wordsLyingOpen(_ words: [String], in folder: String) throws -> Set<String> {
    var found: Set<String> = []
    for name in fileNames(in: folder) {
        let bytes = try readBytes("\(folder)/\(name)")
        for word in words where !found.contains(word) && holds(bytes, Array(word.utf8)) { found.insert(word) }
    }
    return found
}

private func holds(_ bytes: [UInt8], _ word: [UInt8]) -> Bool {
    guard let first = word.first, bytes.count >= word.count else { return false }
    return (0...bytes.count - word.count).contains { bytes[$0] == first && bytes[$0..<$0 + word.count].elementsEqual(word) }
}
