import Core

/// What a map shows, in sentences: how much of it is in each phase and where, how long generalisation waits, what is open.
struct Findings {
    private let grid: SiteGrid
    private let counts: SiteCounts

    /// What a map shows.
    init(_ grid: SiteGrid, _ counts: SiteCounts) {
        self.grid = grid
        self.counts = counts
    }

    /// The sentences, in order of interest.
    var sentences: [String] {
        let decided = counts.sites.values.reduce(0, +)
        let shares = Phase.allCases.compactMap { phase -> String? in
            guard let count = counts.sites[phase] else { return nil }
            return "\(count.grouped) \(phase.name) (\(percent(count, decided)))"
        }
        let head =
            "Of \(NumberText.counted(decided, "site")) with a phase: \(shares.joined(separator: ", "))."
        var sentences = [decided > 0 ? head : "No site has a phase yet."]
        sentences += Phase.allCases.compactMap(whereabouts)
        if let delays { sentences.append(delays) }
        if counts.disputed > 0 {
            sentences.append(
                "Seeds disagree at \(NumberText.counted(counts.disputed, "site")) "
                    + "(\(percent(counts.disputed, decided))).")
        }
        if counts.uncertain > 0 {
            sentences.append(
                "At \(NumberText.counted(counts.uncertain, "site")) the phase hangs on where between two "
                    + "evaluations a crossing lay.")
        }
        for (count, words) in [
            (counts.predicted.sites, "rest on a predictor's word, not on what was measured"),
            (
                counts.unreachable.sites,
                "are taken to memorize because their splits put generalisation out of reach"
            ),
            (
                counts.inferred.sites,
                "were not trained; their phase is inferred from their neighbours"
            ),
            (counts.missing.sites, "are missing"), (counts.running.sites, "are in training"),
            (counts.failed.sites, "failed"), (counts.deferred.sites, "are not asked for"),
        ] where count > 0 {
            sentences.append("\(NumberText.counted(count, "site")) \(words).")
        }
        return sentences
    }

    /// A share of sites in per cent, to about two digits.
    private func percent(_ count: Int, _ all: Int) -> String {
        let share = Double(count) / Double(all)
        return Percent.text(share, decimals: share < 0.1 ? 1 : 0)
    }

    /// The ranges of the axes in which a phase occurs; nil where it does not, or everywhere.
    private func whereabouts(_ phase: Phase) -> String? {
        let places = grid.places.filter { grid.summary($0).phase?.phase == phase }
        guard !places.isEmpty else { return nil }
        let ranges = grid.input.axes.enumerated().compactMap { number, axis -> String? in
            let indices = Set(places.map { $0[number] })
            guard indices.count < axis.values.count else { return nil }
            let name = NumberText.words(axis.name)
            if axis.isCategorical || indices.count == 1 {
                let shown = indices.sorted().map { axis.shown(at: $0) }
                return "\(name) \(shown.joined(separator: ", "))"
            }
            let values = indices.map { axis.values[$0] }
            guard let low = values.min(), let high = values.max() else { return nil }
            return "\(name) from \(NumberText.value(low)) to \(NumberText.value(high))"
        }
        guard !ranges.isEmpty else { return nil }
        let name = phase.name.prefix(1).uppercased() + phase.name.dropFirst()
        return "\(name) occurs within \(ranges.joined(separator: ", "))."
    }

    /// The delays of sites that grok.
    private var delays: String? {
        let map = SiteMaps.delay(grid.input)
        let grokking = grid.places.compactMap { place -> (place: [Int], delay: Double)? in
            guard grid.summary(place).phase?.phase == .grokking,
                case .number(let delay, _) = map.values[place]
            else { return nil }
            return (place, delay)
        }.sorted { $0.delay < $1.delay }
        guard let longest = grokking.last, let shortest = grokking.first else { return nil }
        let words = { (delay: Double) in NumberText.counted(Int(delay), "step") }
        guard grokking.count > 1 else {
            return "It groks after \(words(longest.delay)), at \(grid.coordinates(longest.place))."
        }
        return "Where it groks, generalisation follows \(words(shortest.delay)) to "
            + "\(words(longest.delay)) after training, longest at \(grid.coordinates(longest.place))."
    }
}
