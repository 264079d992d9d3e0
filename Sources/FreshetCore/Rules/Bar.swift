/// Why an item is not shown, whatever it scores. The raw value is the order in which reasons are named: the least of them is.
enum Bar: UInt8 {
    /// Nothing speaks against it.
    case none
    /// Who asks left it out.
    case excluded
    /// It is none of those that were asked for.
    case filtered
    /// The user bought it, and did not send it back.
    case bought
    /// The catalogue says that it cannot be sold.
    case unavailable
    /// The catalogue does not hold it.
    case unlisted
    /// A rule hides it.
    case hidden

    /// The name in outputs; a hidden item goes by the name of its rule.
    var name: StaticString {
        switch self {
        case .none: "none"
        case .excluded: "excluded"
        case .filtered: "filtered"
        case .bought: "bought"
        case .unavailable: "unavailable"
        case .unlisted: "unlisted"
        case .hidden: "hidden"
        }
    }
}
