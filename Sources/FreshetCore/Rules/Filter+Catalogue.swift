import FreshetKernels

extension Request.Filter {
    /// Whether an item is one of those that are asked for.
    func passes(_ item: UInt32, _ catalogue: Catalogue) -> Bool {
        let row = catalogue[item]
        guard row.isListed else { return false }
        if let priceMax, !(row.price <= priceMax) { return false }
        if let priceMin, !(row.price >= priceMin) { return false }
        if !brand.isEmpty {
            guard row.brand != GroupTable.none, catalogue.brands.ids[row.brand].text == brand else { return false }
        }
        if category.isEmpty { return true }
        guard row.category != GroupTable.none else { return false }
        let path = catalogue.categories.ids[row.category].text
        let wanted = Catalogue.path(category)
        return path == wanted || path.hasPrefix(Catalogue.path(category + [""]))
    }
}
