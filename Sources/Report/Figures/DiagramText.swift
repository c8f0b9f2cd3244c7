import Core

/// The words of a phase diagram: rule, tooltips, description, footer.
struct DiagramText {
    /// The map.
    let grid: SiteGrid

    private var input: PhaseDiagramInput { grid.input }

    /// The rule in words, one sentence per phase.
    static func rule(_ rule: PhaseRule) -> String {
        let train = NumberText.value(rule.trainAccuracy)
        let validation = NumberText.value(rule.validationAccuracy)
        let gap = rule.gap.grouped
        let held =
            rule.sustain > 1 ? ", each held for \(rule.sustain) evaluations in a row" : ""
        return """
            Comprehension: training accuracy ≥ \(train) and validation accuracy ≥ \(validation) \
            within the budget\(held), with a delay < \(gap) steps between them. \
            Grokking: both, with a delay ≥ \(gap) steps. \
            Memorization: training only. \
            Confusion: not training, whatever validation did.
            """
    }

    /// How seeds become one phase.
    static let majority =
        "A site shows the phase of most of its seeds; a tie goes to the later of C, G, M, X."

    /// What a race over seeds does to their shares.
    static let sequential =
        "Seeds are sequential: a site has no more once they agree, so shares lean towards agreement."

    /// What the cells of a site have: `train fraction, seeds 0–4 (5)`.
    static func pooled(_ map: PhaseDiagramInput) -> String {
        (map.pooled.map { NumberText.words($0.name) } + [seeds(map.seeds)])
            .joined(separator: ", ")
    }

    /// The seeds in words: `seeds 0–4 (5)`.
    static func seeds(_ seeds: [UInt64]) -> String {
        guard seeds.count > 1 else { return "seed \(seeds.first.map { "\($0)" } ?? "none")" }
        let consecutive = zip(seeds, seeds.dropFirst()).allSatisfy { $1 > $0 && $1 - $0 == 1 }
        if consecutive, let first = seeds.first, let last = seeds.last {
            return "seeds \(first)–\(last) (\(seeds.count))"
        }
        let shown = seeds.prefix(8).map { "\($0)" }.joined(separator: ", ")
        return "seeds \(shown)\(seeds.count > 8 ? ", …" : "") (\(seeds.count))"
    }

    /// Which way shares and medians over cells lean, and why.
    static func leanings(_ input: PhaseDiagramInput) -> [String] {
        let predicted = input.sites.reduce(0) { sum, site in
            sum + site.cells.count { if case .predicted = $0.status { true } else { false } }
        }
        return (input.isSequential ? [sequential] : [])
            + (predicted > 0
                ? [
                    "Left out: \(NumberText.counted(predicted, "cell")) predicted to memorize and not measured, so shares "
                        + "lean towards generalisation."
                ] : [])
    }

    /// The rule and where the results come from, as figures without a map say it.
    static func provenance(_ input: PhaseDiagramInput) -> [String] {
        [rule(input.rule)] + leanings(input) + [
            "Sweep \(input.sweepName) · \(seeds(input.seeds)) · grokmap \(input.version)"
        ]
    }

    /// The footer's paragraphs.
    func footer(_ counts: SiteCounts) -> [String] {
        var lines = [DiagramText.rule(input.rule)]
        if input.cellsPerSite > 1 {
            lines.append(
                DiagramText.majority + (input.isSequential ? " \(DiagramText.sequential)" : ""))
        }
        let axes = input.axes.map { axis in
            "\(NumberText.words(axis.name)) is \(axis.path)"
        }
        lines.append("Axes: \(axes.joined(separator: ", ")).")
        if !input.pooled.isEmpty {
            let names = input.pooled.map {
                "\(NumberText.words($0.name)) (\($0.values.count) values)"
            }
            lines.append("Each site is all of \(names.joined(separator: ", ")).")
        }
        var facts = ["Sweep \(input.sweepName)", DiagramText.seeds(input.seeds)]
        if let budget = input.budget {
            facts.append("budget \(NumberText.counted(budget, "step"))")
        }
        facts.append(tally(counts))
        facts.append("grokmap \(input.version)")
        lines.append(facts.joined(separator: " · "))
        return lines + input.notes
    }

    /// Counts in words: `143 sites, 143 cells: 140 done, 2 missing, 1 failed`.
    func tally(_ counts: SiteCounts) -> String {
        var states = ["\(counts.decidedCells.grouped) done"]
        for (count, word) in [
            (counts.running.cells, "running"), (counts.missing.cells, "missing"),
            (counts.failed.cells, "failed"), (counts.inferred.cells, "inferred"),
            (counts.predicted.cells, "predicted"), (counts.unreachable.cells, "out of reach"),
            (counts.deferred.cells, "not asked for"),
        ] where count > 0 { states.append("\(count.grouped) \(word)") }
        return NumberText.counted(counts.allSites, "site") + ", "
            + NumberText.counted(counts.allCells, "cell") + ": "
            + states.joined(separator: ", ")
    }

    /// What a site's tooltip says: coordinates, phase, and one line per seed.
    func tooltip(_ place: [Int]) -> String {
        let summary = grid.summary(place)
        var lines = [grid.coordinates(place)]
        if input.cellsPerSite > 1 || summary.phase == nil { lines.append(headline(summary)) }
        for (member, cell) in zip(grid.members, grid.cells(place)) {
            lines.append("\(member): \(DiagramText.sentence(cell.status))")
        }
        return lines.joined(separator: "\n")
    }

