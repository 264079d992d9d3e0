extension EventFormat {
    /// The names of the presets.
    public static let presetNames = ["freshet", "retailrocket", "otto", "rees46", "taobao", "sessions"]

    /// The preset of that name.
    public static func preset(_ name: String) -> EventFormat? {
        switch name {
        case "freshet": .freshet
        case "retailrocket": .retailrocket
        case "otto": .otto
        case "rees46": .rees46
        case "taobao": .taobao
        case "sessions": .sessions
        default: nil
        }
    }

    /// Freshet's own records: a JSON object each, the names of `EventField`.
    public static let freshet = EventFormat(
        name: "freshet", container: .json,
        fields: EventField.allCases.map { ($0, [$0.name.description]) },
        types: EventType.allCases.map { TypeName($0.name.description, $0) }, time: .rfc3339)

    /// RetailRocket's `events.csv`, with its publisher's header or that of the sample with sessions.
    public static let retailrocket = EventFormat(
        name: "retailrocket", container: .header,
        fields: [
            (.time, ["timestamp", "ts_ms"]), (.user, ["visitorid"]), (.type, ["event", "type"]), (.item, ["itemid"]),
            (.order, ["transactionid"]), (.session, ["session_id"]),
        ],
        types: [TypeName("view", .click), TypeName("addtocart", .cart), TypeName("transaction", .purchase)], time: .milliseconds)

    /// OTTO's JSON lines: a session each, which stands for the user.
    public static let otto: EventFormat = {
        var format = EventFormat(
            name: "otto", container: .jsonSessions(events: "events"),
            fields: [(.session, ["session"]), (.item, ["aid"]), (.time, ["ts"]), (.type, ["type"])],
            types: [TypeName("clicks", .click), TypeName("carts", .cart), TypeName("orders", .purchase)], time: .milliseconds)
        format.sessionIsUser = true
        format.idsMayBeNumbers = true
        return format
    }()

    /// The multi-category store's monthly files that REES46 published.
    public static let rees46 = EventFormat(
        name: "rees46", container: .header,
        fields: [
            (.time, ["event_time"]), (.type, ["event_type"]), (.item, ["product_id"]), (.price, ["price"]), (.user, ["user_id"]),
            (.session, ["user_session"]),
        ],
        types: [
            TypeName("view", .click), TypeName("cart", .cart), TypeName("remove_from_cart", .removeFromCart), TypeName("purchase", .purchase),
        ], time: .utc)

    /// Alibaba's `UserBehavior.csv`: no header; favourites are ignored.
    public static let taobao = EventFormat(
        name: "taobao", container: .columns([.user, .item, nil, .type, .time]), fields: [],
        types: [TypeName("pv", .click), TypeName("cart", .cart), TypeName("buy", .purchase), TypeName("fav", nil)], time: .seconds)

    /// Logs of sessions, cells separated by TAB or comma, as of the RecSys Challenge 2015: a session stands for the user.
    ///
    /// Without a column of types every event is a click. Without one of times, line n happens n seconds after the epoch.
    public static let sessions: EventFormat = {
        var format = EventFormat(
            name: "sessions", container: .header,
            fields: [
                (.session, ["SessionId", "session_id", "session"]), (.item, ["ItemId", "item_id", "item"]),
                (.time, ["Time", "timestamp", "ts"]), (.type, ["Type", "event"]),
            ],
            types: EventType.allCases.map { TypeName($0.name.description, $0) }, time: .seconds)
        format.impliedType = .click
        format.sessionIsUser = true
        format.linesTellTime = true
        return format
    }()
}
