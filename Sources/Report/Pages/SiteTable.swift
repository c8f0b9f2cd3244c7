import Core

/// The table twin of a phase diagram: one row per site with everything its cell and tooltip show.
struct SiteTable {
    /// The map.
    let grid: SiteGrid
    /// The map's words.
    let words: DiagramText

    /// Draws the table.
    func draw(into out: inout Markup) {
        let seeds = grid.input.seeds
        out.element("div", ["class": "scroll"]) { out in
            out.element("table", ["id": "sites"]) { out in
                out.element(
                    "caption", [:],
                    "One row per site; steps of each seed in the order of "
                        + "\(DiagramText.seeds(seeds)), – where there is none."
                        + (grid.input.cellsPerSite > 1
                            ? " Agreement has its 95 % Wilson interval." : "")
                        + (grid.input.isSequential ? " \(DiagramText.sequential)" : ""))
                out.element("thead") { out in
                    out.element("tr") { out in
                        let names = grid.input.axes.map { NumberText.words($0.name) }
                        for name in names + [
                            "phase", "agreement", "train step", "validation step", "delay", "cells",
                        ] { out.element("th", ["scope": "col"], name) }
                    }
                }
                out.element("tbody") { out in
                    for (number, place) in grid.places.enumerated() {
                        drawRow(place, number, into: &out)
                    }
                }
            }
        }
    }

    private func drawRow(_ place: [Int], _ number: Int, into out: inout Markup) {
        let summary = grid.summary(place)
        let cells = grid.cells(place)
        out.element("tr", ["id": "site" + place.map { "-\($0)" }.joined(), "data-n": "\(number)"]) {
            out in
            for (axis, index) in zip(grid.input.axes, place) {
                out.element(
                    "td", axis.isCategorical ? [:] : ["class": "number"],
                    axis.shown(at: index))
            }
            out.element("td", [:], phase(summary))
            out.element("td", [:], agreement(summary, cells))
            let steps = cells.map(SiteTable.steps)
            for column in [steps.map(\.train), steps.map(\.validation), steps.map(\.delay)] {
                out.element("td", ["class": "number"], column.joined(separator: ", "))
            }
            let links = zip(grid.members, cells).map(link)
            out.element("td", raw: links.joined(separator: " "))
        }
    }

    private func phase(_ summary: SiteSummary) -> String {
        guard let phase = summary.phase else { return words.headline(summary) }
        return phase.phase.name + (phase.uncertain ? " (uncertain)" : "")
    }

    private func agreement(_ summary: SiteSummary, _ cells: [CellState]) -> String {
        guard let phase = summary.vote else { return "–" }
        let open = cells.count { !$0.status.isLeftOut } - phase.decided
        let interval = WilsonInterval(phase.votes, of: phase.decided)
        let range = [interval.low, interval.high].map { Percent.digits($0, decimals: 0) }
        return "\(phase.votes)/\(phase.decided)"
            + (grid.input.cellsPerSite > 1 ? " (\(range.joined(separator: "–")) %)" : "")
            + (grid.input.isSequential ? ", sequential" : "")
            + (open > 0 ? ", \(open) to come" : "")
    }

    private static func steps(
        _ cell: CellState
    ) -> (train: String, validation: String, delay: String) {
        guard let verdict = cell.status.verdict else { return ("–", "–", "–") }
        let (train, validation) = (verdict.train, verdict.validation)
        let delay = train.flatMap { t in validation.map { $0.step - t.step } }
        return (
            train.map { "\($0.step)" } ?? "–", validation.map { "\($0.step)" } ?? "–",
            delay.map { "\($0)" } ?? "–"
        )
    }

    private func link(_ name: String, _ cell: CellState) -> String {
        let title = Markup.escaped("\(name): \(DiagramText.sentence(cell.status))")
        let text = Markup.escaped(name.hasPrefix("seed ") ? String(name.dropFirst(5)) : name)
        guard let href = cell.href else { return "<span title=\"\(title)\">\(text)</span>" }
        return "<a href=\"\(Markup.escaped(href))\" title=\"\(title)\">\(text)</a>"
    }
}
