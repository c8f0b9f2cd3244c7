import Core

/// Draws one site: its phase with a letter or hatch, or the state that keeps it from having one.
struct SiteGlyph {
    /// The figure's options.
    let options: DiagramOptions

    /// Draws a site into its cell.
    func draw(_ summary: SiteSummary, in rect: Rect, into out: inout Markup) {
        switch summary.kind {
        case .phase(let phase):
            draw(phase, in: rect, partial: summary.isPartial, into: &out)
        case .running(let share): drawRunning(share, in: rect, into: &out)
        case .failed: drawFailed(in: rect, into: &out)
        case .missing: drawMissing(in: rect, into: &out)
        case .inferred(let phase), .predicted(let phase):
            drawInferred(phase, in: rect, into: &out)
            if case .predicted = summary.kind { drawPredicted(phase, in: rect, into: &out) }
        }
    }

    private func draw(
        _ phase: SitePhase, in rect: Rect, partial: Bool, into out: inout Markup
    ) {
        let ink = Palette.ink(phase.phase).hex
        fill(rect, Palette.fill(phase.phase).hex, into: &out)
        let lettered = rect.least >= options.letterSize
        if !lettered { fill(rect, "url(#\(hatchID(phase.phase)))", stroked: false, into: &out) }
        if partial {
            let inner = rect.inset(min(2.5, rect.least * 0.15))
            out.element(
                "rect",
                [
                    "x": px(inner.x), "y": px(inner.y), "width": px(inner.width),
                    "height": px(inner.height), "fill": "none", "stroke": ink,
                    "stroke-width": "1", "stroke-dasharray": "2 2",
                ])
        }
        if let other = phase.runnerUp {
            drawCorner(in: rect, other, agreement: phase.agreement, into: &out)
        }
        if lettered {
            drawLetter(phase, in: rect, ink, into: &out)
        } else if phase.uncertain {
            out.element(
                "circle",
                [
                    "cx": px(rect.x + rect.width / 2), "cy": px(rect.y + rect.height / 2),
                    "r": px(rect.least * 0.22), "fill": "#ffffff", "stroke": "#000000",
                    "stroke-width": "0.6",
                ])
        }
    }

    private func drawLetter(
        _ phase: SitePhase, in rect: Rect, _ ink: String, into out: inout Markup
    ) {
        let withShare = phase.isDisputed && rect.least >= 24
        let size = min(16, max(9, (rect.least * (withShare ? 0.44 : 0.5)).rounded()))
        let x = rect.x + rect.width / 2
        let y = rect.y + rect.height / 2 - (withShare ? size * 0.32 : 0)
        let letter = "\(phase.phase.letter)\(phase.uncertain ? "?" : "")"
        // Capitals are 0.72 em high: half of that below the middle centres them.
        out.element(
            "text",
            [
                "x": px(x), "y": px(y + size * 0.36), "fill": ink, "font-size": px(size),
                "text-anchor": "middle",
            ], letter)
        if withShare {
            out.element(
                "text",
                [
                    "x": px(x), "y": px(rect.y + rect.height - 4), "fill": ink,
                    "font-size": "8.5", "text-anchor": "middle",
                ], "\(phase.votes)/\(phase.decided)")
        }
    }

    /// A corner in the runner-up's colour: the less agreement, the larger.
    private func drawCorner(
        in rect: Rect, _ other: Phase, agreement: Double, into out: inout Markup
    ) {
        let leg = rect.least * min(0.5, 0.22 + 0.5 * (1 - agreement))
        let right = rect.x + rect.width
        out.element(
            "path",
            [
                "d": "M\(px(right - leg)) \(px(rect.y))H\(px(right))V\(px(rect.y + leg))Z",
                "fill": Palette.fill(other).hex, "stroke": "#ffffff", "stroke-width": "1",
            ])
    }

    private func drawRunning(_ share: Double, in rect: Rect, into out: inout Markup) {
        fill(rect, Palette.running.hex, into: &out)
        fill(rect, "url(#\(options.idPrefix)-running)", stroked: false, into: &out)
        let bar = max(2, min(5, rect.least * 0.2))
        out.element(
            "rect",
            [
                "x": px(rect.x + 1), "y": px(rect.y + rect.height - bar - 1),
                "width": px(rect.width - 2), "height": px(bar), "fill": "#ffffff",
            ])
        out.element(
            "rect",
            [
                "x": px(rect.x + 1), "y": px(rect.y + rect.height - bar - 1),
                "width": px((rect.width - 2) * share), "height": px(bar),
                "fill": Palette.progress.hex,
            ])
    }

