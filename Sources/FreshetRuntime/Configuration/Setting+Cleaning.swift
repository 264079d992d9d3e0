import FreshetCore

extension Setting {
    static let cleaning: [Setting] = bots + tracking

    private static let paroles: ClosedRange<Int64> = 3_600_000...10 * 365 * 86_400_000

    private static let bots: [Setting] = [
        flag("cleaning.bots.enabled", \.engine.bots.enabled, "Whether users beyond a limit are taken for bots, and count in their own lists only."),
        integer(
            "cleaning.bots.events_per_hour_max", \.engine.bots.eventsPerHourMax, 1...60_000,
            "Clicks, carts and purchases of a user in an hour of event time."),
        integer(
            "cleaning.bots.items_per_day_max", \.engine.bots.itemsPerDayMax, 1...60_000,
            "Items in a day of event time that are new to the user's history."),
        integer(
            "cleaning.bots.equal_gaps_max", \.engine.bots.equalGapsMax, 1...60_000,
            "Gaps between a user's events, one behind the other, that are equal within a tenth; those of whole seconds are passed over."),
        duration(
            "cleaning.bots.parole", \.engine.bots.parole, paroles,
            "How long a bot must have kept within the limits to count as a shopper again."),
    ]

    private static let tracking: [Setting] = [
        integer(
            "cleaning.tracking.expected_min", \.engine.tracking.expectedMin, 10...1_000_000_000,
            "Events of a type that the same hour of the weeks before must let expect, so that an hour is judged."),
        share(
            "cleaning.tracking.fall_below", \.engine.tracking.fallBelow,
            "An hour with less than this part of the expected events raises a warning; 0 never does."),
        share(
            "cleaning.tracking.rise_above", \.engine.tracking.riseAbove,
            "An hour with more than so many times the expected events raises a warning."),
    ]
}
