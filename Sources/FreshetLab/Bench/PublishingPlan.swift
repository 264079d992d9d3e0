/// What a daemon publishes while it is measured.
enum PublishingPlan: String, CaseIterable {
    /// Similar items only.
    case noLists = "no_lists"
    /// Every list for itself, and nothing beside them.
    case listPerEvent = "list_per_1"
    /// Similar items, and a list at every tenth event of a user; of a batch the user's last.
    case listPer10 = "list_per_10"

    /// The daemon's configuration: inputs and outputs have these prefixes, the group is named as the outputs' prefix. A load has few users for its
    /// rate, whose first ones do more than a shopper could: nobody is taken for a bot, which would cost less than a shopper does.
    func configuration(brokers: String, inputs: LoadTopics, outputs: String) -> String {
        let recommendations = self == .noLists ? "null" : "\(outputs)-recommendations"
        let similarItems = self == .listPerEvent ? "null" : "\(outputs)-similar-items"
        return """
            kafka: {brokers: "\(brokers)", group: \(outputs)}
            topics:
              events:
                - {name: \(inputs.clicks), type: click}
                - {name: \(inputs.carts), type: cart}
                - {name: \(inputs.purchases), type: purchase}
              recommendations: \(recommendations)
              similar_items: \(similarItems)
              dead_letters: \(outputs)-dead-letters
              journal: \(outputs)-journal
            events: {tick: off}
            cleaning: {bots: {enabled: off}}
            publish: {conflate: \(self != .listPerEvent), every: \(self == .listPer10 ? 10 : 1)}

            """
    }

    /// The topics that such a daemon makes.
    func outputTopics(_ outputs: String) -> [String] {
        let all = ["recommendations", "similar-items", "dead-letters", "journal"]
        let off = self == .noLists ? "recommendations" : self == .listPerEvent ? "similar-items" : ""
        return all.filter { $0 != off }.map { "\(outputs)-\($0)" }
    }
}
