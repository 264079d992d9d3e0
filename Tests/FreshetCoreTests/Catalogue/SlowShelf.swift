import FreshetKernels

@testable import FreshetCore

/// What may be shown, said anew from the records themselves: slow and obvious.
struct SlowShelf {
    private(set) var catalogue: [String: JSONValue] = [:]
    private(set) var rules: [String: JSONValue] = [:]

    mutating func apply(_ side: SideAct) {
        let value = side.value.flatMap { try? JSONValue($0) }
        switch side.topic {
        case .catalogue: catalogue[side.key] = value
        case .rules: rules[side.key] = value
        case .erasures: return
        }
    }

    private func path(_ item: String) -> String { catalogue[item]?["category"]?.string ?? "" }
    private func brand(_ item: String) -> String { catalogue[item]?["brand"]?.string ?? "" }

    private func isGeneral(_ rule: JSONValue) -> Bool { ["items", "categories", "brands"].allSatisfy { rule[$0] == nil } }

    func names(_ rule: JSONValue, _ item: String) -> Bool {
        func texts(_ name: String) -> [String] { rule[name]?.elements?.compactMap(\.string) ?? [] }
        return texts("items").contains(item) || !brand(item).isEmpty && texts("brands").contains(brand(item))
            || texts("categories").contains { path(item) == $0 || path(item).hasPrefix($0 + " > ") }
    }

    /// Why nobody is shown an item; `nil`: it may be shown.
    func bar(_ item: String) -> String? {
        if !catalogue.isEmpty, catalogue[item] == nil { return "unlisted" }
        if catalogue[item]?["available"]?.bool == false { return "unavailable" }
        return rules.filter { $0.value["type"]?.string == "hide" && names($0.value, item) }.keys.min()
    }

    /// Whether an item may be shown to who bought it so many milliseconds ago.
    func mayBeBoughtAgain(_ item: String, after silence: Int64) -> Bool {
        rules.values.contains { rule in
            guard rule["type"]?.string == "repurchase", isGeneral(rule) || names(rule, item), let days = rule["after_days"]?.number else {
                return false
            }
            return Double(silence) >= (days * 86_400_000).rounded()
        }
    }

    /// What a list breaks: more items of a group than a cap allows, two variants of one item.
    func broken(_ list: [String], pinned: Set<String>) -> [String] {
        var broken: [String] = []
        var parents: Set<String> = []
        for item in list {
            let parent = catalogue[item]?["parent_id"]?.string ?? item
            if !parents.insert(parent).inserted, !pinned.contains(item) { broken.append("\(item): a second variant of \(parent)") }
        }
        for (name, rule) in rules where rule["type"]?.string == "cap" {
            let byBrand = rule["by"]?.string == "brand"
            var counts: [String: Int] = [:]
            for item in list where isGeneral(rule) || names(rule, item) {
                let group = byBrand ? brand(item) : path(item)
                if !group.isEmpty, !pinned.contains(item) { counts[group, default: 0] += 1 }
            }
            for (group, count) in counts where count > Int(rule["max"]?.integer ?? 0) { broken.append("\(name): \(count) of \(group)") }
        }
        return broken
    }

    var pinnedItems: Set<String> {
        Set(rules.values.filter { $0["type"]?.string == "pin" }.flatMap { $0["items"]?.elements?.compactMap(\.string) ?? [] })
    }
}
