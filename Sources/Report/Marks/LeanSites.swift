import Core

/// Draws a panel's sites as a few paths, one per look: for maps of so many sites that an element each would be megabytes.
struct LeanSites {
    /// Where everything stands.
    let layout: DiagramLayout
    /// The sites.
    let grid: SiteGrid

    /// A map of more sites than this is drawn so.
    static let fewest = 2000

    /// What sites have in common that are drawn alike.
    private enum Look: Hashable {
        case phase(Phase)
        case unmeasured(Phase, String)
        case running
        case failed
        case missing
        case deferred
    }

    /// Draws the sites of a panel.
    func draw(_ panel: DiagramPanel, into out: inout Markup) {
        var paths: [Look: String] = [:]
        var disputes: [Phase: String] = [:]
        var uncertain = ""
        for row in 0..<layout.rowCount {
            for column in layout.x.spans.indices {
                let summary = grid.summary(layout.place(column, row, in: panel))
                let rect = layout.rect(column, row, in: panel)
                let box =
                    "M\(px(rect.x)) \(px(rect.y))h\(px(rect.width))v\(px(rect.height))"
                    + "h-\(px(rect.width))z"
                let centre = "M\(px(rect.x + rect.width / 2)) \(px(rect.y + rect.height / 2))h0"
                switch summary.kind {
                case .phase(let phase):
                    paths[.phase(phase.phase), default: ""] += box
                    if let other = phase.runnerUp {
                        let leg = rect.least * min(1, 0.6 + 0.8 * (1 - phase.agreement))
                        disputes[other, default: ""] +=
                            "M\(px(rect.x + rect.width - leg)) \(px(rect.y))h\(px(leg))v\(px(leg))z"
                    }
                    if phase.uncertain { uncertain += centre }
                case .inferred(let phase):
                    paths[.unmeasured(phase, "inferred"), default: ""] += box
                case .predicted(let phase):
                    paths[.unmeasured(phase, "predicted"), default: ""] += box
                case .unreachable(let phase):
                    paths[.unmeasured(phase.phase, "unreachable"), default: ""] += box
                case .running: paths[.running, default: ""] += box
                case .failed: paths[.failed, default: ""] += cross(rect)
                case .missing: paths[.missing, default: ""] += box
                case .deferred: paths[.deferred, default: ""] += centre
                }
            }
        }
        for phase in Phase.allCases {
            fill(paths[.phase(phase)], layout.style.palette.fill(phase).hex, into: &out)
            fill(paths[.phase(phase)], pattern(phase.name), into: &out)
            let thinned = layout.style.palette.thinned(phase)
            for veil in ["inferred", "predicted", "unreachable"] {
                fill(paths[.unmeasured(phase, veil)], thinned.hex, into: &out)
                fill(paths[.unmeasured(phase, veil)], pattern(veil), into: &out)
            }
        }
        for phase in Phase.allCases {
            fill(disputes[phase], layout.style.palette.fill(phase).hex, into: &out)
        }
        stroke(uncertain, "#ffffff", width: "2.4", cap: "round", into: &out)
        fill(paths[.running], Palette.running.hex, into: &out)
        fill(paths[.running], pattern("running"), into: &out)
        stroke(
            paths[.failed], (layout.style.isGrey ? Palette.text : Palette.failed).hex,
            width: "1.2", into: &out)
        stroke(paths[.missing], Palette.missing.hex, width: "0.5", into: &out)
        stroke(paths[.deferred], Palette.missing.hex, width: "1.4", cap: "round", into: &out)
    }

    private func cross(_ rect: Rect) -> String {
        let inner = rect.inset(rect.least * 0.22)
        return "M\(px(inner.x)) \(px(inner.y))l\(px(inner.width)) \(px(inner.height))"
            + "m0 -\(px(inner.height))l-\(px(inner.width)) \(px(inner.height))"
    }

    private func pattern(_ name: String) -> String { "url(#\(layout.style.idPrefix)-\(name))" }

    private func fill(_ path: String?, _ paint: String, into out: inout Markup) {
        guard let path, !path.isEmpty else { return }
        out.element("path", ["d": path, "fill": paint, "shape-rendering": "crispEdges"])
    }

    private func stroke(
        _ path: String?, _ paint: String, width: String, cap: String? = nil, into out: inout Markup
    ) {
        guard let path, !path.isEmpty else { return }
        out.element(
            "path",
            [
                "d": path, "fill": "none", "stroke": paint, "stroke-width": width,
                "stroke-linecap": cap,
            ])
    }

    private func px(_ value: Double) -> String { NumberText.fixed(value, 1) }
}
