public import FreshetKernels

/// How lists are published; none of this shapes the engine's state, and all of it may change between runs.
public struct PublicationSettings: Sendable, Equatable {
    /// Only a user's last list of a batch, and only when its items changed (`publish.conflate`).
    public var conflate = true
    /// Items of a list (`publish.list_length`).
    public var listLength = 20
    /// A list at each event whose number in the user's profile is divisible by it (`publish.every`).
    public var every = 1
    /// Event time after which an unchanged list or record is published again; `nil` is off (`publish.republish_after`).
    public var republishAfter: Int64?
    /// Whether recommendations are published.
    public var recommendations = true
    /// Whether similar items are published.
    public var similarItems = true

    /// The defaults.
    public init() {}
}

/// Where an event came from.
public struct EventOrigin {
    /// The topic's name, or the file's.
    public var topic: ByteView
    /// The partition.
    public var partition: Int32
    /// The offset, or the line number from 1.
    public var offset: Int64

    /// An origin from its parts.
    public init(topic: ByteView, partition: Int32, offset: Int64) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
    }
}

/// Applies batches to the engine and writes what follows from them: a pure function of the state and the journalled batch.
///
/// Call order for each batch: `begin`, `foresee` for every event in the order of application, then `tick` (if the batch has one),
/// `apply` for every event in the same order, `finish`. With `outputs` nil (catch-up) the same state results and nothing is written.
public final class Publication {
    /// The engine that batches are applied to.
    public let engine: Engine
    /// How lists are published.
    public let settings: PublicationSettings

    /// Publication state that has published nothing yet.
    public init(engine: Engine, settings: PublicationSettings) {
        self.engine = engine
        self.settings = settings
    }

    /// Begins a batch whose outputs go to `outputs`.
    public func begin(_ outputs: OutputBuffer?) {}

    /// Tells of an event of this batch before any is applied, so that only a user's last list is made.
    public func foresee(_ event: Event) {}

    /// Applies a tick: fires the timers due by `watermark`.
    public func tick(to watermark: EventTime) {}

    /// Applies one event.
    public func apply(_ event: Event, from origin: EventOrigin) -> Applied { .ignored }

    /// Ends the batch: conflated records that are still owed are written.
    public func finish() {}
}
