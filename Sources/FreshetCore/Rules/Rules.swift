import FreshetKernels

/// What may be shown, and where: applied to each query's candidates, always and last.
final class Rules {
    /// What a rule did to a list.
    enum Effect: UInt8 {
        /// The item would stand in the list.
        case removed
        /// Its score was multiplied, and its place is another one.
        case boosted
        /// Its place is the one that a rule names.
        case pinned

        /// The name in outputs.
        var name: StaticString {
            switch self {
            case .removed: "removed"
            case .boosted: "boosted"
            case .pinned: "pinned"
            }
        }
    }

    /// One effect, and what it is owed to.
    struct Applied: BitwiseCopyable {
        var item: UInt32
        var effect: UInt8
        /// Why an item was removed; none where a rule did it, or where it is a variant of one above it.
        var bar: UInt8 = 0
        /// The rule, by number; `noRule`: no rule of the shop.
        var rule = RuleBook.noRule
    }

    private let items: Items
    private let catalogue: Catalogue
    let book: RuleBook
    /// By item: the bars of this query.
    @exclusivity(unchecked) private var barred = FlatList<UInt8>()
    @exclusivity(unchecked) private var barredItems = FlatList<UInt32>()
    private var filter: Request.Filter?
    /// What rules did to the list made last.
    @exclusivity(unchecked) private(set) var applied = FlatList<Applied>()
    // Scratch memory.
    @exclusivity(unchecked) private var arranged = FlatList<Scored>()
    private var slots = SlotCounts()
    private var pinned: [Pin] = []

    init(items: Items, catalogue: Catalogue, book: RuleBook) {
        self.items = items
        self.catalogue = catalogue
        self.book = book
    }

    deinit {
        barred.free()
        barredItems.free()
        applied.free()
        arranged.free()
    }

    /// Takes up the rules of one query.
    func begin(_ query: Query, _ request: Request) {
        for index in barredItems.indices { barred[Int(barredItems[index])] = 0 }
        barredItems.removeAll()
        applied.removeAll()
        pinned = []
        barred.extend(to: max(barred.count, items.ids.numbersEnd), with: 0)
        filter = request.filter
        for id in request.excluded {
            if let item = id.withView(items.ids.find) { bar(item, .excluded) }
        }
        for index in query.history.indices where query.history[index].isBought {
            let entry = query.history[index]
            let after = book.mark(of: entry.item).repurchaseAfter
            if after == RuleBook.never || query.now.milliseconds - entry.purchase.milliseconds < after { bar(entry.item, .bought) }
        }
    }

    private func bar(_ item: UInt32, _ reason: Bar) {
        guard barred[Int(item)] == 0 else { return }
        barred[Int(item)] = reason.rawValue
        barredItems.append(item)
    }

    /// Whether the item may be shown.
    @inline(__always) func allows(_ item: UInt32) -> Bool {
        if barred[Int(item)] != 0 { return false }
        if Int(item) < book.bars.count, book.bars[Int(item)] != 0 { return false }
        return filter == nil || passes(item)
    }

    private func passes(_ item: UInt32) -> Bool { filter?.passes(item, catalogue) ?? true }

    /// What an item's score is multiplied with.
    func boost(of item: UInt32) -> Double { book.mark(of: item).boost }

    /// Whether places depend on more than scores.
    var arranges: Bool { !book.caps.isEmpty || !book.pins.isEmpty || catalogue.parents.ids.count > 0 }

    // MARK: Naming

    /// Notes that a barred item would stand in the list.
    func noteRemoved(_ item: UInt32) {
        let reason: Bar =
            if let own = Bar(rawValue: barred[Int(item)]), own != .none { own } else if passes(item) { book.bar(of: item) } else { .filtered }
        let rule = reason == .hidden ? book.mark(of: item).hiddenBy : RuleBook.noRule
        applied.append(Applied(item: item, effect: Effect.removed.rawValue, bar: reason.rawValue, rule: rule))
    }

    /// Notes that an item's place is owed to its boosts, all of which are named.
    func noteBoosted(_ item: UInt32) {
        for number in book.matching(item) {
            if case .boost = book.rules[Int(number)]?.effect {
                applied.append(Applied(item: item, effect: Effect.boosted.rawValue, rule: number))
            }
        }
    }

    // MARK: Arranging

