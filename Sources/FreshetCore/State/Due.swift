/// When something is due for a row.
struct Due: BitwiseCopyable {
    /// The time.
    var time: EventTime
    /// The row's number.
    var number: UInt32

    /// By time, then number.
    static func precedes(_ left: Due, _ right: Due) -> Bool {
        left.time != right.time ? left.time < right.time : left.number < right.number
    }
}
