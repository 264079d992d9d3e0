import FreshetKernels

/// What an item's table holds of one neighbour: the pair's count, the co-rating users, and the directed, typed links from item to neighbour.
///
/// A link of a kind counts the users whose last actions on both items fall into its span, the second not before the first. It is a function
/// of the live history alone, so links commute and can be undone like counts.
struct PairCell: BitwiseCopyable, Equatable {
    /// Σ min(r(u,p), r(u,q)).
    var count: Int32 = 0
    /// Users with both items in their live history.
    var users: Int32 = 0
    /// Click here, then cart or purchase there within 24 hours.
    var clickToBuy: Int32 = 0
    /// Cart here, then purchase there within 24 hours.
    var cartToPurchase: Int32 = 0
    /// Purchase here, then purchase there within 24 hours (the same order included).
    var purchaseToPurchase: Int32 = 0
    /// Click here, then click there within 12 hours.
    var clickToClick: Int32 = 0

    static let buySpan: Int64 = 24 * 3_600_000
    static let clickSpan: Int64 = 12 * 3_600_000

    /// No count.
    init() {}

    /// The links that one user's shares of two items make.
    static func links(from first: HistoryShare, to second: HistoryShare) -> PairCell {
        var cell = PairCell()
        cell.clickToBuy = within(first.click, second.cart, buySpan) | within(first.click, second.purchase, buySpan)
        cell.cartToPurchase = within(first.cart, second.purchase, buySpan)
        cell.purchaseToPurchase = within(first.purchase, second.purchase, buySpan)
        cell.clickToClick = within(first.click, second.click, clickSpan)
        return cell
    }

    /// 1 where both happened, the second not before the first and at most `span` after it; without a branch, since any answer is likely.
    @inline(__always) private static func within(_ first: EventTime, _ second: EventTime, _ span: Int64) -> Int32 {
        // As unsigned numbers negative distances, and those from or to never, are longer than any span; but not from never to never.
        let isNear = UInt64(bitPattern: second.milliseconds &- first.milliseconds) <= UInt64(span)
        return (isNear ? 1 : 0) & (second != .never ? 1 : 0)
    }

    /// What a delta leaves in a table that did not hold the pair: its gains. One co-rating user at least is sure.
    init(gainOf delta: PairCell) {
        count = max(delta.count, 0)
        users = max(delta.users, 1)
        clickToBuy = max(delta.clickToBuy, 0)
        cartToPurchase = max(delta.cartToPurchase, 0)
        purchaseToPurchase = max(delta.purchaseToPurchase, 0)
        clickToClick = max(delta.clickToClick, 0)
    }

    /// Whether nothing changes.
    var isZero: Bool { count | users == 0 && !hasLinks }

    /// Whether there is any link.
    var hasLinks: Bool { clickToBuy | cartToPurchase | purchaseToPurchase | clickToClick != 0 }

    /// Whether anything is gained.
    var hasGain: Bool { max(count, users, max(clickToBuy, cartToPurchase, max(purchaseToPurchase, clickToClick))) > 0 }

    /// Adds a delta; nothing falls below 0 (a pair that came back after eviction is a lower bound).
    mutating func add(_ delta: PairCell) {
        count = max(count + delta.count, 0)
        users = max(users + delta.users, 0)
        guard delta.hasLinks else { return }
        clickToBuy = max(clickToBuy + delta.clickToBuy, 0)
        cartToPurchase = max(cartToPurchase + delta.cartToPurchase, 0)
        purchaseToPurchase = max(purchaseToPurchase + delta.purchaseToPurchase, 0)
        clickToClick = max(clickToClick + delta.clickToClick, 0)
    }

    /// The difference of two sets of links.
    static func - (left: PairCell, right: PairCell) -> PairCell {
        var cell = PairCell()
        cell.clickToBuy = left.clickToBuy - right.clickToBuy
        cell.cartToPurchase = left.cartToPurchase - right.cartToPurchase
        cell.purchaseToPurchase = left.purchaseToPurchase - right.purchaseToPurchase
        cell.clickToClick = left.clickToClick - right.clickToClick
        return cell
    }

    /// Appends the cell.
    func encode(into bytes: ByteBuffer) {
        bytes.append(littleEndian: count)
        bytes.append(littleEndian: users)
        bytes.append(littleEndian: clickToBuy)
        bytes.append(littleEndian: cartToPurchase)
        bytes.append(littleEndian: purchaseToPurchase)
        bytes.append(littleEndian: clickToClick)
    }

    /// Reads a cell.
    init(from reader: inout ByteReader) throws(CodecError) {
        count = try reader.integer()
        users = try reader.integer()
        clickToBuy = try reader.integer()
        cartToPurchase = try reader.integer()
        purchaseToPurchase = try reader.integer()
        clickToClick = try reader.integer()
    }
}
