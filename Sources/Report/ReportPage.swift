import Core

/// A sweep's report as one HTML page: the figure, the rule, the counts, and a table that says in words and numbers what
/// the figure says in colours. It needs nothing beside itself, but for a large map, of which it shows the figure's file.
package struct ReportPage: Sendable {
    private let input: PhaseDiagramInput
    private let options: DiagramOptions
    private let figureHref: String?

    /// With more sites the page would be tens of megabytes: it then shows the figure's own file, and has no table.
    static let mostSites = 2000

    /// A page for a map.
    ///
    /// - Parameters:
    ///   - input: the map.
    ///   - options: the figure's options.
    ///   - figureHref: where the figure is as a file of its own, relative to the page.
    package init(
        _ input: PhaseDiagramInput, options: DiagramOptions = DiagramOptions(),
        figureHref: String? = nil
    ) {
        self.input = input
        self.options = options
        self.figureHref = figureHref
    }

    /// The text of `index.html`.
    package func html() -> String {
        let grid = SiteGrid(input)
        let words = DiagramText(grid: grid)
        let counts = SiteCounts(grid, grid.places)
        let isLarge = grid.shape.reduce(1, *) > ReportPage.mostSites
        return PageStyle.page(title: "\(input.title) – phase diagram", version: input.version) {
            out in
            out.element("h1", [:], input.title)
            out.element(
                "p", ["class": "quiet"], "Sweep \(input.sweepName): \(words.tally(counts)).")
            out.element("figure") { out in
                if isLarge, let figureHref {
                    out.element(
                        "object", ["data": figureHref, "type": "image/svg+xml"], words.tally(counts)
                    )
                } else {
                    out.verbatim(PhaseDiagram(input, options: options).svg(standalone: false))
                }
            }
            if let figureHref {
                out.element("p", ["class": "quiet"]) { out in
                    out.element("a", ["href": figureHref], "The figure as SVG")
                }
            }
            out.element("h2", [:], "How phases are read off")
            out.element("p", [:], DiagramText.rule(input.rule))
            if input.seeds.count > 1 { out.element("p", [:], DiagramText.majority) }
            out.element("h2", [:], "Counts")
            drawCounts(counts, into: &out)
            out.element("h2", [:], "Sites")
            if isLarge {
                out.element(
                    "p", [:],
                    "Too many for a table: sweep.h5 has the numbers of every cell, grokmap explain says why a "
                        + "cell has its phase, and grokmap report --cells draws the curves of each on a page."
                )
            } else {
                SiteTable(grid: grid, words: words).draw(into: &out)
            }
        }
    }

    private func drawCounts(_ counts: SiteCounts, into out: inout Markup) {
        out.element("table", ["id": "counts"]) { out in
            out.element("thead") { out in
                out.element("tr") { out in
                    for name in ["state", "sites", "cells"] {
                        out.element("th", ["scope": "col"], name)
                    }
                }
            }
            out.element("tbody") { out in
                for phase in Phase.allCases {
                    row(
                        "\(phase.name) (\(phase.letter))", counts.sites[phase] ?? 0,
                        counts.cells[phase] ?? 0, into: &out)
                }
                for (name, count) in [
                    ("running", counts.running), ("missing", counts.missing),
                    ("failed", counts.failed),
                ] { row(name, count.sites, count.cells, into: &out) }
                for (name, count) in [
                    ("seeds disagree", counts.disputed), ("uncertain", counts.uncertain),
                    ("seeds to come", counts.partial),
                ] where count > 0 { row(name, count, nil, into: &out) }
            }
        }
    }

    private func row(_ name: String, _ sites: Int, _ cells: Int?, into out: inout Markup) {
        out.element("tr") { out in
            out.element("th", ["scope": "row"], name)
            out.element("td", ["class": "number"], NumberText.grouped(sites))
            out.element("td", ["class": "number"], cells.map(NumberText.grouped) ?? "")
        }
    }
}
