import FreshetCore
import FreshetKernels

/// What one core does without a broker: decoding, applying (signal by signal), saving plain and sealed, recommending, encoding, and the memory that
/// is held after.
///
/// The events are a Zipf shop's: seeded, the same in every run. Each figure is the best of three runs, since other work on the machine only
/// ever adds time.
public struct CoreBench {
    /// Events of a run.
    public var events = 200_000
    /// Users of the shop.
    public var users = 30_000
    /// Items of the shop.
    public var items = 10_000
    /// Makes the events.
    public var seed: UInt64 = 1
    /// Reads a clock that only grows, in nanoseconds.
    public var now: () -> UInt64

    static let rounds = 3
    static let listsMeasured = 20_000

    /// A bench that reads the given clock.
    public init(now: @escaping () -> UInt64) { self.now = now }

    /// Runs all of it. `progress` is told what is being measured.
    public func run(progress: (String) -> Void) -> BenchReport {
        var report = BenchReport()
        let (before, began) = (ProcessorUse.now.busyBesideBench, now())
        let log = BenchLog(events: events, users: users, items: items, seed: seed)
        progress("decode")
        let decode = best { measureDecode(log) }
        report.add("record.bytes", Double(log.bytes) / Double(log.count), "bytes")
        report.add("decode", Double(log.count) / decode, "events/s")
        progress("apply")
        measureApply(log, into: &report)
        progress("recommend, encode")
        measureLists(log, into: &report)
        progress("decode, apply, list")
        for every in [0, 10, 1] {
            // A list an event costs twenty times as much: fewer events show it as well.
            let count = every == 1 ? min(log.count, CoreBench.listsMeasured) : log.count
            let seconds = best { measurePipeline(log, count, every: every) }
            report.add(every == 0 ? "pipeline.no_lists" : "pipeline.list_per_\(every)", Double(count) / seconds, "events/s")
        }
        report.addOthers(max(0, ProcessorUse.now.busyBesideBench - before) / (Double(now() - began) / 1e9))
        return report
    }

    private func best(_ body: () -> Double) -> Double { rounds(body)[0] }

    /// The times of all rounds, the best first.
    private func rounds(_ body: () -> Double) -> [Double] { (0..<CoreBench.rounds).map { _ in body() }.sorted() }

    private func seconds(_ body: () -> Void) -> Double {
        let start = now()
        body()
        return Double(now() - start) / 1e9
    }

    private func measureDecode(_ log: BenchLog) -> Double {
        let arena = ByteArena()
        return seconds { log.decode(log.count, arena) { _ in } }
    }

    // MARK: Apply

    private func measureApply(_ log: BenchLog, into report: inout BenchReport) {
        let decoded = DecodedLog(log)
        let all = rounds { apply(decoded, CoreBench.settings).0 }
        report.add("apply.all", Double(log.count) / all[0], "events/s")
        for (name, change) in CoreBench.switches {
            var settings = CoreBench.settings
            change(&settings)
            let without = rounds { apply(decoded, settings).0 }
            report.add(difference: "apply.\(name)", all, without, scale: 1e9 / Double(log.count), "ns/event")
        }
        let held = apply(decoded, CoreBench.settings).1
        addMemory(held, into: &report)
        measureCheckpoint(held, into: &report)
    }

    private static let switches: [(String, @Sendable (inout EngineSettings) -> Void)] = [
        ("item_similarity", { $0.itemSimilarity.enabled = false }),
        ("next", { $0.next.enabled = false }),
        ("popularity", { $0.popularity.enabled = false }),
        ("bots", { $0.bots.enabled = false }),
    ]

    /// The shop's first users do more than a shopper could: all are watched, and nobody is taken for a bot.
    static var settings: EngineSettings {
        var settings = EngineSettings()
        (settings.bots.eventsPerHourMax, settings.bots.itemsPerDayMax, settings.bots.equalGapsMax) = (60_000, 60_000, 60_000)
        return settings
    }

    private func apply(_ log: DecodedLog, _ settings: EngineSettings) -> (Double, Publication) {
        let publication = Publication(engine: Engine(settings: settings), settings: CoreBench.silent)
        let time = seconds {
            publication.begin(nil)
            for event in log.events { _ = publication.apply(event, from: log.origin) }
            publication.finish()
        }
        return (time, publication)
    }

    private static var silent: PublicationSettings {
        var settings = PublicationSettings()
        settings.recommendations = false
        settings.similarItems = false
        return settings
    }

    private func addMemory(_ publication: Publication, into report: inout BenchReport) {
        let use = publication.memoryUse
        let counts = Dictionary(uniqueKeysWithValues: publication.counts.map { ("\($0.name)", $0.value) })
        func per(_ bytes: Int, _ name: String) -> Double { Double(bytes) / Double(max(counts[name] ?? 0, 1)) }
        report.add("memory.total", Double(use.total) / 1_048_576, "MiB")
        report.add("memory.user", per(use.users, "users"), "bytes")
        report.add("memory.item", per(use.items, "items"), "bytes")
        // Each of its two items holds a copy of a pair.
        report.add("memory.pair", per(use.pairs, "pairs") * 2, "bytes")
        report.add("state.users", Double(counts["users"] ?? 0), "users")
        report.add("state.items", Double(counts["items"] ?? 0), "items")
        report.add("state.pairs", Double(counts["pairs"] ?? 0) / 2, "pairs")
    }

    // MARK: Lists

    private func measureLists(_ log: BenchLog, into report: inout BenchReport) {
        let decoded = DecodedLog(log)
        let publication = apply(decoded, CoreBench.settings).1
        let list = RecommendedList()
        let users = decoded.events.suffix(CoreBench.listsMeasured).compactMap { publication.engine.userNumber($0.user) }
        let recommend = best {
            seconds { for user in users { publication.engine.recommend(user: user, limit: 20, into: list) } }
        }
        report.add("recommend", recommend / Double(users.count) * 1e6, "µs/list")
        let bytes = ByteBuffer(capacity: 1 << 14)
        let ids = decoded.events.suffix(CoreBench.listsMeasured).map(\.user)
        let both = best {
            seconds {
                for id in ids {
                    bytes.removeAll()
                    publication.appendRecommendations(for: id, limit: 20, into: bytes)
                }
            }
        }
        report.add("encode", max(both - recommend, 0) / Double(ids.count) * 1e6, "µs/list")
        report.add("list.bytes", Double(bytes.count), "bytes")
    }

    // MARK: The whole way without a broker

    private func measurePipeline(_ log: BenchLog, _ count: Int, every: Int) -> Double {
        var settings = PublicationSettings()
        settings.conflate = false
        settings.every = max(every, 1)
        settings.recommendations = every > 0
        settings.similarItems = false
        let publication = Publication(engine: Engine(settings: CoreBench.settings), settings: settings)
        let outputs = OutputBuffer()
        let arena = ByteArena()
        let origin = EventOrigin(topic: .empty, partition: 0, offset: 0)
        return seconds {
            publication.begin(outputs)
            log.decode(count, arena) { event in
                _ = publication.apply(event, from: origin)
                if outputs.count >= 1000 { outputs.removeAll() }
            }
            publication.finish()
        }
    }
}
