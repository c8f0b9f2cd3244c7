import Core

/// How many sites and cells of a map are in which state, as a table.
struct CountTable {
    private let counts: SiteCounts

    /// The table of these counts.
    init(_ counts: SiteCounts) { self.counts = counts }

    /// Draws the table.
    func draw(into out: inout Markup) {
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
                    ("inferred", counts.inferred), ("not asked for", counts.deferred),
                    ("predicted", counts.predicted), ("out of reach", counts.unreachable),
                ] where count.cells > 0 { row(name, count.sites, count.cells, into: &out) }
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
            out.element("td", ["class": "number"], sites.grouped)
            out.element("td", ["class": "number"], cells.map(\.grouped) ?? "")
        }
    }
}
