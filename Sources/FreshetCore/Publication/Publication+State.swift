public import FreshetKernels

extension Publication {
    /// The rows of `StateTable.engine`.
    private static let globalsRow: Int64 = 0
    private static let owedItemsRow: Int64 = 1
    private static let owedUsersRow: Int64 = 2
    private static let sweepRow: Int64 = 3
    private static let keyCheckRow: Int64 = 4
    private static let ratesRow: Int64 = 5

    /// Freezes the set of rows that changed since the last call: what the checkpoint of this boundary holds.
    ///
    /// The checkpoint before must be complete or given up. Follow it with `encodeCheckpoint` until that answers `true`, with the same `changes`.
    public func beginCheckpoint(into changes: StateChanges) {
        for table in StateTable.allCases {
            guard let rows = changedRows(of: table) else { continue }
            rows.freeze()
            rows.encode = { [unowned self, unowned changes] number in encode(table, number, into: changes) }
        }
        changes.put(.engine, Publication.globalsRow) { engine.encodeGlobals(into: $0) }
        changes.put(.engine, Publication.owedItemsRow) {
            $0.append(time: lookedAt)
            owedItems.encode(into: $0)
        }
        changes.put(.engine, Publication.owedUsersRow) {
            $0.append(littleEndian: owedUsers.lowerBound)
            $0.append(littleEndian: owedUsers.upperBound)
        }
        changes.put(.engine, Publication.sweepRow) { sweep.encode(into: $0) }
        if engine.erasures.count > 0, let check = engine.keyCheck { changes.put(.engine, Publication.keyCheckRow) { $0.append(check) } }
        changes.put(.engine, Publication.ratesRow) { engine.rates.encode(into: $0) }
    }

    /// Gives up the checkpoint that was begun last, complete or not: its rows belong to the next one.
    public func cancelCheckpoint() {
        for table in StateTable.allCases {
            changedRows(of: table)?.thaw()
            changedRows(of: table)?.encode = nil
        }
    }

    /// Encodes at most `rowsMax` more rows of the checkpoint as they were at its boundary. Answers whether it is complete.
    public func encodeCheckpoint(rowsMax: Int) -> Bool {
        var budget = rowsMax
        for table in StateTable.allCases {
            guard let rows = changedRows(of: table) else { continue }
            guard rows.encodeSlice(&budget) else { return false }
            rows.encode = nil
        }
        return true
    }

    /// Takes one stored row into an empty engine; tables come in the order of `StateTable`.
    public func restore(_ table: StateTable, _ number: Int64, _ row: ByteView) throws(StateError) {
        guard let small = UInt32(exactly: number), small < .max else {
            throw StateError(table: table, number: number, message: "the row's number is out of range")
        }
        do {
            if table == .lists { return try lists.decode(small, row, items: engine.items.ids) }
            var reader = ByteReader(row)
            try decode(table, small, from: &reader)
            try reader.finish()
        } catch {
            throw StateError(table: table, number: number, message: error.message)
        }
    }

    /// Makes what is derived (indexes, timers, leader boards) after the last row.
    public func finishRestore() throws(StateError) {
        do throws(CodecError) {
            try engine.finishRestore()
            guard owedItems.finishRestore(engine.items.ids) else { throw CodecError(message: "an item that is to be published is missing") }
        } catch {
            throw StateError(table: .engine, number: 0, message: error.message)
        }
    }

    private func changedRows(of table: StateTable) -> ChangedRows? {
        switch table {
        case .engine: nil
        case .items: engine.items.changed
        case .users: engine.users.changed
        case .dedup: engine.dedup.changed
        case .publishedUsers: publishedUsers.changed
        case .publishedItems: publishedItems.changed
        case .catalogue: engine.catalogue.changed
        case .rules: engine.ruleBook.changed
        case .lists: lists.changed
        case .erasures: engine.erasures.changed
        case .boards: engine.signals.popularity.boards.changed
        }
    }

    private func encode(_ table: StateTable, _ number: UInt32, into changes: StateChanges) {
        guard holds(table, number) else { return changes.delete(table, Int64(number)) }
        changes.put(table, Int64(number)) { bytes in
            switch table {
            case .engine: return
            case .items: engine.encodeItem(number, into: bytes)
            case .users: engine.encodeUser(number, into: bytes)
            case .dedup: engine.dedup.encodeBlock(Int(number), into: bytes)
            case .publishedUsers: publishedUsers.rows[Int(number)].encode(into: bytes)
            case .publishedItems: publishedItems.rows[Int(number)].encode(into: bytes)
            case .catalogue: engine.catalogue.encode(number, into: bytes)
            case .rules: engine.ruleBook.encode(number, into: bytes)
            case .lists: lists.encode(number, into: bytes)
            case .erasures: engine.erasures.encode(number, into: bytes)
            case .boards: engine.signals.popularity.boards.encode(number, into: bytes)
            }
        }
    }

    private func holds(_ table: StateTable, _ number: UInt32) -> Bool {
        switch table {
        case .engine, .dedup: true
        case .items: engine.items.ids.contains(number: number)
        case .users: engine.users.ids.contains(number: number)
        case .publishedUsers: publishedUsers.holds(number)
        case .publishedItems: publishedItems.holds(number)
        case .catalogue: engine.catalogue.lists(number)
        case .rules: engine.ruleBook.names.contains(number: number)
        case .lists: lists.holds(number)
        case .erasures: engine.erasures.pseudonyms.contains(number: number)
        case .boards: engine.signals.popularity.boards.names.contains(number: number)
        }
    }

    private func decode(_ table: StateTable, _ number: UInt32, from reader: inout ByteReader) throws(CodecError) {
        switch table {
        case .engine where Int64(number) == Publication.owedItemsRow:
            lookedAt = try reader.time()
            try owedItems.decode(from: &reader)
        case .engine where Int64(number) == Publication.owedUsersRow: try decodeOwedUsers(from: &reader)
        case .engine where Int64(number) == Publication.sweepRow: sweep = try Sweep(from: &reader)
        case .engine where Int64(number) == Publication.keyCheckRow: try engine.checkKey(try reader.pseudonym())
        case .engine where Int64(number) == Publication.ratesRow: try engine.rates.decode(from: &reader)
        case .engine: try engine.decodeGlobals(from: &reader)
        case .items: try engine.decodeItem(number, from: &reader)
        case .users: try engine.decodeUser(number, from: &reader)
        case .dedup: try engine.dedup.decodeBlock(Int(number), from: &reader)
        case .publishedUsers: publishedUsers.restore(number, try PublishedRows.Row(from: &reader))
        case .publishedItems: publishedItems.restore(number, try PublishedRows.Row(from: &reader))
        case .catalogue: try engine.decodeCatalogue(number, from: &reader)
        case .rules: try engine.ruleBook.decode(number, from: &reader)
        case .lists: return
        case .erasures: try engine.erasures.decode(number, from: &reader)
        case .boards: try engine.signals.popularity.boards.decode(number, from: &reader)
        }
    }

    private func decodeOwedUsers(from reader: inout ByteReader) throws(CodecError) {
        let (first, end): (UInt32, UInt32) = (try reader.integer(), try reader.integer())
        guard first <= end else { throw CodecError(message: "the users that are owed a list end before they begin") }
        owedUsers = first..<end
    }
}
