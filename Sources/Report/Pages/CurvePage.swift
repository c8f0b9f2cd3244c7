package import Core

/// One cell's own page: its learning curve, its phase with the reason, and where it came from.
package struct CurvePage: Sendable {
    private let outcome: CellOutcome
    private let label: String
    private let id: String
    private let verdict: PhaseVerdict?
    private let rule: PhaseRule?
    private let provenance: [(name: String, value: String)]
    private let attempts: [String]
    private let command: String?
    private let backHref: String?
    private let version: String

    /// A page for a cell.
    ///
    /// - Parameters:
    ///   - outcome: what the cell's training produced.
    ///   - label: where the cell stands, for people: `learning_rate=0.001 seed=0`.
    ///   - id: the short form of its identity.
    ///   - verdict: the verdict of the report's rule where that is not the rule the cell was trained with.
    ///   - rule: that rule, so that the chart marks its thresholds; nil marks those of the training.
    ///   - provenance: what else is known (worker, host, engine, configuration), in the order shown.
    ///   - attempts: every attempt at the cell, in words.
    ///   - command: what trains this cell alone.
    ///   - backHref: where the map is, relative to this page.
    ///   - version: the version of grokmap that made the result.
    package init(
        _ outcome: CellOutcome, label: String, id: String, verdict: PhaseVerdict? = nil,
        rule: PhaseRule? = nil,
        provenance: [(name: String, value: String)], attempts: [String] = [],
        command: String? = nil, backHref: String? = nil,
        version: String = Grokmap.version
    ) {
        self.outcome = outcome
        self.label = label
        self.id = id
        self.verdict = verdict
        self.rule = rule
        self.provenance = provenance
        self.attempts = attempts
        self.command = command
        self.backHref = backHref
        self.version = version
    }

    /// The page's text.
    package func html() -> String {
        let own = outcome.verdict
        return PageStyle.page(title: "\(label) – learning curve", version: version) { out in
            if let backHref {
                out.element("nav") { out in
                    out.element("a", ["href": "\(backHref)#cell-\(id)"], "← phase diagram")
                }
            }
            out.element("h1", [:], label)
            out.element("p") { out in
                out.element("strong", [:], (verdict ?? own).phase.name)
                out.element("span", [:], ": \((verdict ?? own).reason).")
            }
            out.element("figure") { out in
                out.verbatim(chart.svg(FigureStyle(idPrefix: "curve"), standalone: false))
            }
            out.element("h2", [:], "Facts")
            out.element("dl") { out in
                for (name, value) in facts(own) + provenance {
                    out.element("dt", [:], name)
                    out.element("dd", [:], value)
                }
            }
            if !attempts.isEmpty {
                out.element("h2", [:], "Attempts")
                out.element("ol") { out in
                    for attempt in attempts { out.element("li", [:], attempt) }
                }
            }
            if let command {
                out.element("h2", [:], "This cell alone")
                out.verbatim("<pre>\(Markup.escaped(command))</pre>")
            }
        }
    }

    /// Curves and measures, with the crossings of the report's rule.
    private var chart: Plot {
        Curves.plot(
            [Curves.Cell(name: label, outcome: outcome, verdict: verdict ?? outcome.verdict)],
            title: label,
            rule: rule ?? outcome.rule, measures: true)
    }

    private func facts(_ own: PhaseVerdict) -> [(name: String, value: String)] {
        var facts: [(name: String, value: String)] = [
            ("cell", id),
            ("training crossing", crossing(outcome.trainCrossing)),
            ("validation crossing", crossing(outcome.validationCrossing)),
            ("steps run", outcome.stepsRun.grouped),
            ("stopped", outcome.stopReason.words),
            ("rule of training", DiagramText.rule(outcome.rule)),
        ]
        if let verdict, verdict != own {
            facts.append(("phase under that rule", "\(own.phase.name): \(own.reason)"))
        }
        return facts
    }

    private func crossing(_ crossing: Crossing?) -> String {
        guard let crossing else { return "never" }
        let step = "step \(crossing.step.grouped)"
        return crossing.notBefore < crossing.step
            ? "\(step), not before \(crossing.notBefore.grouped)" : step
    }
}
