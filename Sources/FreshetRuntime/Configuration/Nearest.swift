/// The word of `words` that is least different from `word` (insertions, deletions, replacements and swaps of neighbours); the first of equals.
public func nearest(to word: String, among words: [String]) -> String? {
    words.map { (word: $0, distance: editDistance(word, $0)) }.min { $0.distance < $1.distance }?.word
}

/// The number of single-letter insertions, deletions, replacements and swaps of neighbours between two words (restricted Damerau–Levenshtein).
public func editDistance(_ left: String, _ right: String) -> Int {
    let a = Array(left.utf8), b = Array(right.utf8)
    var beforePrevious: [Int] = []
    var previous = Array(0...b.count)
    for i in a.indices {
        var current = [i + 1]
        for j in b.indices {
            var best = min(previous[j + 1] + 1, current[j] + 1, previous[j] + (a[i] == b[j] ? 0 : 1))
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, beforePrevious[j - 1] + 1) }
            current.append(best)
        }
        beforePrevious = previous
        previous = current
    }
    return previous[b.count]
}
