package import Core

/// The page of a site with several cells: its phase, the curves of all of them over one another, and a link to each.
package struct SitePage: Sendable {
    /// A cell as the page lists it.
    package struct Member: Sendable {
        /// What tells it from the others: `seed 3`.
        package var name: String
        /// Where it stands.
        package var state: CellState
        /// What its training produced; nil where there is no sound file.
        package var outcome: CellOutcome?

        /// A cell.
        package init(name: String, state: CellState, outcome: CellOutcome?) {
            self.name = name
            self.state = state
            self.outcome = outcome
        }
    }

    private let label: String
    private let members: [Member]
    private let rule: PhaseRule
    private let style: FigureStyle
    private let version: String

    /// A page; links of members are relative to the folder above it.
    package init(
        _ label: String, members: [Member], rule: PhaseRule,
        style: FigureStyle = FigureStyle(idPrefix: "curves"), version: String = Grokmap.version
    ) {
        self.label = label
        self.members = members
        self.rule = rule
        self.style = style
        self.version = version
    }

    /// The page's text.
    package func html() -> String {
        let summary = SiteSummary(members.map(\.state))
        let phase = summary.vote
        return PageStyle.page(title: "\(label) – site", version: version) { out in
            out.element("nav") { out in
                out.element("a", ["href": "../index.html"], "← phase diagram")
            }
            out.element("h1", [:], label)
            out.element("p") { out in
                // As in the map: a phase that no cell was measured to have is none.
                let isMeasured = summary.phase != nil
                out.element(
                    "strong", [:],
                    phase.map { isMeasured ? $0.phase.name : "out of reach" } ?? "no phase yet")
                if let phase {
                    out.element(
                        "span", [:],
                        (isMeasured ? "" : ", taken for \(phase.phase.name)")
                            + ": \(phase.votes) of \(phase.decided) cells. "
                            + DiagramText.majority)
                }
            }
            let cells = members.compactMap { member -> Curves.Cell? in
                guard let outcome = member.outcome, let verdict = member.state.status.verdict
                else { return nil }
                return Curves.Cell(name: member.name, outcome: outcome, verdict: verdict)
            }
            if !cells.isEmpty {
                let plot = Curves.plot(cells, title: label, rule: rule, measures: true)
                out.element("figure") { out in out.verbatim(plot.svg(style, standalone: false)) }
            }
            out.element("h2", [:], "Cells")
            out.element("table") { out in
                out.element("thead") { out in
                    out.element("tr") { out in
                        for name in ["cell", "phase and reason"] {
                            out.element("th", ["scope": "col"], name)
                        }
                    }
                }
                out.element("tbody") { out in
                    for member in members { draw(member, into: &out) }
                }
            }
        }
    }

    private func draw(_ member: Member, into out: inout Markup) {
        out.element("tr") { out in
            out.element("th", ["scope": "row"]) { out in
                if let href = member.state.href {
                    out.element("a", ["href": "../\(href)"], member.name)
                } else {
                    out.element("span", [:], member.name)
                }
            }
            out.element("td", [:], DiagramText.sentence(member.state.status))
        }
    }
}