    /// Puts pinned items in their places, and takes out what caps and variants leave no room for; the best `limit` stay.
    func arrange(_ ranked: inout FlatList<Scored>, limit: Int) {
        arranged.removeAll()
        slots.begin(self.book, catalogue, items)
        pinned = pinnedItems(limit: limit)
        for pin in pinned { slots.take(pin.item) }
        var next = 0
        var at = 0
        while arranged.count < limit {
            if next < pinned.count, pinned[next].place <= arranged.count {
                place(pinned[next], ranked)
                next += 1
            } else if at < ranked.count {
                let candidate = ranked[at]
                at += 1
                guard !pinned.contains(where: { $0.item == candidate.number }) else { continue }
                if let refusal = slots.refusal(of: candidate.number) {
                    if applied.count < 2 * limit {
                        applied.append(Applied(item: candidate.number, effect: Effect.removed.rawValue, rule: refusal))
                    }
                } else {
                    slots.take(candidate.number)
                    arranged.append(candidate)
                }
            } else if next < pinned.count {
                place(pinned[next], ranked)
                next += 1
            } else {
                break
            }
        }
        swap(&ranked, &arranged)
    }

    /// Whether an item of the list made last has its place by a rule.
    func isPinned(_ item: UInt32) -> Bool { pinned.contains { $0.item == item } }

    private struct Pin {
        var item: UInt32
        /// From 0.
        var place: Int
        var rule: UInt32
    }

    /// Pinned items that may be shown, by place, each once; of two for one place the rule that comes first by name wins it.
    private func pinnedItems(limit: Int) -> [Pin] {
        var pins: [Pin] = []
        for number in book.pins {
            guard let rule = book.rules[Int(number)], case .pin(let position) = rule.effect else { continue }
            var place = position - 1
            for id in rule.items {
                guard let item = id.withView(items.ids.find), allows(item) else { continue }
                guard !pins.contains(where: { $0.item == item }) else { continue }
                while pins.contains(where: { $0.place == place }) { place += 1 }
                guard place < limit else { break }
                pins.append(Pin(item: item, place: place, rule: number))
            }
        }
        return pins.sorted { $0.place < $1.place }
    }

    private func place(_ pin: Pin, _ ranked: FlatList<Scored>) {
        let natural = ranked.indices.first { ranked[$0].number == pin.item }
        if natural != arranged.count { applied.append(Applied(item: pin.item, effect: Effect.pinned.rawValue, rule: pin.rule)) }
        arranged.append(Scored(number: pin.item, score: natural.map { ranked[$0].score } ?? 0))
    }
}

/// How many of each group stand in a list, by caps and by parents.
private struct SlotCounts {
    private var book: RuleBook?
    private var catalogue: Catalogue?
    private var items: Items?
    /// Groups and parents that were taken: (the cap's number, the group's), how often. Short: a list's length.
    private var taken: [(cap: UInt32, group: UInt32, count: Int)] = []
    private static let variants = RuleBook.noRule - 1

    mutating func begin(_ book: RuleBook, _ catalogue: Catalogue, _ items: Items) {
        (self.book, self.catalogue, self.items) = (book, catalogue, items)
        taken.removeAll(keepingCapacity: true)
    }

    /// The rule that leaves no room for an item, `noRule` where a variant of it stands in the list; `nil` where there is room.
    func refusal(of item: UInt32) -> UInt32? {
        guard let book else { return nil }
        if let parent = parent(of: item), count(SlotCounts.variants, parent) > 0 { return RuleBook.noRule }
        for number in book.caps(of: item) {
            guard case .cap(let by, let limit) = book.rules[Int(number)]?.effect, let group = group(of: item, by) else { continue }
            if count(number, group) >= limit { return number }
        }
        return nil
    }

    mutating func take(_ item: UInt32) {
        if let parent = parent(of: item) { add(SlotCounts.variants, parent) }
        for number in book?.caps(of: item) ?? [] {
            if case .cap(let by, _) = book?.rules[Int(number)]?.effect, let group = group(of: item, by) { add(number, group) }
        }
    }

    private func count(_ cap: UInt32, _ group: UInt32) -> Int { taken.first { $0.cap == cap && $0.group == group }?.count ?? 0 }

    private mutating func add(_ cap: UInt32, _ group: UInt32) {
        if let index = taken.firstIndex(where: { $0.cap == cap && $0.group == group }) {
            taken[index].count += 1
        } else {
            taken.append((cap, group, 1))
        }
    }

    /// The number of the parent whose slot an item takes: its own one where it has variants.
    private func parent(of item: UInt32) -> UInt32? {
        guard let catalogue, let items, catalogue.parents.ids.count > 0 else { return nil }
        let parent = catalogue[item].parent
        return parent == GroupTable.none ? catalogue.parents.ids.find(items.ids[item]) : parent
    }

    /// The group of an item that a cap counts; `nil` where it has none.
    private func group(of item: UInt32, _ by: Rule.Group) -> UInt32? {
        guard let row = catalogue?[item] else { return nil }
        let group = by == .category ? row.category : row.brand
        return group == GroupTable.none ? nil : group
    }
}
