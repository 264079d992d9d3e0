import FreshetKernels

extension Engine {
    func canonicalUsers(aliases: Bool, _ body: (ByteView) -> Void) {
        let bytes = ByteBuffer()
        var numbers = users.ids.sortedNumbers()
        for index in numbers.indices where users[numbers[index]].isAlias == aliases {
            bytes.removeAll()
            bytes.append(id: users.ids[numbers[index]])
            if aliases {
                bytes.append(id: users.ids[users[numbers[index]].master])
                bytes.append(time: users[numbers[index]].lastEvent)
            } else {
                appendCanonicalProfile(users[numbers[index]], bytes)
            }
            body(bytes.view)
        }
        numbers.free()
    }

    private func appendCanonicalProfile(_ row: UserRow, _ bytes: ByteBuffer) {
        bytes.append(time: row.lastEvent)
        bytes.append(littleEndian: row.events)
        row.watch.encode(into: bytes)
        var entries = FlatList<HistoryEntry>()
        for index in row.history.indices { entries.append(row.history[index]) }
        entries.sort { items.ids.precedes($0.item, $1.item) }
        for index in entries.indices {
            bytes.append(id: items.ids[entries[index].item])
            entries[index].encodeFacts(into: bytes)
        }
        entries.free()
        var sessions = FlatList<Session>()
        for index in row.sessions.indices { sessions.append(row.sessions[index]) }
        sessions.sort { $0.key < $1.key }
        for index in sessions.indices {
            bytes.append(littleEndian: sessions[index].key)
            bytes.append(time: sessions[index].last)
            for step in 0..<Int(sessions[index].count) { bytes.append(id: items.ids[sessions[index].steps[step]]) }
        }
        sessions.free()
        var searches = FlatList<Search>()
        for index in row.searches.indices { searches.append(row.searches[index]) }
        searches.sort { $0.outlasts($1) }
        for index in searches.indices { searches[index].encode(into: bytes) }
        searches.free()
        bytes.append(id: row.segment.view)
    }

    func canonicalItems(_ body: (ByteView) -> Void, _ append: (Engine, UInt32, ByteBuffer) -> Void) {
        let bytes = ByteBuffer()
        var numbers = items.ids.sortedNumbers()
        // Those that only the catalogue has named stand in its own table.
        for index in numbers.indices where items.lastEvent(numbers[index]) != .never {
            bytes.removeAll()
            bytes.append(id: items.ids[numbers[index]])
            append(self, numbers[index], bytes)
            body(bytes.view)
        }
        numbers.free()
    }

    func appendCanonicalCounts(_ item: UInt32, _ bytes: ByteBuffer) {
        bytes.append(time: items.lastEvent(item))
        bytes.append(littleEndian: signals.similarity.rows[Int(item)].count)
        bytes.append(littleEndian: signals.similarity.rows[Int(item)].users)
    }

    func appendCanonicalPairs(_ item: UInt32, _ bytes: ByteBuffer) {
        let pairs = signals.similarity.rows[Int(item)].pairs
        forEachByID(pairs.count, key: { pairs.key($0) }) { place in
            bytes.append(id: items.ids[pairs.key(place)])
            pairs[place].encode(into: bytes)
        }
    }

    func appendCanonicalNext(_ item: UInt32, _ bytes: ByteBuffer) {
        let followers = signals.next.rows[Int(item)]
        forEachByID(followers.count, key: { followers.key($0) }) { place in
            bytes.append(id: items.ids[followers.key(place)])
            bytes.append(decayed: followers[place])
        }
    }

    private func forEachByID(_ count: Int, key: (Int) -> UInt32, _ body: (Int) -> Void) {
        var places = FlatList<Int>()
        for place in 0..<count { places.append(place) }
        places.sort { items.ids.precedes(key($0), key($1)) }
        for index in places.indices { body(places[index]) }
        places.free()
    }

    func canonicalPopularity(_ body: (ByteView) -> Void) {
        canonicalItems(body) { engine, item, bytes in
            bytes.append(decayed: engine.signals.popularity.rows[Int(item)].short)
            bytes.append(decayed: engine.signals.popularity.rows[Int(item)].long)
        }
        let bytes = ByteBuffer()
        for index in signals.popularity.leaders.indices { bytes.append(id: items.ids[signals.popularity.leaders[index]]) }
        body(bytes.view)
        canonicalBoards(body)
    }

    private func canonicalBoards(_ body: (ByteView) -> Void) {
        let (bytes, boards) = (ByteBuffer(), signals.popularity.boards)
        var numbers = boards.names.sortedNumbers()
        for index in numbers.indices {
            let board = boards.boards[Int(numbers[index])]
            bytes.removeAll()
            bytes.append(id: boards.names[numbers[index]])
            bytes.append(time: board.lastEvent)
            forEachByID(board.counts.count, key: { board.counts.key($0) }) { place in
                bytes.append(id: items.ids[board.counts.key(place)])
                bytes.append(decayed: board.counts[place])
            }
            body(bytes.view)
        }
        numbers.free()
    }

    /// The ring from the oldest id to the newest.
    func canonicalDedup(_ body: (ByteView) -> Void) {
        let bytes = ByteBuffer()
        let count = dedup.slots.count
        let start = count == dedup.slotsMax ? dedup.next : 0
        for index in 0..<count {
            let slot = dedup.slots[(start + index) % count]
            bytes.removeAll()
            bytes.append(littleEndian: slot.fingerprint.high)
            bytes.append(littleEndian: slot.fingerprint.low)
            bytes.append(time: slot.time)
            body(bytes.view)
        }
    }

    func canonicalCatalogue(_ body: (ByteView) -> Void) {
        let bytes = ByteBuffer()
        var numbers = items.ids.sortedNumbers()
        for index in numbers.indices where catalogue.lists(numbers[index]) {
            bytes.removeAll()
            bytes.append(id: items.ids[numbers[index]])
            catalogue.encode(numbers[index], into: bytes)
            body(bytes.view)
        }
        numbers.free()
    }

    func canonicalRules(_ body: (ByteView) -> Void) {
        let bytes = ByteBuffer()
        var numbers = ruleBook.names.sortedNumbers()
        for index in numbers.indices {
            bytes.removeAll()
            ruleBook.encode(numbers[index], into: bytes)
            body(bytes.view)
        }
        numbers.free()
    }

    func canonicalErasures(_ body: (ByteView) -> Void) {
        let bytes = ByteBuffer()
        var numbers = erasures.pseudonyms.sortedNumbers()
        for index in numbers.indices {
            bytes.removeAll()
            erasures.encode(numbers[index], into: bytes)
            body(bytes.view)
        }
        numbers.free()
    }

    func canonicalGlobals(_ body: (ByteView) -> Void) {
        let bytes = ByteBuffer()
        bytes.append(time: watermark)
        bytes.append(littleEndian: eventsApplied)
        bytes.append(littleEndian: eventsLate)
        bytes.append(littleEndian: signals.similarity.pairsEvicted)
        bytes.append(littleEndian: signals.next.followersEvicted)
        for reason in botEvents.indices { bytes.append(littleEndian: botEvents[reason]) }
        rates.encode(into: bytes)
        body(bytes.view)
    }
}
