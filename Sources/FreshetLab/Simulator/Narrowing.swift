/// The shortest part of `entries` found that still `fails`: parts are left out, ever smaller ones, until no single entry can be spared
/// (delta debugging; Zeller and Hildebrandt, 2002).
func narrowing<Entry>(_ entries: [Entry], _ fails: ([Entry]) -> Bool) -> [Entry] {
    var kept = entries
    var size = max(kept.count / 2, 1)
    while !kept.isEmpty {
        var isShorter = false
        var start = 0
        while start < kept.count {
            let end = min(start + size, kept.count)
            let rest = Array(kept[..<start] + kept[end...])
            if fails(rest) {
                kept = rest
                isShorter = true
            } else {
                start = end
            }
        }
        if size == 1, !isShorter { return kept }
        if !isShorter { size = max(size / 2, 1) }
        size = min(size, max(kept.count, 1))
    }
    return kept
}
