import Testing

/// What the project's code must not say; each ban with its reason, and with a line that it must find.
@Suite struct BanTests {
    static let pure = ["Sources/FreshetCore/", "Sources/FreshetKernels/"]

    static let bans: [Ban] = [
        Ban(
            words: ["Foundation", "FoundationEssentials", "FoundationNetworking"],
            reason: "start-up, size and speed; the standard library and Glibc do", scope: ["Sources/"],
            planted: "import Foundation"),
        Ban(
            words: ["print(", "debugPrint(", "dump("], reason: "standard output belongs to the verbs; the daemon logs", scope: ["Sources/"],
            except: [
                Ban.Exception(path: "Sources/freshet/", reason: "the verbs"),
                Ban.Exception(path: "Sources/FreshetLab/Demo/", reason: "the demo's screen"),
            ],
            planted: "print(x)"),
        Ban(words: ["try!"], reason: "an error names the file, key or offset; a crash names nothing", scope: ["Sources/"], planted: "try! open()"),
        Ban(words: ["fatalError("], reason: "bad data is a dead letter, a bad disk an error", scope: ["Sources/"], planted: "fatalError(\"no\")"),
        Ban(
            words: ["Date(", "clock_gettime(", "gettimeofday(", "time(nil)", "ContinuousClock", "SuspendingClock", "sleep("],
            reason: "event time is the core's only clock", scope: pure + ["Sources/FreshetLab/Shop/"],
            planted: "let now = clock_gettime(CLOCK_REALTIME, &t)"),
        Ban(
            words: ["SystemRandomNumberGenerator", ".random(", ".shuffled(", ".shuffle(", ".randomElement(", "arc4random*", "drand48(", "rand("],
            reason: "randomness comes from a seeded generator", scope: ["Sources/"],
            except: [
                Ban.Exception(path: "Sources/FreshetKernels/Numbers/KeyedHash.swift", reason: "the hash's key, which no output depends on")
            ],
            unless: ["using:"], planted: "items.shuffled()"),
        Ban(
            words: ["hashValue", "Hasher()"], reason: "the standard hash has another seed in each process", scope: pure,
            planted: "order = id.hashValue"),
        Ban(
            words: ["exp(", "exp2(", "pow(", "log(", "log2(", "log10(", "sin(", "cos(", "tanh("],
            reason: "libm differs from machine to machine; use the integer tables", scope: pure + ["Sources/FreshetLab/Shop/"],
            planted: "let decay = exp2(-age)"),
        Ban(
            words: ["async", "await", "Task", "Thread", "Mutex", "Atomic", "actor"], reason: "the core has one owner and no task", scope: pure,
            planted: "await engine.apply(event)"),
        Ban(
            words: ["rd_kafka_*", "RD_KAFKA_*"], reason: "one module calls librdkafka", scope: ["Sources/"],
            except: [Ban.Exception(path: "Sources/FreshetKafka/", reason: "that module")], planted: "rd_kafka_poll(client, 0)"),
        Ban(
            words: ["sqlite3_*", "SQLITE_*"], reason: "one folder calls SQLite", scope: ["Sources/"],
            except: [Ban.Exception(path: "Sources/FreshetRuntime/Store/", reason: "that folder")], planted: "sqlite3_step(statement)"),
        Ban(
            words: ["*Unsafe*", "*unsafe*"], reason: "the core's unsafe code is in FreshetKernels", scope: ["Sources/FreshetCore/"],
            except: [
                Ban.Exception(path: "Sources/FreshetCore/Events/", reason: "the boundary to the C shim that reads JSON"),
                Ban.Exception(path: "Sources/FreshetCore/Publication/OutputBuffer.swift", reason: "headers lie in the same buffer as values"),
            ],
            planted: "bytes.withUnsafeBytes { $0 }"),
    ]

    @Test(arguments: bans) func nothingBannedIsUsed(_ ban: Ban) {
        let findings = Project.sources.flatMap(ban.findings)
        #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
    }

    @Test(arguments: bans) func banFindsItsPlantedLine(_ ban: Ban) {
        let folder = ban.scope[0]
        let found = ban.findings(in: SourceFile(path: "\(folder)Planted.swift", text: "let a = 1\n\(ban.planted)\n"))
        #expect(found.count >= 1)
        #expect(found.allSatisfy { $0.hasPrefix("\(folder)Planted.swift:2: ") })
        let comment = SourceFile(path: "\(folder)Planted.swift", text: "// \(ban.planted)\n/* \(ban.planted) */\n")
        #expect(ban.findings(in: comment).isEmpty)
        for exception in ban.except {
            #expect(ban.findings(in: SourceFile(path: "\(exception.path)Planted.swift", text: ban.planted)).isEmpty, "\(exception.reason)")
        }
    }

    @Test func wordsAreWhole() {
        let ban = Ban(words: ["print("], reason: "", scope: ["Sources/"], planted: "print(1)")
        #expect(ban.findings(in: SourceFile(path: "Sources/A.swift", text: "fingerprint(of: x)")).isEmpty)
        #expect(ban.findings(in: SourceFile(path: "Sources/A.swift", text: "Swift.print(x)")).count == 1)
    }
}
