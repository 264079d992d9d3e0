import Testing

/// Dependencies point down only: SwiftPM lets a file import what its target reaches through others, so the imports are compared here.
@Suite struct ImportTests {
    /// Modules of the toolchain that a floor may use beside its declared dependencies.
    static func toolchainModules(of file: SourceFile) -> Set<String> {
        if file.path.hasPrefix("Tests/") { return ["Testing", "Foundation", "Glibc", "Synchronization"] }
        return BanTests.pure.contains(where: file.path.hasPrefix) ? [] : ["Glibc", "Synchronization"]
    }

    static func imports(of file: SourceFile) -> [(line: Int, module: String)] {
        file.codeLines.enumerated().compactMap { number, line in
            let words = line.split(separator: " ")
            guard let at = words.firstIndex(of: "import"), words[..<at].allSatisfy({ $0.hasPrefix("@") || accessLevels.contains($0) }) else {
                return nil
            }
            let kinds: Set<Substring> = ["struct", "class", "enum", "func", "protocol", "var", "let", "typealias"]
            return words[(at + 1)...].first { !kinds.contains($0) }.map { (number + 1, String($0.prefix { $0 != "." })) }
        }
    }

    private static let accessLevels: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]

    static func findings(in file: SourceFile, _ manifest: Manifest) -> [String] {
        guard let declared = manifest.dependencies[file.target] else { return ["\(file.path): Package.swift has no target \(file.target)"] }
        return imports(of: file).filter { !declared.contains($0.module) && !toolchainModules(of: file).contains($0.module) }
            .map { "\(file.path):\($0.line): imports \($0.module), which Package.swift does not declare for \(file.target)" }
    }

    @Test func everyImportIsDeclared() {
        let manifest = Manifest(Project.manifest)
        let findings = Project.swiftFiles.flatMap { ImportTests.findings(in: $0, manifest) }
        #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
    }

    @Test func coreReachesKernelsAndTheJSONShimOnly() {
        let manifest = Manifest(Project.manifest)
        #expect(manifest.reach(of: "FreshetCore") == ["FreshetKernels", "CKernels", "CSimdJSON"])
        #expect(manifest.reach(of: "FreshetKernels") == ["CKernels"])
        #expect(manifest.reach(of: "FreshetKafka") == ["CRdKafka"])
    }

    @Test(arguments: [
        "import FreshetKafka", "public import CRdKafka", "@testable import FreshetRuntime", "import struct FreshetRuntime.X", "import Glibc",
    ]) func plantedImportIsFound(_ line: String) {
        let manifest = Manifest(Project.manifest)
        #expect(ImportTests.findings(in: SourceFile(path: "Sources/FreshetCore/A.swift", text: "\n\(line)\n"), manifest).count == 1)
        #expect(ImportTests.findings(in: SourceFile(path: "Sources/FreshetCore/A.swift", text: "public import FreshetKernels"), manifest).isEmpty)
        #expect(ImportTests.findings(in: SourceFile(path: "Sources/Nowhere/A.swift", text: ""), manifest).count == 1)
    }
}
