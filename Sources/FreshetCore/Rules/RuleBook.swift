import FreshetKernels

/// The shop's rules by their names, and what follows from them and from the catalogue for each item.
///
/// What follows is derived: it is brought up to date where a rule or a row of the catalogue changes, never by a query.
final class RuleBook {
    /// Stands for "no rule".
    static let noRule = UInt32.max
    /// Rules that are kept; one more is refused.
    static let rulesMax = 1_000
    /// The bytes of their names and texts, at most; each text stands twice.
    static let textBytesMax = 16 << 20
    /// Never, as the time after which something may be bought again.
    static let never = Int64.max

    /// What follows for one item, beside its bar.
    struct Mark: BitwiseCopyable {
        /// The rule that hides it, the first by name.
        var hiddenBy = RuleBook.noRule
        /// The product of all boosts.
        var boost = 1.0
        /// The time after which it may be shown to who bought it; the shortest of all rules.
        var repurchaseAfter = RuleBook.never
    }

    let names = IDTable()
    let changed = ChangedRows()
    /// By number; `nil` where the number is free.
    private(set) var rules: [Rule?] = []
    private let items: Items
    private let catalogue: Catalogue

    /// By item: the raw value of its `Bar`, none of those that depend on who asks. Empty where there is neither a rule nor a catalogue.
    @exclusivity(unchecked) private(set) var bars = FlatList<UInt8>()
    @exclusivity(unchecked) private(set) var marks = FlatList<Mark>()
    /// Caps and pins, by name.
    private(set) var caps: [UInt32] = []
    private(set) var pins: [UInt32] = []
    private var areCapsGeneral = true
    /// Whether any rule multiplies scores.
    private(set) var hasBoosts = false
    private var textBytes = 0
    private var ranks: [Int] = []
    private var general: [UInt32] = []
    private var byItem = RuleTargets()
    private var byCategory = RuleTargets()
    private var byBrand = RuleTargets()
    /// What follows for all items is out of date.
    private var isStale = false
    private var hadCatalogue = false
    /// An item that was shown may not be any more, since `takeClosed` asked.
    private var hasClosed = false

    init(items: Items, catalogue: Catalogue) {
        self.items = items
        self.catalogue = catalogue
    }

    deinit {
        bars.free()
        marks.free()
    }

    /// Whether anything follows for items.
    var isActive: Bool { names.count > 0 || catalogue.count > 0 }

    /// Bytes of memory held.
    var byteCount: Int { names.byteCount + bars.byteCount + marks.byteCount + changed.byteCount + 2 * textBytes }

    // MARK: Rules

    /// Takes a rule in the place of an earlier one of its name. Answers `false` where there are too many, or too long ones.
    func put(_ name: ByteView, _ rule: Rule) -> Bool {
        let replaced = names.find(name).flatMap { rules[Int($0)]?.textBytes } ?? 0
        guard names.find(name) != nil || names.count < RuleBook.rulesMax else { return false }
        guard textBytes - replaced + rule.textBytes <= RuleBook.textBytesMax else { return false }
        textBytes += rule.textBytes - replaced
        changed.touch(names.find(name) ?? names.nextNumber)
        let number = Int(names.intern(name).number)
        while rules.count <= number { rules.append(nil) }
        isStale = isStale || rules[number] != rule
        rules[number] = rule
        return true
    }

    /// Forgets the rule of a name, where there is one.
    func remove(_ name: ByteView) {
        guard let number = names.find(name) else { return }
        changed.touch(number)
        textBytes -= rules[Int(number)]?.textBytes ?? 0
        names.remove(number)
        rules[Int(number)] = nil
        isStale = true
    }

    /// Takes a stored rule. Answers `false` where its name or number is taken.
    func restore(_ name: ByteView, as number: UInt32, _ rule: Rule) -> Bool {
        guard names.restore(name, as: number) else { return false }
        while rules.count <= Int(number) { rules.append(nil) }
        rules[Int(number)] = rule
        textBytes += rule.textBytes
        isStale = true
        return true
    }

    /// Makes what is derived after the last row: nothing has changed by it.
    func finishRestore() {
        names.finishRestore()
        refreshAll()
        hasClosed = false
    }

    // MARK: What follows

    /// Brings what follows for one item up to date: it was taken up, or its row of the catalogue changed.
    func refresh(_ item: UInt32, isNew: Bool = false) {
        guard isActive, !isStale else { return }
        bars.extend(to: max(bars.count, items.ids.numbersEnd), with: 0)
        marks.extend(to: bars.count, with: Mark())
        settle(item, isNew: isNew)
    }

    /// Whether an item may not be shown any more that was, since the last call.
    func takeClosed() -> Bool {
        defer { hasClosed = false }
        return hasClosed
    }

