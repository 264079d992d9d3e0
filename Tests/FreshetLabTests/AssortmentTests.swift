import FreshetKernels
import Testing

@testable import FreshetLab

@Suite struct AssortmentTests {
    @Test(arguments: [1, 240, 1200, 5000]) func everyItemHasItsOwnIdUnderItsCategory(_ items: Int) {
        let assortment = Assortment(items: items)
        let count = assortment.itemsPerCategory * Assortment.categories.count
        var ids: Set<String> = []
        for item in 0..<count {
            let id = assortment.id(of: item)
            ids.insert(id)
            #expect(id.hasPrefix(Assortment.categories[assortment.category(of: item)] + "-"))
        }
        #expect(ids.count == count && count >= items / 24 * 24)
    }

    @Test func drawnItemsStayInTheirCategoryAndStyle() {
        let assortment = Assortment(items: 1200)
        var random = SplitMix64(seed: 1)
        for round in 0..<5000 {
            let category = assortment.anyCategory(season: round % 5, &random)
            let style = random.next(below: Assortment.stylesPerCategory)
            let free = assortment.item(in: category, season: round % 5, &random)
            let styled = assortment.item(in: category, style: style, season: round % 5, &random)
            #expect(assortment.category(of: free) == category && assortment.category(of: styled) == category)
            #expect(styled % assortment.itemsPerCategory % Assortment.stylesPerCategory == style)
        }
    }

    @Test func anItemsPriceIsItsOwnAndInRange() {
        let assortment = Assortment(items: 1200)
        let prices = (0..<1200).map(assortment.cents)
        #expect(prices.allSatisfy { (199...19_999).contains($0) })
        #expect(prices == (0..<1200).map(assortment.cents))
        #expect(Set(prices).count > 100, "they differ")
    }

    @Test func anotherSeasonHasOtherFavourites() {
        let assortment = Assortment(items: 1200)
        func favourite(_ season: Int) -> Int? {
            var random = SplitMix64(seed: 3)
            var counts: [Int: Int] = [:]
            for _ in 0..<3000 { counts[assortment.anyCategory(season: season, &random), default: 0] += 1 }
            return counts.max { $0.value < $1.value }?.key
        }
        #expect(Set((0..<4).map(favourite)).count == 4)
    }
}
