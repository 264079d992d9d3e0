import Testing

@Suite struct CoreFloorsTests {
    @Test func foldersOfTheCoreLeanDownwardsOnly() {
        let core = Project.sources.filter { $0.target == "FreshetCore" }
        let floors = CoreFloors(core)
        let findings = core.flatMap(floors.findings)
        #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
    }

    @Test func orderNamesTheFoldersThatExist() {
        let folders = Set(Project.sources.filter { $0.target == "FreshetCore" }.compactMap { $0.folders.first.map(String.init) })
        #expect(folders == Set(CoreFloors.order))
    }

    @Test(arguments: [
        ("Events/A.swift", "struct A { var b: Profile }", 1),
        ("Events/A.swift", "extension Engine {}", 1),
        ("Profiles/A.swift", "func a(_ event: Event, _ settings: Settings) {}", 0),
        ("Signals/Revisit/A.swift", "struct A { var b: Popularity; var c: Candidate }", 1),
        ("Signals/Revisit/A.swift", "struct A {\n    enum Popularity {}\n    var b: Popularity\n}", 0),
        ("Signals/A.swift", "struct A { var b: Popularity }", 0),
        ("Engine/A.swift", "struct A { var b: Popularity; var c: Profile; var d: Event }", 0),
        ("Engine/A.swift", "// Publication\nlet text = \"Publication\"\nlet member = x.Publication", 0),
        ("Engine/A.swift", "let text = \"\\(Publication.self)\"", 1),
        ("Elsewhere/A.swift", "", 1),
        ("A.swift", "", 1),
    ]) func plantedUpwardNameIsFound(_ path: String, _ text: String, _ count: Int) {
        func file(_ path: String, _ text: String) -> SourceFile { SourceFile(path: "Sources/FreshetCore/\(path)", text: text) }
        let floors = CoreFloors([
            file("Events/Event.swift", "public struct Event {}"), file("State/Settings.swift", "public struct Settings {}"),
            file("Profiles/Profile.swift", "@frozen public final class Profile {\n    struct Entry {}\n}"),
            file("Signals/Candidate.swift", "struct Candidate {}"), file("Signals/Popularity/Popularity.swift", "struct Popularity {}"),
            file("Engine/Engine.swift", "public final class Engine {}"), file("Publication/Publication.swift", "public final class Publication {}"),
        ])
        #expect(floors.findings(in: file(path, text)).count == count)
    }
}
