import FreshetKernels

/// Items that say what the user's items and searches say: the cosine between a profile of terms and each item (Salton and Buckley, 1988).
///
/// The profile is no state: it is made for each list from the history, the searches and the catalogue as they are, so that it decays, changes and
/// is forgotten with them. Its weights are frequency × rarity, those of items frequency alone (lnc.ltc without the logarithm), so that no item's
/// length changes with the rest of the catalogue.
final class Content: Signal {
    static let name: StaticString = "content"
    /// Candidates for which frequent terms are looked up: twice what enters the blend. To look them up for all cost ten times the rest of an event.
    static let completedMax = 2 * candidatesOfSignalMax

    let settings: EngineSettings.ContentSettings
    let index: ContentIndex
    /// What a search counts, as one click.
    private let searchWeight: Double
    /// By term: what the profile holds of it, and the item that it owes most of that to.
    private let sums = ScoreBoard()
    @exclusivity(unchecked) private(set) var profile = FlatList<WantedTerm>()
    // Scratch memory.
    @exclusivity(unchecked) private var selection = TopSelection(limit: 0)
    @exclusivity(unchecked) private var best = FlatList<Scored>()
    /// By item: whether the user's history holds it. `Revisit` proposes those.
    @exclusivity(unchecked) private var isOwn = FlatList<Bool>()

    init(settings: EngineSettings.ContentSettings, clickWeight: Int32, index: ContentIndex) {
        self.settings = settings
        self.index = index
        searchWeight = Double(clickWeight)
    }

    deinit {
        profile.free()
        selection.free()
        best.free()
        isOwn.free()
    }

    var blend: Int32 { settings.enabled ? settings.blend : 0 }

    func forget(_ item: UInt32) { index.remove(item) }

    func propose(_ query: Query, on board: ScoreBoard) {
        guard index.count > 0 else { return }
        makeProfile(query)
        guard !profile.isEmpty else { return }
        isOwn.extend(to: index.documents.count, with: false)
        mark(query.history, true)
        index.match(&profile, postingsMax: settings.postingsMax, completedMax: Content.completedMax, on: board) { term, posting in
            isOwn[Int(posting.item)] ? 0 : term.weight * Double(posting.frequency) * Double(posting.inverseNorm)
        }
        mark(query.history, false)
    }

    /// The term that weighed most, and the item of the history that it is owed to.
    func evidence(_ because: UInt32) -> Evidence {
        let term = profile[Int(because)]
        return Evidence(item: term.owedTo == ScoreBoard.noItem ? nil : term.owedTo, term: index.terms[term.term])
    }

    private func mark(_ history: FlatList<HistoryEntry>, _ own: Bool) {
        for index in history.indices where Int(history[index].item) < isOwn.count { isOwn[Int(history[index].item)] = own }
    }

    // MARK: The profile

    /// The terms that weigh most in what the user did and searched for, at most so many; their weights make a vector of length 1.
    private func makeProfile(_ query: Query) {
        sums.reserve(index.terms.numbersEnd)
        for place in 0..<min(query.seeds.count, settings.recentMax) { add(query.seeds[place], query) }
        for place in query.searches.indices where query.searches[place].time > query.windowEnd { add(query.searches[place], query) }
        selection.begin(limit: settings.profileTermsMax)
        for place in sums.candidates.indices {
            let sum = sums.candidates[place]
            let weight = sum.score * index.inverseFrequency(sum.item)
            if selection.offer(Scored(number: sum.item, score: weight)) { selection.discard(ties: index.terms.precedes) }
        }
        selection.finish(into: &best, ties: index.terms.precedes)
        profile.removeAll()
        var squares = 0.0
        for place in best.indices { squares += best[place].score * best[place].score }
        guard squares > 0 else { return sums.clear() }
        let norm = squares.squareRoot()
        for place in best.indices {
            let term = best[place].number
            profile.append(WantedTerm(term: term, weight: best[place].score / norm, owedTo: sums.because(term)))
        }
        sums.clear()
    }

    private func add(_ seed: HistoryEntry, _ query: Query) {
        guard Int(seed.item) < index.documents.count else { return }
        let document = index.documents[Int(seed.item)]
        let weight = Double(seed.share.rating) * rest(since: seed.lastAction, query) * Double(document.inverseNorm)
        guard weight > 0 else { return }
        for place in document.terms.indices {
            sums.add(document.terms[place].term, weight * Double(document.terms[place].frequency), because: seed.item)
        }
    }

    private func add(_ search: Search, _ query: Query) {
        var found = 0
        search.forEachWord { word in if index.terms.find(word) != nil { found += 1 } }
        guard found > 0 else { return }
        let weight = searchWeight * rest(since: search.time, query) / Double(found).squareRoot()
        guard weight > 0 else { return }
        search.forEachWord { word in
            if let term = index.terms.find(word) { sums.add(term, weight, because: ScoreBoard.noItem) }
        }
    }

    /// What is left of something that happened at a time.
    private func rest(since time: EventTime, _ query: Query) -> Double {
        PowersOfTwo.rest(after: max(0, query.now.milliseconds - time.milliseconds), halfLife: settings.halfLife)
    }
}
