import FreshetKernels

/// A decayed count of people: each counts with its last click, cart and purchase, as long as its live history holds them.
extension DecayedCount {
    /// A thousandth of a click: less than that of a count of which something was taken back is rounding.
    private static let countLeast = DecayedCount.one >> 10

    /// What counts of somebody changed.
    mutating func apply(_ change: ShareChange, halfLife: Int64) {
        replace(change.old.click, with: change.new.click, change.weights.click, halfLife)
        replace(change.old.cart, with: change.new.cart, change.weights.cart, halfLife)
        replace(change.old.purchase, with: change.new.purchase, change.weights.purchase, halfLife)
    }

    private mutating func replace(_ old: EventTime, with new: EventTime, _ weight: Int32, _ halfLife: Int64) {
        guard old != new else { return }
        let units = Int64(weight) * DecayedCount.one
        if new != .never { add(units, at: new.milliseconds, halfLife: halfLife) }
        guard old != .never else { return }
        subtract(units, at: old.milliseconds, halfLife: halfLife)
        if mantissa < DecayedCount.countLeast { mantissa = 0 }
    }
}
