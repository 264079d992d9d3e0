extension EngineSettings {
    /// Settings of who is taken for a bot: what it does is in its own profile and nowhere else.
    ///
    /// The limits are far above what a shopper does. They need not be tight: what a bot has counted for until then is taken back.
    public struct BotSettings: Sendable, Equatable {
        /// Whether anybody is.
        public var enabled = true
        /// Clicks, carts and purchases of a user in an hour, 1…60,000 (`events_per_hour_max`). One each second of it.
        public var eventsPerHourMax = 3_600
        /// Items in a day that are new to the user's history, 1…60,000 (`items_per_day_max`).
        public var itemsPerDayMax = 10_000
        /// Equal gaps between a user's events, one behind the other, those of whole seconds left out, 1…60,000 (`equal_gaps_max`).
        public var equalGapsMax = 1_000
        /// How long a bot must have kept within all limits to count as a shopper again (`parole`).
        public var parole: Int64 = 86_400_000

        /// The defaults.
        public init() {}
    }

    /// Settings of the alarm about the shop's tracking. They shape no state.
    public struct TrackingSettings: Sendable, Equatable {
        /// Events of a type that an hour must let expect to be judged (`expected_min`).
        public var expectedMin = 50
        /// An hour with less than this part of what was expected raises the alarm (`fall_below`), in thousandths.
        public var fallBelow: Int32 = 200
        /// So does an hour with more than so many times what was expected (`rise_above`), in thousandths.
        public var riseAbove: Int32 = 5_000

        /// The defaults.
        public init() {}
    }
}