    private func drawFailed(in rect: Rect, into out: inout Markup) {
        fill(rect, Palette.ground.hex, into: &out)
        let arm = rect.least * 0.28
        let (x, y) = (rect.x + rect.width / 2, rect.y + rect.height / 2)
        out.element(
            "path",
            [
                "d": "M\(px(x - arm)) \(px(y - arm))L\(px(x + arm)) \(px(y + arm))"
                    + "M\(px(x + arm)) \(px(y - arm))L\(px(x - arm)) \(px(y + arm))",
                "fill": "none", "stroke": Palette.failed.hex,
                "stroke-width": px(max(1.2, min(2.2, rect.least * 0.1))),
            ])
    }

    private func drawMissing(in rect: Rect, into out: inout Markup) {
        let inner = rect.inset(min(1.5, rect.least * 0.1))
        out.element(
            "rect",
            [
                "x": px(inner.x), "y": px(inner.y), "width": px(inner.width),
                "height": px(inner.height), "fill": Palette.ground.hex,
                "stroke": Palette.missing.hex, "stroke-width": "1", "stroke-dasharray": "1 2",
            ])
    }

    /// A dashed frame in the phase's colour, over its thinned colour: the first steps alone were measured.
    private func drawPredicted(_ phase: Phase, in rect: Rect, into out: inout Markup) {
        let inner = rect.inset(min(2.5, rect.least * 0.15))
        out.element(
            "rect",
            [
                "x": px(inner.x), "y": px(inner.y), "width": px(inner.width),
                "height": px(inner.height), "fill": "none", "stroke": Palette.fill(phase).hex,
                "stroke-width": "1", "stroke-dasharray": "2 2",
            ])
    }

    /// The phase's colour, thinned, and no letter: nothing was measured here.
    private func drawInferred(_ phase: Phase, in rect: Rect, into out: inout Markup) {
        out.element(
            "rect",
            [
                "x": px(rect.x), "y": px(rect.y), "width": px(rect.width),
                "height": px(rect.height), "fill": Palette.fill(phase).hex, "fill-opacity": "0.45",
            ])
    }

    private func fill(
        _ rect: Rect, _ paint: String, stroked: Bool = true, into out: inout Markup
    ) {
        out.element(
            "rect",
            [
                "x": px(rect.x), "y": px(rect.y), "width": px(rect.width),
                "height": px(rect.height), "fill": paint,
                "stroke": stroked ? "#ffffff" : nil, "stroke-width": stroked ? "0.6" : nil,
            ])
    }

    private func px(_ value: Double) -> String { NumberText.fixed(value) }

    private func hatchID(_ phase: Phase) -> String { "\(options.idPrefix)-\(phase.name)" }

    /// The patterns that cells refer to.
    func definitions(hatches: Bool, running: Bool, into out: inout Markup) {
        guard hatches || running else { return }
        out.element("defs") { out in
            if hatches {
                for phase in Phase.allCases {
                    pattern(
                        hatchID(phase), SiteGlyph.strokes(phase),
                        Palette.ink(phase).hex, opacity: "0.55", into: &out)
                }
            }
            if running {
                pattern(
                    "\(options.idPrefix)-running", "M-1 5L5 -1M-1 1L1 -1M3 5L5 3", "#9a9a9a",
                    opacity: "1", into: &out)
            }
        }
    }

    private func pattern(
        _ id: String, _ strokes: String, _ colour: String, opacity: String,
        into out: inout Markup
    ) {
        guard !strokes.isEmpty else {
            out.element("pattern", ["id": id, "width": "4", "height": "4"])
            return
        }
        out.element(
            "pattern",
            ["id": id, "width": "4", "height": "4", "patternUnits": "userSpaceOnUse"]
        ) { out in
            out.element(
                "path",
                [
                    "d": strokes, "fill": "none", "stroke": colour, "stroke-width": "0.7",
                    "stroke-opacity": opacity,
                ])
        }
    }

    /// Plain, diagonal, upright, crossed.
    private static func strokes(_ phase: Phase) -> String {
        switch phase {
        case .comprehension: ""
        case .grokking: "M-1 5L5 -1M-1 1L1 -1M3 5L5 3"
        case .memorization: "M2 0V4"
        case .confusion: "M0 2H4M2 0V4"
        }
    }
}
