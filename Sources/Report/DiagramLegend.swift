import Core

/// The legend under the panels: the four phases with their counts, and what else the map shows.
struct DiagramLegend {
    private enum Sign {
        case site(SiteSummary)
        case boundary
    }

    private struct Entry {
        var sign: Sign
        var text: String
    }

    private let lines: [[(entry: Entry, x: Double)]]
    private static let swatch = 18.0
    private static let lineHeight = 26.0

    /// Height in px.
    var height: Double { Double(lines.count) * DiagramLegend.lineHeight }

    /// A legend for these counts, in lines of at most `width` px.
    init(_ counts: SiteCounts, seeds: Int, hasBoundary: Bool, width: Double) {
        let entries = DiagramLegend.entries(counts, seeds: seeds, hasBoundary: hasBoundary)
        var lines: [[(entry: Entry, x: Double)]] = [[]]
        var x = 0.0
        for entry in entries {
            let own =
                DiagramLegend.swatch + 6
                + TextMeasure.width(entry.text, DiagramLayout.Font.legend)
            if x > 0, x + own > width {
                lines.append([])
                x = 0
            }
            lines[lines.count - 1].append((entry, x))
            x += own + 16
        }
        self.lines = lines
    }

    private static func entries(
        _ counts: SiteCounts, seeds: Int, hasBoundary: Bool
    ) -> [Entry] {
        func text(_ name: String, _ sites: Int, _ cells: Int) -> String {
            seeds == 1
                ? "\(name) \(NumberText.grouped(sites))"
                : "\(name) \(NumberText.counted(sites, "site")), \(NumberText.counted(cells, "cell"))"
        }
        func shown(_ status: CellStatus) -> Sign { .site(SiteSummary([CellState(status)])) }
        func phase(_ verdicts: [PhaseVerdict], of seeds: Int) -> Sign {
            let cells = verdicts.map {
                CellState(.verified($0, stopReason: .budget, stepsRun: 0))
            }
            let open = Array(repeating: CellState.missing, count: max(0, seeds - cells.count))
            return .site(SiteSummary(cells + open))
        }
        var entries = Phase.allCases.map { each in
            Entry(
                sign: phase([PhaseVerdict(each, "")], of: 1),
                text: text(each.name, counts.sites[each] ?? 0, counts.cells[each] ?? 0))
        }
        let comprehension = PhaseVerdict(.comprehension, "")
        if counts.disputed > 0 {
            entries.append(
                Entry(
                    sign: phase(
                        [comprehension, comprehension, PhaseVerdict(.memorization, "")], of: 3),
                    text: "seeds disagree \(counts.disputed) (corner: second phase)"))
        }
        if counts.uncertain > 0 {
            entries.append(
                Entry(
                    sign: phase([PhaseVerdict(.grokking, "", uncertain: true)], of: 1),
                    text: "uncertain \(counts.uncertain)"))
        }
        if counts.partial > 0 {
            entries.append(
                Entry(
                    sign: phase([comprehension], of: 2), text: "seeds to come \(counts.partial)"))
        }
        if counts.running.cells > 0 {
            entries.append(
                Entry(
                    sign: shown(.running(step: 3, budget: 5)),
                    text: text("running", counts.running.sites, counts.running.cells)))
        }
        if counts.missing.cells > 0 {
            entries.append(
                Entry(
                    sign: shown(.missing),
                    text: text("missing", counts.missing.sites, counts.missing.cells)))
        }
        if counts.failed.cells > 0 {
            entries.append(
                Entry(
                    sign: shown(.failed(reason: "")),
                    text: text("failed", counts.failed.sites, counts.failed.cells)))
        }
        if counts.inferred.cells > 0 {
            entries.append(
                Entry(
                    sign: shown(.inferred(.comprehension)),
                    text: text(
                        "inferred, not measured", counts.inferred.sites, counts.inferred.cells)))
        }
        if counts.predicted.cells > 0 {
            entries.append(
                Entry(
                    sign: shown(.predicted(PhaseVerdict(.memorization, ""), stepsRun: 0)),
                    text: text(
                        "predicted, not measured", counts.predicted.sites,
                        counts.predicted.cells)))
        }
        if hasBoundary { entries.append(Entry(sign: .boundary, text: "boundary")) }
        return entries
    }

    /// Draws the legend with its top left corner here.
    func draw(_ glyph: SiteGlyph, x left: Double, y top: Double, into out: inout Markup) {
        let size = DiagramLegend.swatch
        for (number, line) in lines.enumerated() {
            let y = top + Double(number) * DiagramLegend.lineHeight
            for (entry, x) in line {
                let rect = Rect(x: left + x, y: y, width: size, height: size)
                switch entry.sign {
                case .site(let summary): glyph.draw(summary, in: rect, into: &out)
                case .boundary:
                    let middle = NumberText.fixed(y + size / 2)
                    PhaseDiagram.drawBoundary(
                        "M\(NumberText.fixed(rect.x)) \(middle)H\(NumberText.fixed(rect.x + size))",
                        into: &out)
                }
                out.element(
                    "text",
                    [
                        "x": NumberText.fixed(rect.x + size + 6),
                        "y": NumberText.fixed(y + size / 2 + 4.2),
                        "font-size": NumberText.fixed(DiagramLayout.Font.legend),
                    ], entry.text)
            }
        }
    }
}
