public import FreshetCore
public import FreshetKernels

/// The events of a busy shop, cheap to make: sessions of about eight events, users and items by Zipf's law, 90 : 8 : 2 clicks, carts, purchases.
///
/// For measurements, where `SimulatedShop` is for looking at: no late, doubled or broken records. A pure value: what `next` makes depends on the
/// settings, the times given and how often it was called.
public struct ShopLoad: Sendable {
    /// What the load is like.
    public let settings: LoadSettings
    /// The number of the next event, from 0; its id ends with it.
    public private(set) var number = 0

    /// Sessions that go on at the same time.
    private static let openSessions = 2_000
    /// Groups of users with a taste in common.
    private static let tastes = 50

    private let userRanks: ZipfSampler
    private let itemRanks: ZipfSampler
    private var random: SplitMix64
    private var sessions: [Session] = []
    private var sessionsMade = 0

    private struct Session {
        var user: Int
        var number: Int
        var lastSeen: Int?
    }

    /// A load that begins.
    public init(_ settings: LoadSettings) {
        self.settings = settings
        // No single user makes up a share of the whole that only a robot would.
        userRanks = ZipfSampler(count: settings.users, offset: settings.users / 100)
        itemRanks = ZipfSampler(count: settings.items)
        random = SplitMix64(seed: settings.seed)
        for _ in 0..<ShopLoad.openSessions { sessions.append(newSession()) }
    }

    /// Makes the next event, of the given time: its key and its value replace the contents of the buffers. Returns its topic.
    public mutating func next(at time: EventTime, key: ByteBuffer, value: ByteBuffer) -> ShopTopic {
        let place = random.next(below: sessions.count)
        let session = sessions[place]
        let topic = nextTopic()
        let item: Int
        if topic != .clicks, let seen = session.lastSeen {
            item = seen
        } else {
            item = nextItem(of: session.user)
            sessions[place].lastSeen = item
        }
        key.removeAll()
        key.append("u")
        key.append(decimal: Int64(session.user))
        value.removeAll()
        write(topic, item, session, time, to: value)
        if random.next(below: 8) == 0 { sessions[place] = newSession() }
        number += 1
        return topic
    }

    /// The number of the event with an id that a load made; `nil` for other ids.
    public static func number(ofEvent id: some BidirectionalCollection<UInt8>) -> Int? {
        guard let dash = id.lastIndex(of: UInt8(ascii: "-")) else { return nil }
        return Int(String(decoding: id[id.index(after: dash)...], as: UTF8.self))
    }

    private mutating func newSession() -> Session {
        sessionsMade += 1
        return Session(user: userRanks.next(&random), number: sessionsMade)
    }

    private mutating func nextTopic() -> ShopTopic {
        let draw = random.next(below: 100)
        return draw < 90 ? .clicks : draw < 98 ? .carts : .purchases
    }

    private mutating func nextItem(of user: Int) -> Int {
        let taste = Int(SplitMix64.mix(UInt64(user)) % UInt64(ShopLoad.tastes))
        return (itemRanks.next(&random) + taste * settings.items / ShopLoad.tastes) % settings.items
    }

    /// Times are numbers: every reader of such logs takes those.
    private func write(_ topic: ShopTopic, _ item: Int, _ session: Session, _ time: EventTime, to value: ByteBuffer) {
        value.append("{\"event_id\":\"")
        value.append(text: settings.run)
        value.append("-")
        value.append(decimal: Int64(number))
        value.append("\",\"user_id\":\"u")
        value.append(decimal: Int64(session.user))
        value.append("\",\"session_id\":\"")
        value.append(text: settings.run)
        value.append("-")
        value.append(decimal: Int64(session.number))
        value.append("\",\"item_id\":\"i")
        value.append(decimal: Int64(item))
        value.append(topic == .clicks ? "\",\"type\":\"click\"" : topic == .carts ? "\",\"type\":\"cart\"" : "\",\"type\":\"purchase\"")
        value.append(",\"timestamp\":")
        value.append(decimal: time.milliseconds)
        value.append(",\"price\":")
        value.append(decimal: Int64(1 + item % 90))
        value.append(".95,\"quantity\":1,\"currency\":\"EUR\"}")
    }
}
