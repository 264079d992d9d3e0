import FreshetKernels

/// How rows of the engine are stored: by interned numbers, in the order in which memory holds them, so that a restart changes nothing.
extension Engine {
    static let userKind: UInt8 = 0
    static let aliasKind: UInt8 = 1

    func encodeGlobals(into bytes: ByteBuffer) {
        bytes.append(time: watermark)
        bytes.append(littleEndian: eventsApplied)
        bytes.append(littleEndian: eventsLate)
        bytes.append(littleEndian: signals.similarity.pairsEvicted)
        bytes.append(littleEndian: signals.next.followersEvicted)
        bytes.append(littleEndian: catalogueEvicted)
        for reason in botEvents.indices { bytes.append(littleEndian: botEvents[reason]) }
        bytes.append(littleEndian: UInt64(dedup.next))
        bytes.append(littleEndian: UInt32(signals.popularity.leaders.count))
        for index in signals.popularity.leaders.indices { bytes.append(littleEndian: signals.popularity.leaders[index]) }
    }

    func decodeGlobals(from reader: inout ByteReader) throws(CodecError) {
        watermark = try reader.time()
        eventsApplied = try reader.integer()
        eventsLate = try reader.integer()
        signals.similarity.pairsEvicted = try reader.integer()
        signals.next.followersEvicted = try reader.integer()
        catalogueEvicted = try reader.integer()
        for reason in botEvents.indices { botEvents[reason] = try reader.integer() }
        let next: UInt64 = try reader.integer()
        restored.dedupNext = Int(truncatingIfNeeded: next)
        for _ in 0..<(try reader.elementCount(ofAtLeast: 4)) { restored.leaders.append(try reader.integer()) }
    }

    func encodeItem(_ number: UInt32, into bytes: ByteBuffer) {
        bytes.append(id: items.ids[number])
        bytes.append(time: items.lastEvent(number))
        for signal in signals.all { signal.encode(number, into: bytes) }
    }

    func decodeItem(_ number: UInt32, from reader: inout ByteReader) throws(CodecError) {
        let id = try reader.id()
        guard items.restore(id, as: number, lastEvent: try reader.time()) else { throw CodecError(message: "its id stands in another row too") }
        for signal in signals.all {
            signal.admit(number)
            try signal.decode(number, from: &reader)
        }
    }

    func encodeUser(_ number: UInt32, into bytes: ByteBuffer) {
        let row = users[number]
        bytes.append(id: users.ids[number])
        bytes.append(row.isAlias ? Engine.aliasKind : Engine.userKind)
        bytes.append(time: row.lastEvent)
        bytes.append(littleEndian: row.events)
        bytes.append(littleEndian: row.master)
        row.watch.encode(into: bytes)
        bytes.append(littleEndian: UInt32(row.history.count))
        for index in row.history.indices { row.history[index].encode(into: bytes) }
        bytes.append(littleEndian: UInt32(row.sessions.count))
        for index in row.sessions.indices { row.sessions[index].encode(into: bytes) }
        bytes.append(littleEndian: UInt32(row.searches.count))
        for index in row.searches.indices { row.searches[index].encode(into: bytes) }
        bytes.append(id: row.segment.view)
    }

    func decodeUser(_ number: UInt32, from reader: inout ByteReader) throws(CodecError) {
        let id = try reader.id()
        let kind: UInt8 = try reader.integer()
        var row = UserRow()
        row.lastEvent = try reader.time()
        row.events = try reader.integer()
        row.master = try reader.integer()
        row.watch = try Watch(from: &reader)
        guard (kind == Engine.aliasKind) == row.isAlias else { throw CodecError(message: "its kind is not known") }
        // The row owns its lists from here on, so that a broken rest does not leak them.
        guard users.restore(id, as: number, row) else { throw CodecError(message: "its id stands in another row too") }
        for _ in 0..<(try reader.elementCount(ofAtLeast: 48)) {
            let entry = try HistoryEntry(from: &reader, items: items.ids)
            users[number].history.append(entry)
        }
        for _ in 0..<(try reader.elementCount(ofAtLeast: 20)) {
            let session = try Session(from: &reader, items: items.ids)
            users[number].sessions.append(session)
        }
        for _ in 0..<(try reader.elementCount(ofAtLeast: 11)) {
            let search = try Search(from: &reader)
            users[number].searches.append(search)
        }
        let segment = try reader.id()
        users[number].setSegment(segment)
    }

    /// Makes what is not stored: free numbers, orders of eviction, shares, timers, visitors of users, the leader board, the dedup index, the index
    /// of the catalogue's words.
    func finishRestore() throws(CodecError) {
        items.finishRestore()
        ruleBook.finishRestore()
        users.finishRestore()
        signals.popularity.boards.finishRestore()
        for item in catalogue.rows.indices {
            if let record = catalogue.record(of: UInt32(item)) { signals.content.index.put(UInt32(item), record) }
        }
        guard dedup.finishRestore(next: restored.dedupNext) else { throw CodecError(message: "the position in the dedup ring is impossible") }
        guard signals.popularity.restore(leaders: restored.leaders) else { throw CodecError(message: "the leader board names an unknown item") }
        restored.leaders.free()
        try checkNeighbours()
        erasures.finishRestore()
        for index in users.rows.indices where users.ids.contains(number: UInt32(index)) {
            noteErasure(of: UInt32(index))
            try finishUser(UInt32(index))
        }
    }

    /// A row of the catalogue follows that of its item.
    func decodeCatalogue(_ number: UInt32, from reader: inout ByteReader) throws(CodecError) {
        guard items.ids.contains(number: number) else { throw CodecError(message: "its item does not exist") }
        try catalogue.decode(number, from: &reader)
    }

    private func checkNeighbours() throws(CodecError) {
        for item in signals.similarity.rows.indices {
            let pairs = signals.similarity.rows[item].pairs
            for place in 0..<pairs.count where !items.ids.contains(number: pairs.key(place)) {
                throw CodecError(message: "item number \(item) has a neighbour that does not exist")
            }
            let followers = signals.next.rows[item]
            for place in 0..<followers.count where !items.ids.contains(number: followers.key(place)) {
                throw CodecError(message: "item number \(item) has a follower that does not exist")
            }
        }
    }

    private func finishUser(_ number: UInt32) throws(CodecError) {
        if users[number].isAlias {
            let master = users[number].master
            guard users.ids.contains(number: master), !users[master].isAlias else { throw CodecError(message: "a visitor's user is missing") }
            users[master].visitors.append(number)
        }
        for place in users[number].history.indices {
            let share = users[number].history[place].share(after: windowEnd, signals.similarity.weights)
            users[number].history[place].settle(share)
            if share.isLive { setTimer(number, share.firstAction.advanced(by: settings.itemSimilarity.window)) }
        }
    }
}

/// What the globals' row says and can be taken only after all rows.
struct RestoredGlobals {
    var dedupNext = 0
    var leaders = FlatList<UInt32>()
    var keyCheck: Pseudonym?
}
