import FreshetKernels

/// What the shop says of its items, and its rules: applied at the start of a batch, before its events.
extension Engine {
    /// Takes what the catalogue says of an item; `nil` takes the item out. Answers `false` where there is no room for it.
    func applyCatalogue(_ id: ByteView, _ record: CatalogueRecord?) -> Bool {
        beginChange()
        let known = items.ids.find(id)
        guard let record else {
            if let known { takeOut(known) }
            return true
        }
        // What the catalogue says throws no item out; an item of which no event tells leaves before all others.
        let hasRoom = catalogue.hasRoom(for: record, of: known, beside: signals.content.index.reckonedBytes)
        guard hasRoom, known != nil || items.ids.count < settings.itemsMax else { return false }
        let item = known ?? takeUp(id, at: .never)
        let category = catalogue.topCategory(of: item).text
        guard catalogue.put(item, record) else { return true }
        signals.content.index.put(item, record)
        moveCount(of: item, from: category)
        ruleBook.refresh(item)
        return true
    }

    private func takeOut(_ item: UInt32) {
        let category = catalogue.topCategory(of: item).text
        guard catalogue.remove(item) else { return }
        signals.content.index.remove(item)
        moveCount(of: item, from: category)
        ruleBook.refresh(item)
    }

    /// An item is popular in the category that the shop puts it in now.
    private func moveCount(of item: UInt32, from old: String) {
        let new = catalogue.topCategory(of: item)
        old.withView { old in
            guard old != new else { return }
            signals.popularity.move(item, from: old, to: new)
        }
    }

    /// Takes a rule; `nil` takes back the one of the name. Answers `false` where there are too many.
    func applyRule(_ name: ByteView, _ rule: Rule?) -> Bool {
        beginChange()
        guard let rule else {
            ruleBook.remove(name)
            return true
        }
        return ruleBook.put(name, rule)
    }

    /// Ends a run of `applyCatalogue` and `applyRule`: what follows from them holds from here on.
    func finishCatalogue() { ruleBook.refreshAll() }

    /// Forgets what the last change told of itself.
    func beginChange() {
        lastUser = nil
        lastItem = nil
        departedUsers.removeAll()
        departedItems.removeAll()
    }
}
