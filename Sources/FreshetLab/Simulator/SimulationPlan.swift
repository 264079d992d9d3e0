import FreshetCore
import FreshetKafka
import FreshetKernels
import FreshetRuntime

/// Everything about a simulated run but its faults: the shop, the settings, and what the disk is made of. A pure function of the seed.
struct SimulationPlan {
    static let group = "simulated"
    static let transactionalID = "freshet.simulated.0"
    static let outputs: [OutputTopic: String] = [
        .recommendations: "recommendations", .similarItems: "similar-items", .deadLetters: "dead-letters", .journal: "journal",
        .receipts: "erasure-receipts",
    ]
    static let outputPartitions = 2
    static let maxFuture: Int64 = 300_000

    let seed: UInt64
    let input: SimulatedInput
    /// Records arrive while the daemon runs, at the wall clock's time, and silence moves event time on. Otherwise all are there before the first
    /// start and long past, so that neither the clock nor the cuts of batches can have a say in what is published.
    let isLive: Bool
    let engine: EngineSettings
    let publication: PublicationSettings
    /// Saves run beside the batches, as on another thread.
    let savesAside: Bool
    /// Batches are sent beside the next one, as on another thread.
    let sendsAside: Bool
    /// The state is kept by SQLite in a real folder.
    let usesSQLite: Bool
    /// That folder's state is sealed with a key.
    var isSealed: Bool { usesSQLite && seed % 128 == 127 }
    /// The longest record that the cluster takes.
    let recordBytesMax: Int
    /// The wall clock at the start.
    let start: Int64
    private let batchEventsMax: Int
    private let checkpointEventsMax: Int
    private let checkpointInterval: Int64
    private let pendingRecordsMax: Int
    private let shop: ShopSettings

    /// `hasSides`: there are a catalogue, rules and erasures.
    init(seed: UInt64, hasSides: Bool = false) {
        var random = SplitMix64(seed: seed)
        self.seed = seed
        isLive = random.next(below: 2) == 0
        usesSQLite = seed % 64 == 63
        savesAside = random.next(below: 2) == 0
        batchEventsMax = [1, 5, 20, 100][random.next(below: 4)]
        checkpointEventsMax = [10, 40, 1_000][random.next(below: 3)]
        checkpointInterval = [300, 30_000][random.next(below: 2)]
        pendingRecordsMax = [8, 50_000][random.next(below: 2)]
        engine = SimulationPlan.engine(&random, hasBots: seed % 5 == 2)
        publication = SimulationPlan.publication(isLive: isLive, &random)
        // A list that is too large leaves an older one; which one that is, the cuts of conflated batches decide.
        let mayRefuse = isLive || !publication.conflate
        recordBytesMax = mayRefuse && random.next(below: 4) == 0 ? 1_800 : 1 << 20
        shop = SimulationPlan.shop(&random)
        input = SimulatedInput(shop, records: 60 + random.next(below: 200), hasGaps: random.next(below: 2) == 0, hasSides: hasSides)
        start = isLive ? shop.start.milliseconds : shop.start.milliseconds + 90 * 86_400_000
        sendsAside = random.next(below: 4) > 0
    }

    /// Short windows, and tables that overflow: much happens within few events. `hasBots`: the shop's busiest users are taken for some.
    private static func engine(_ random: inout SplitMix64, hasBots: Bool) -> EngineSettings {
        var settings = EngineSettings()
        if hasBots {
            (settings.bots.eventsPerHourMax, settings.bots.itemsPerDayMax, settings.bots.equalGapsMax) = (12, 9, 3)
            settings.bots.parole = 3_600_000
        }
        settings.lateness = [1_000, 60_000][random.next(below: 2)]
        settings.sessionGap = [20_000, 600_000][random.next(below: 2)]
        settings.dedupHorizon = [60_000, 86_400_000][random.next(below: 2)]
        settings.usersMax = [6, 1_000][random.next(below: 2)]
        settings.itemsMax = [12, 1_000][random.next(below: 2)]
        settings.dedupEventsMax = [20, 10_000][random.next(below: 2)]
        settings.itemSimilarity.window = [60_000, 600_000, 30 * 86_400_000][random.next(below: 3)]
        settings.itemSimilarity.historyMax = [4, 100][random.next(below: 2)]
        settings.itemSimilarity.pairsMax = [3, 200][random.next(below: 2)]
        settings.next.sessionsMax = [1, 4][random.next(below: 2)]
        return settings
    }

