import Core

/// The legend of a phase diagram: the four phases with their counts, and what else the map shows.
struct DiagramLegend: Legend {
    private let swatches: SwatchLegend

    /// Height in px.
    var height: Double { swatches.height }

    /// A legend for these counts; where cells are too small for letters, its signs show the hatches that stand for them.
    init(
        _ counts: SiteCounts, seeds: Int, hasBoundary: Bool, isLettered: Bool, style: FigureStyle,
        width: Double
    ) {
        var shown = style
        shown.letterSize = isLettered ? 14 * style.sizes.scale : .infinity
        swatches = SwatchLegend(
            DiagramLegend.entries(counts, seeds: seeds, hasBoundary: hasBoundary),
            glyph: SiteGlyph(style: shown), style: style, width: width)
    }

    /// Everything that the map shows, in order.
    static func entries(
        _ counts: SiteCounts, seeds: Int, hasBoundary: Bool
    ) -> [LegendEntry] {
        phases(counts, seeds: seeds) + states(counts, seeds: seeds)
            + (hasBoundary ? [LegendEntry(sign: .boundary, text: "boundary")] : [])
    }

    /// Draws the legend with its top left corner here.
    func draw(x: Double, y: Double, into out: inout Markup) {
        swatches.draw(x: x, y: y, into: &out)
    }

    private static func text(_ name: String, _ sites: Int, _ cells: Int, seeds: Int) -> String {
        seeds == 1
            ? "\(name) \(sites.grouped)"
            : "\(name) \(NumberText.counted(sites, "site")), \(NumberText.counted(cells, "cell"))"
    }

    private static func phase(
        _ verdicts: [PhaseVerdict], of seeds: Int, stop: StopReason = .budget
    ) -> LegendEntry.Sign {
        let cells = verdicts.map { CellState(.verified($0, stopReason: stop, stepsRun: 0)) }
        let open = Array(repeating: CellState.missing, count: max(0, seeds - cells.count))
        return .site(SiteSummary(cells + open))
    }

    private static func phases(_ counts: SiteCounts, seeds: Int) -> [LegendEntry] {
        let comprehension = PhaseVerdict(.comprehension, "")
        var entries = Phase.allCases.map { each in
            LegendEntry(
                sign: phase([PhaseVerdict(each, "")], of: 1),
                text: text(
                    each.name, counts.sites[each] ?? 0, counts.cells[each] ?? 0, seeds: seeds))
        }
        if counts.disputed > 0 {
            let disputed = [comprehension, comprehension, PhaseVerdict(.memorization, "")]
            entries.append(
                LegendEntry(
                    sign: phase(disputed, of: 3),
                    text:
                        "seeds disagree \(counts.disputed.grouped) (corner: second phase)"
                ))
        }
        if counts.uncertain > 0 {
            entries.append(
                LegendEntry(
                    sign: phase([PhaseVerdict(.grokking, "", uncertain: true)], of: 1),
                    text: "uncertain \(counts.uncertain.grouped)"))
        }
        if counts.partial > 0 {
            entries.append(
                LegendEntry(
                    sign: phase([comprehension], of: 2),
                    text: "seeds to come \(counts.partial.grouped)"))
        }
        return entries
    }

    /// The states other than phases that some site shows.
    static func states(_ counts: SiteCounts, seeds: Int) -> [LegendEntry] {
        func shown(_ status: CellStatus) -> LegendEntry.Sign {
            .site(SiteSummary([CellState(status)]))
        }
        let states: [(String, CellStatus, (sites: Int, cells: Int))] = [
            ("running", .running(step: 3, budget: 5), counts.running),
            ("missing", .missing, counts.missing),
            ("failed", .failed(reason: ""), counts.failed),
            ("not asked for", .deferred, counts.deferred),
            ("inferred, not measured", .inferred(.comprehension), counts.inferred),
            (
                "predicted, not measured",
                .predicted(PhaseVerdict(.memorization, ""), stepsRun: 0), counts.predicted
            ),
            (
                "out of reach, not measured",
                .unreachable(PhaseVerdict(.memorization, ""), stepsRun: 0), counts.unreachable
            ),
        ]
        return states.filter { $0.2.sites > 0 }.map { name, status, count in
            LegendEntry(
                sign: shown(status), text: text(name, count.sites, count.cells, seeds: seeds))
        }
    }
}
