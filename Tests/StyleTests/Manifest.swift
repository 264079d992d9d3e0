/// The targets of `Package.swift` and what each declares to depend on, read from the manifest's text.
struct Manifest {
    /// The direct dependencies of each target.
    private(set) var dependencies: [String: Set<String>] = [:]

    init(_ text: String) {
        for kind in [".systemLibrary(", ".target(", ".executableTarget(", ".testTarget("] {
            for call in text.components(startingAt: kind) {
                guard let name = call.literals(after: "name:", closedBy: ",").first else { continue }
                dependencies[name] = Set(call.literals(after: "dependencies:", closedBy: "]"))
            }
        }
    }

    /// Everything that a target reaches by its dependencies.
    func reach(of target: String) -> Set<String> {
        var reached: Set<String> = []
        var open = [target]
        while let next = open.popLast() {
            for dependency in dependencies[next] ?? [] where reached.insert(dependency).inserted { open.append(dependency) }
        }
        return reached
    }
}

extension String {
    /// The arguments of each call that starts with `opening`, up to its closing parenthesis. Literals must not hold parentheses.
    fileprivate func components(startingAt opening: String) -> [Substring] {
        ranges(of: opening).map { range in
            var depth = 1
            return self[range.upperBound...].prefix { character in
                if character == "(" { depth += 1 }
                if character == ")" { depth -= 1 }
                return depth > 0
            }
        }
    }
}

extension Substring {
    /// The string literals between `label` and `end`.
    fileprivate func literals(after label: String, closedBy end: Character) -> [String] {
        guard let label = firstRange(of: label) else { return [] }
        let list = self[label.upperBound...].prefix { $0 != end }
        return list.split(separator: "\"", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) }
    }
}
