import FreshetKernels

/// What a user searched for: the words, folded, with a blank between two of them, and when it last did.
struct Search: BitwiseCopyable {
    /// Words of one search; what stands behind them is left out.
    static let wordsMax = 16
    /// Bytes of its words together, blanks included.
    static let bytesMax = 256
    static let blank = UInt8(ascii: " ")

    /// The words; not empty.
    var words: FlatList<UInt8>
    /// The last time.
    var time: EventTime

    /// A search at a time; the holder frees `words`.
    init(_ words: ByteView, at time: EventTime) {
        self.words = FlatList()
        for index in 0..<words.count { self.words.append(words[index], limit: words.count) }
        self.time = time
    }

    /// Whether it stays where another one has to leave: the newer one does, among equals the first words.
    func outlasts(_ other: Search) -> Bool { time != other.time ? time > other.time : words.view < other.words.view }

    /// Calls `body` with each word.
    func forEachWord(_ body: (ByteView) -> Void) {
        let bytes = words.view
        var start = 0
        for index in 0...bytes.count where index == bytes.count || bytes[index] == Search.blank {
            body(bytes[start..<index])
            start = index + 1
        }
    }
}

extension UserRow {
    /// Notes a search. Of more than `limit` those that were made last stay: the same ones, in whatever order they come.
    mutating func note(_ search: Search, limit: Int) {
        var search = search
        for index in searches.indices where searches[index].words.view == search.words.view {
            searches[index].time = max(searches[index].time, search.time)
            return search.words.free()
        }
        searches.append(search)
        guard searches.count > limit else { return }
        var last = 0
        for index in searches.indices where searches[last].outlasts(searches[index]) { last = index }
        searches[last].words.free()
        searches.swapRemove(at: last)
    }
}

// MARK: Stored form

extension Search {
    /// Appends the search.
    func encode(into bytes: ByteBuffer) {
        bytes.append(time: time)
        bytes.append(id: words.view)
    }

    /// Reads a search; the holder frees `words`.
    init(from reader: inout ByteReader) throws(CodecError) {
        let time = try reader.time()
        let words = try reader.id()
        guard !words.isEmpty else { throw CodecError(message: "a search has no words") }
        self.init(words, at: time)
    }
}
