public import FreshetKernels

/// Draws ranks by Zipf's law: rank k (from 0) comes up with a probability proportional to 1 / (k + 1 + offset).
///
/// An offset (Mandelbrot's) keeps the first ranks from standing out.
/// The exponent is 1, so that the weights need divisions only and are the same on every machine.
public struct ZipfSampler: Sendable {
    /// The sums of the weights up to each rank.
    private let cumulative: [Double]

    /// A sampler of the ranks `0..<count`; `count` must be positive.
    public init(count: Int, offset: Int = 0) {
        precondition(count > 0, "Zipf's law needs at least one rank")
        var sum = 0.0
        cumulative = (0..<count).map { rank in
            sum += 1 / Double(rank + 1 + offset)
            return sum
        }
    }

    /// The number of ranks.
    public var count: Int { cumulative.count }

    /// A rank, in time logarithmic in their number.
    public func next(_ random: inout SplitMix64) -> Int {
        let target = random.nextUnit() * cumulative[count - 1]
        var low = 0
        var high = count - 1
        while low < high {
            let middle = (low + high) / 2
            if cumulative[middle] > target { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