    /// Brings what follows for all items up to date, where a rule changed or the catalogue got its first item or lost its last.
    func refreshAll() {
        let hasCatalogue = catalogue.count > 0
        guard isStale || hasCatalogue != hadCatalogue || !isActive && !bars.isEmpty else { return }
        if isStale { order() }
        (isStale, hadCatalogue) = (false, hasCatalogue)
        guard isActive else {
            bars.removeAll()
            return marks.removeAll()
        }
        bars.extend(to: items.ids.numbersEnd, with: 0)
        marks.extend(to: bars.count, with: Mark())
        for item in bars.indices where items.ids.contains(number: UInt32(item)) { settle(UInt32(item)) }
    }

    private func order() {
        var sorted = names.sortedNumbers()
        let ordered = sorted.indices.map { sorted[$0] }
        sorted.free()
        ranks = Array(repeating: 0, count: rules.count)
        for (rank, number) in ordered.enumerated() { ranks[Int(number)] = rank }
        (caps, pins, general, hasBoosts, areCapsGeneral) = ([], [], [], false, true)
        (byItem, byCategory, byBrand) = (RuleTargets(), RuleTargets(), RuleTargets())
        for number in ordered {
            guard let rule = rules[Int(number)] else { continue }
            switch rule.effect {
            case .cap: caps.append(number)
            case .pin: pins.append(number)
            case .boost: hasBoosts = true
            case .hide, .repurchase: break
            }
            if rule.isGeneral { general.append(number) }
            if case .cap = rule.effect, !rule.isGeneral { areCapsGeneral = false }
            for item in rule.items { byItem.add(number, to: item) }
            for brand in rule.brands { byBrand.add(number, to: brand) }
            for path in rule.categories { byCategory.add(number, to: Catalogue.path(path)) }
        }
    }

    /// The rules that name an item, by name.
    func matching(_ item: UInt32) -> [UInt32] {
        var found = general
        found += byItem[items.ids[item]]
        let row = catalogue[item]
        if row.brand != GroupTable.none { found += byBrand[catalogue.brands.ids[row.brand]] }
        if row.category != GroupTable.none, !byCategory.isEmpty {
            let path = catalogue.categories.ids[row.category]
            for end in 1...path.count where end == path.count || path[end] == Catalogue.levelSeparator { found += byCategory[path[0..<end]] }
        }
        guard found.count > 1 else { return found }
        found.sort { ranks[Int($0)] < ranks[Int($1)] }
        var unique: [UInt32] = []
        for number in found where unique.last != number { unique.append(number) }
        return unique
    }

    private func settle(_ item: UInt32, isNew: Bool = false) {
        var mark = Mark()
        for number in matching(item) {
            switch rules[Int(number)]?.effect {
            case .hide: if mark.hiddenBy == RuleBook.noRule { mark.hiddenBy = number }
            case .boost(let factor): mark.boost *= factor
            case .repurchase(let after): mark.repurchaseAfter = min(mark.repurchaseAfter, after)
            case .cap, .pin, nil: break
            }
        }
        marks[Int(item)] = mark
        let row = catalogue[item]
        let bar: Bar =
            if !row.isListed, catalogue.count > 0 {
                .unlisted
            } else if row.isListed, !row.isAvailable {
                .unavailable
            } else {
                mark.hiddenBy == RuleBook.noRule ? .none : .hidden
            }
        if bars[Int(item)] == 0, bar != .none, !isNew { hasClosed = true }
        bars[Int(item)] = bar.rawValue
    }

    /// The caps that count an item.
    func caps(of item: UInt32) -> [UInt32] { areCapsGeneral ? caps : matching(item).filter(caps.contains) }

    /// What bars an item, whoever asks.
    func bar(of item: UInt32) -> Bar { Int(item) < bars.count ? Bar(rawValue: bars[Int(item)]) ?? .none : .none }

    /// What follows for an item, beside its bar.
    func mark(of item: UInt32) -> Mark { Int(item) < marks.count ? marks[Int(item)] : Mark() }
}

/// Which rules name a text.
struct RuleTargets {
    private let texts = IDTable()
    private var rules: [[UInt32]] = []

    var isEmpty: Bool { rules.isEmpty }

    mutating func add(_ rule: UInt32, to text: String) {
        let number = Int(text.withView { texts.intern($0).number })
        if number == rules.count { rules.append([]) }
        rules[number].append(rule)
    }

    subscript(text: ByteView) -> [UInt32] { texts.find(text).map { rules[Int($0)] } ?? [] }
}

// MARK: Stored rows

extension RuleBook {
    /// Appends a rule's row.
    func encode(_ number: UInt32, into bytes: ByteBuffer) {
        bytes.append(id: names[number])
        rules[Int(number)]?.encode(into: bytes)
    }

    /// Takes a rule's stored row.
    func decode(_ number: UInt32, from reader: inout ByteReader) throws(CodecError) {
        let name = try reader.id()
        guard restore(name, as: number, try Rule(from: &reader)) else { throw CodecError(message: "its name stands in another row too") }
    }
}
