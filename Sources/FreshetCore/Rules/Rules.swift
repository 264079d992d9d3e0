import FreshetKernels

/// What may not be shown, whatever it scores. Rules run last, always.
///
/// This version leaves out what the user already bought and did not send back.
final class Rules {
    @exclusivity(unchecked) private var banned = FlatList<Bool>()
    @exclusivity(unchecked) private var bannedItems = FlatList<UInt32>()

    deinit {
        banned.free()
        bannedItems.free()
    }

    /// Takes up the rules of one query; `itemsEnd` is one more than the largest item number.
    func begin(_ query: Query, itemsEnd: Int) {
        for index in bannedItems.indices { banned[Int(bannedItems[index])] = false }
        bannedItems.removeAll()
        banned.extend(to: max(banned.count, itemsEnd), with: false)
        for index in query.history.indices where query.history[index].isBought { ban(query.history[index].item) }
    }

    /// Whether the item may be shown.
    @inline(__always) func allows(_ item: UInt32) -> Bool { !banned[Int(item)] }

    private func ban(_ item: UInt32) {
        banned[Int(item)] = true
        bannedItems.append(item)
    }
}
