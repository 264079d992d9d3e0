/// The folders inside of FreshetCore, from the ground up: a file may name types of its own folder and of those below it.
///
/// A module has no imports inside; what a file leans on are the top-level types that it names. An extension goes by the type that it extends:
/// the files of `Type+Aspect` lie in the type's folder, or above it.
struct CoreFloors {
    static let order = [
        "Events", "State", "Items", "Catalogue", "Cleaning", "Profiles", "Signals", "Rules", "Ranker", "Explain", "Erasures", "Engine",
        "Publication", "Inspect",
    ]

    /// A folder that keeps its rooms apart: what its inner folders share lies beside them, or in the room that others are built on.
    static let apart = "Signals"

    /// Where a top-level type is declared, or a file lies: the folder, and the one inside of it.
    private struct Home: Hashable, CustomStringConvertible {
        var floor: String
        var room: String

        init(_ file: SourceFile) {
            floor = file.folders.first.map(String.init) ?? ""
            room = file.folders.dropFirst().first.map(String.init) ?? ""
        }

        var description: String { room.isEmpty ? floor : "\(floor)/\(room)" }
    }

    private var homes: [String: Home] = [:]

    /// The core as it is in `files`.
    init(_ files: [SourceFile]) {
        for file in files {
            for name in Self.declaredTypes(in: file.code) { homes[name] = Home(file) }
        }
    }

    /// What a file names and may not: `path:line: …`.
    func findings(in file: SourceFile) -> [String] {
        let here = Home(file)
        guard let level = Self.order.firstIndex(of: here.floor) else { return ["\(file.path): '\(here)' is no folder of the core: \(Self.order)"] }
        let nested = Set(Self.declaredTypes(in: file.code, nested: true))
        return file.codeLines.enumerated().flatMap { number, line in
            Self.names(in: line).compactMap { name -> String? in
                guard let home = homes[name], !nested.contains(name), !mayLean(here, on: home, level) else { return nil }
                return "\(file.path):\(number + 1): \(name) is declared in \(home), which \(here) may not lean on"
            }
        }
    }

    private func mayLean(_ here: Home, on home: Home, _ level: Int) -> Bool {
        if home.floor == here.floor { return home.floor != Self.apart || home.room == here.room || home.room.isEmpty || here.room.isEmpty }
        return Self.order.firstIndex(of: home.floor).map { $0 < level } ?? false
    }

    /// The names of types that `code` declares; without `nested`, those at the margin only.
    static func declaredTypes(in code: String, nested: Bool = false) -> [String] {
        let keywords: Set<Substring> = ["struct", "class", "enum", "protocol", "actor", "typealias"]
        let modifiers: Set<Substring> = ["public", "package", "internal", "private", "fileprivate", "final", "indirect"]
        return code.split(separator: "\n").compactMap { line in
            guard nested || line.first != " " else { return nil }
            let words = line.split(separator: " ").drop { modifiers.contains($0) || $0.hasPrefix("@") }
            guard let keyword = words.first, keywords.contains(keyword), let name = words.dropFirst().first else { return nil }
            return String(name.prefix(while: isNamePart))
        }
    }

    /// The identifiers of a line that are not members of something.
    private static func names(in line: Substring) -> [String] {
        var names: [String] = []
        var rest = line
        var previous: Character = " "
        while let first = rest.first {
            let name = rest.prefix(while: isNamePart)
            if !name.isEmpty, previous != "." { names.append(String(name)) }
            previous = name.last ?? first
            rest = rest.dropFirst(max(name.count, 1))
        }
        return names
    }

    private static func isNamePart(_ character: Character) -> Bool { character.isLetter || character.isNumber || character == "_" }
}
