import FreshetKernels

/// What the shop says of its items, and its rules: applied at the start of a batch, before its events.
extension Engine {
    /// Takes what the catalogue says of an item; `nil` takes the item out.
    func applyCatalogue(_ id: ByteView, _ record: CatalogueRecord?) {
        beginChange()
        guard let record else {
            guard let item = items.ids.find(id), catalogue.remove(item) else { return }
            return ruleBook.refresh(item)
        }
        // An item of which no event tells leaves before all others.
        let item = items.ids.find(id) ?? takeUp(id, at: .never)
        if catalogue.put(item, record) { ruleBook.refresh(item) }
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
