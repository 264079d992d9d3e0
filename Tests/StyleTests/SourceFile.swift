import Foundation

/// A file of the project: its path from the root, its text, and its code without comments and the contents of literals.
struct SourceFile: Sendable {
    var path: String
    var text: String
    var code: String

    init(path: String, text: String) {
        self.path = path
        self.text = text
        code = path.hasSuffix(".swift") ? SourceText.code(of: text) : text
    }

    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    var codeLines: [Substring] { code.split(separator: "\n", omittingEmptySubsequences: false) }

    /// The target that the file belongs to: the folder under `Sources` or `Tests`.
    var target: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }

    /// The folders between the target's and the file.
    var folders: [Substring] { Array(path.split(separator: "/").dropFirst(2).dropLast()) }
}

/// The project as it lies on disk.
enum Project {
    /// The folder that holds `Package.swift`.
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// All Swift files under `Sources` and `Tests`, by path.
    static let swiftFiles: [SourceFile] = files(under: ["Sources", "Tests"]) { $0.hasSuffix(".swift") }

    /// The Swift files under `Sources`.
    static var sources: [SourceFile] { swiftFiles.filter { $0.path.hasPrefix("Sources/") } }

    /// The text of the manifest.
    static let manifest = read("Package.swift")

    /// The files under these folders whose path passes, by path.
    static func files(under folders: [String], where passes: (String) -> Bool) -> [SourceFile] {
        let paths = folders.flatMap { folder in
            (FileManager.default.enumerator(atPath: root.appending(path: folder).path)?.compactMap { $0 as? String } ?? [])
                .map { "\(folder)/\($0)" }
        }
        return paths.filter(passes).filter { !isFolder($0) }.sorted().map { SourceFile(path: $0, text: read($0)) }
    }

    private static func isFolder(_ path: String) -> Bool {
        var folder: ObjCBool = false
        return FileManager.default.fileExists(atPath: root.appending(path: path).path, isDirectory: &folder) && folder.boolValue
    }

    private static func read(_ path: String) -> String {
        (try? String(contentsOf: root.appending(path: path), encoding: .utf8)) ?? ""
    }
}