    private static func publication(isLive: Bool, _ random: inout SplitMix64) -> PublicationSettings {
        var settings = PublicationSettings()
        settings.conflate = random.next(below: 2) == 0
        settings.listLength = [3, 10][random.next(below: 2)]
        settings.every = random.next(below: 4) == 0 ? 3 : 1
        // What is published again depends on where batches end.
        if isLive, random.next(below: 4) == 0 { settings.republishAfter = 60_000 }
        return settings
    }

    private static func shop(_ random: inout SplitMix64) -> ShopSettings {
        var settings = ShopSettings()
        settings.seed = random.next()
        settings.users = 24
        settings.items = 240
        settings.eventsPerSecond = [0.2, 2][random.next(below: 2)]
        settings.secondsBetweenClicks = 4
        settings.delayMax = [5_000, 120_000][random.next(below: 2)]
        settings.duplicateShare = 40
        settings.badShare = 100
        settings.recordBytesMax = 1_500
        return settings
    }

    /// What a daemon of this plan is told.
    func settings(nonce: String, isRebuild: Bool) -> DaemonSettings {
        let inputs = SimulatedInput.topics.map { InputTopic(name: $0, decoder: SimulatedInput.decoder(of: $0, recordBytesMax: shop.recordBytesMax)) }
        var settings = DaemonSettings(inputs: inputs, outputs: SimulationPlan.outputs, settingsDigest: "simulated-\(seed)", nonce: nonce)
        for side in SimulatedSides.topics where input.sides.contains(side.topic) { settings.sides[side.topic] = side.name }
        settings.batchEventsMax = batchEventsMax
        settings.checkpointEventsMax = checkpointEventsMax
        settings.checkpointInterval = checkpointInterval
        // Mostly so small that batches come in between, and that the store is given several parts.
        if !seed.isMultiple(of: 3) { settings.checkpointSlice = CheckpointSlice(rows: 5, bytes: 400) }
        settings.pendingRecordsMax = pendingRecordsMax
        // Of so small a log one catch-up would else be all.
        settings.catchUpRecordsMax = [1, 15, settings.catchUpRecordsMax][Int(seed % 5) % 3]
        settings.maxFuture = SimulationPlan.maxFuture
        settings.ticks = isLive
        // In a live run records arrive with the polls: a pause would stretch it without end.
        settings.pauseAfter = isLive ? nil : 1_000
        settings.isRebuild = isRebuild
        return settings
    }

    /// The longest value that a daemon of this plan reads.
    var inputBytesMax: Int { shop.recordBytesMax }

    /// An engine without state, and its publication.
    func makePublication() -> Publication {
        let publication = Publication(engine: Engine(settings: engine), settings: publication)
        publication.engine.pseudonymize = Pseudonyms.wellKnown.callAsFunction
        return publication
    }

    /// A cluster with the topics, and without records.
    func makeCluster() -> MemoryCluster {
        let cluster = MemoryCluster()
        cluster.recordBytesMax = recordBytesMax
        for topic in SimulatedInput.topics {
            cluster.createTopic(TopicSpecification(name: topic, partitions: Int(SimulatedInput.partitionsPerTopic)))
        }
        for side in SimulatedSides.topics { cluster.createTopic(TopicSpecification(name: side.name, partitions: 1)) }
        for (output, name) in SimulationPlan.outputs {
            cluster.createTopic(TopicSpecification(name: name, partitions: output == .journal ? 1 : SimulationPlan.outputPartitions))
        }
        return cluster
    }
}
