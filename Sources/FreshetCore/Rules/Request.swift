/// What who asks for a list wants of it, beside its length.
public struct Request: Sendable {
    /// The items that are asked for; what the catalogue does not say is not asked for.
    public struct Filter: Equatable, Sendable {
        /// The path of the category that they lie in, or below.
        public var category: [String] = []
        /// Their brand; empty: any.
        public var brand = ""
        /// The most that they cost.
        public var priceMax: Double?
        /// The least that they cost.
        public var priceMin: Double?

        /// Any item.
        public init() {}
    }

    /// Ids of items that are left out.
    public var excluded: [String] = []
    /// The items that are asked for; `nil`: all.
    public var filter: Filter?
    /// The segment of shoppers that the user belongs to, where that is known otherwise than by events; empty: it is not.
    public var segment = ""

    /// Whatever there is.
    public init() {}
}
