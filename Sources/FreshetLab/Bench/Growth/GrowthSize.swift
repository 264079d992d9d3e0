/// What was measured of a shop of one size.
struct GrowthSize: Equatable {
    /// How many items a larger shop has.
    enum Assortment: String, CaseIterable {
        /// A fifth as many as users.
        case proportional
        /// Always as many.
        case fixed
    }

    /// What is held.
    struct Memory: Equatable {
        /// Bytes a user, with all that is known of the user.
        var user: Double
        /// Bytes an item, without its pairs.
        var item: Double
        /// Bytes a pair of items.
        var pair: Double
        /// MiB in all.
        var total: Double
        /// How many pairs there are.
        var pairs: Double
    }

    /// The events come in so many parts; the cost is that of the second half of them.
    static let chunks = 20
    static let listRounds = 10
    static let listsARound = 500

    let users: Int
    let items: Int
    var assortment = Assortment.proportional
    var memory: Memory
    /// Nanoseconds of decoding and applying an event.
    var event: Spread?
    /// Microseconds of choosing and encoding a list of 20.
    var list: Spread?

    init(users: Int, items: Int, memory: Memory) {
        self.users = users
        self.items = items
        self.memory = memory
    }
}
