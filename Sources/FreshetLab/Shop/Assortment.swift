import FreshetKernels

/// The shop's shelves: categories, and in each of them styles whose items are looked at together.
struct Assortment: Sendable {
    static let categories = [
        "shoes", "boots", "shirts", "jackets", "jeans", "socks", "bags", "watches", "lamps", "chairs", "desks", "rugs",
        "plates", "knives", "kettles", "books", "games", "puzzles", "phones", "cables", "speakers", "bikes", "tents", "seeds",
    ]
    static let stylesPerCategory = 5

    let itemsPerCategory: Int
    private let categoryRanks = ZipfSampler(count: categories.count)
    private let itemRanks: ZipfSampler
    private let styleRanks: ZipfSampler

    init(items: Int) {
        itemsPerCategory = max(items / Assortment.categories.count, Assortment.stylesPerCategory * 2)
        itemRanks = ZipfSampler(count: itemsPerCategory)
        styleRanks = ZipfSampler(count: itemsPerCategory / Assortment.stylesPerCategory)
    }

    /// The item's id, as `lamps-17`.
    func id(of item: Int) -> String { "\(Assortment.categories[category(of: item)])-\(item % itemsPerCategory)" }

    func category(of item: Int) -> Int { item / itemsPerCategory }

    /// The item's price in hundredths, from 1.99 to 199.99.
    func cents(of item: Int) -> Int { Int(SplitMix64.mix(UInt64(item)) % 199) * 100 + 199 }

    /// A category; which ones are popular depends on the season.
    func anyCategory(season: Int, _ random: inout SplitMix64) -> Int {
        (categoryRanks.next(&random) + season * 7) % Assortment.categories.count
    }

    /// An item of a category.
    func item(in category: Int, season: Int, _ random: inout SplitMix64) -> Int {
        let place = (itemRanks.next(&random) + season * itemsPerCategory / 3) % itemsPerCategory
        return category * itemsPerCategory + place
    }

    /// An item of a style: every `stylesPerCategory`-th of the category.
    func item(in category: Int, style: Int, season: Int, _ random: inout SplitMix64) -> Int {
        let places = itemsPerCategory / Assortment.stylesPerCategory
        let place = (styleRanks.next(&random) + season * places / 3) % places
        return category * itemsPerCategory + place * Assortment.stylesPerCategory + style
    }
}