    /// A site in a few words: `grokking, 3 of 5 seeds`.
    func headline(_ summary: SiteSummary) -> String {
        switch summary.kind {
        case .phase(let phase):
            let seeds = phase.decided
            return "\(phase.phase.name), \(phase.votes) of \(NumberText.counted(seeds, "seed"))"
                + (summary.isPartial ? " so far" : "")
        case .running: return "running"
        case .failed: return "failed"
        case .missing: return "missing"
        case .deferred: return "not asked for"
        case .inferred(let phase): return "inferred: \(phase.name)"
        case .predicted(let phase): return "predicted: \(phase.name)"
        case .unreachable(let phase):
            return "out of reach: \(phase.phase.name), \(phase.votes) of "
                + NumberText.counted(phase.decided, "seed") + (summary.isPartial ? " so far" : "")
        }
    }

    /// A cell in a sentence, with the steps its phase rests on.
    static func sentence(_ status: CellStatus) -> String {
        switch status {
        case .verified(let verdict, let stop, _):
            var text = "\(verdict.phase.name): \(verdict.reason)"
            if verdict.uncertain {
                let brackets = [
                    ("train", verdict.train), ("validation", verdict.validation),
                ].compactMap {
                    name, crossing -> String? in
                    guard let crossing, crossing.notBefore < crossing.step else { return nil }
                    return "\(name) crossed within \(crossing.notBefore)–\(crossing.step)"
                }
                text += "; uncertain"
                if !brackets.isEmpty { text += ", \(brackets.joined(separator: ", "))" }
            }
            switch stop {
            case .diverged, .settled, .cycled: text += "; \(stop.rawValue)"
            case .decided, .budget, .predicted, .unreachable: break
            }
            return text
        case .missing: return "missing"
        case .inferred(let phase): return "inferred: \(phase.name), like the sites around it"
        case .deferred: return "not asked for"
        case .predicted(let verdict, _), .unreachable(let verdict, _):
            return "\(verdict.phase.name), \(verdict.reason)"
        case .running(let step, let budget):
            return "running, step \(step.grouped) of \(budget.grouped)"
        case .failed(let reason): return "failed: \(reason)"
        }
    }

    /// The description for people who do not see the figure: counts per panel and where the boundary runs.
    func description(_ layout: DiagramLayout) -> String {
        var sentences: [String] = []
        let isRising = !input.axes[0].isCategorical
        let across =
            (isRising ? "with rising " : "by ") + NumberText.words(input.axes[0].name)
        for panel in layout.panels {
            let places = (0..<layout.rowCount).flatMap { row in
                layout.x.order.indices.map { layout.place($0, row, in: panel) }
            }
            let counts = SiteCounts(grid, places)
            let name = panel.title.isEmpty ? "" : panel.title.joined(separator: ", ") + ": "
            sentences.append(name + DiagramText.phases(counts) + ".")
            let last = layout.rowCount - 1
            let rows =
                layout.y?.axis.isCategorical == true
                ? Array(0...last) : Set([0, last / 2, last]).sorted()
            for row in rows {
                let run = runs(row, in: panel, layout)
                if let y = layout.y {
                    let value = y.axis.shown(at: y.order[row])
                    sentences.append(
                        "At \(NumberText.words(y.axis.name)) \(value), \(across): \(run)."
                    )
                } else {
                    sentences.append(
                        across.prefix(1).uppercased() + across.dropFirst() + ": \(run).")
                }
            }
        }
        return sentences.joined(separator: " ")
    }

    /// Sites per phase and state: `17 comprehension, 60 grokking, 2 missing`.
    static func phases(_ counts: SiteCounts) -> String {
        var parts = Phase.allCases.map { "\(counts.sites[$0] ?? 0) \($0.name)" }
        for (count, word) in [
            (counts.running.sites, "running"), (counts.missing.sites, "missing"),
            (counts.failed.sites, "failed"), (counts.inferred.sites, "inferred"),
            (counts.predicted.sites, "predicted"), (counts.unreachable.sites, "out of reach"),
            (counts.deferred.sites, "not asked for"),
            (counts.disputed, "with seeds that disagree"),
        ] where count > 0 { parts.append("\(count) \(word)") }
        return parts.joined(separator: ", ")
    }

    private func runs(_ row: Int, in panel: DiagramPanel, _ layout: DiagramLayout) -> String {
        var runs: [(name: String, last: String)] = []
        for column in layout.x.order.indices {
            let summary = grid.summary(layout.place(column, row, in: panel))
            let name = summary.phase?.phase.name ?? headline(summary)
            let value = layout.x.axis.shown(at: layout.x.order[column])
            if runs.last?.name == name, !layout.x.axis.isCategorical {
                runs[runs.count - 1].last = value
            } else {
                runs.append((name, value))
            }
        }
        guard !layout.x.axis.isCategorical else {
            return runs.map { "\($0.last) \($0.name)" }.joined(separator: ", ")
        }
        return runs.map { "\($0.name) up to \($0.last)" }.joined(separator: ", then ")
    }
}
