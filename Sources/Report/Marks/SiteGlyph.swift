import Core

/// Draws one site: its phase with a letter or hatch, or the state that keeps it from having one.
struct SiteGlyph {
    /// How the figure looks.
    let style: FigureStyle

    /// Cells smaller than this, in px, have no white line around them: it would be most of what is seen.
    static let leastApart = 8.0

    /// Draws a site into its cell.
    func draw(_ summary: SiteSummary, in rect: Rect, into out: inout Markup) {
        switch summary.kind {
        case .phase(let phase): draw(phase, summary, in: rect, into: &out)
        case .running(let share): drawRunning(share, in: rect, into: &out)
        case .failed: drawFailed(in: rect, into: &out)
        case .missing: drawMissing(in: rect, into: &out)
        case .deferred: drawDeferred(in: rect, into: &out)
        case .inferred(let phase): drawUnmeasured(phase, "inferred", in: rect, into: &out)
        case .predicted(let phase): drawUnmeasured(phase, "predicted", in: rect, into: &out)
        case .unreachable(let phase):
            drawUnmeasured(phase.phase, "unreachable", in: rect, into: &out)
        }
    }

    private func draw(
        _ phase: SitePhase, _ summary: SiteSummary, in rect: Rect, into out: inout Markup
    ) {
        let ink = style.palette.ink(phase.phase).hex
        fill(rect, style.palette.fill(phase.phase).hex, into: &out)
        let lettered = rect.least >= style.letterSize
        if !lettered || style.isGrey {
            fill(rect, "url(#\(hatchID(phase.phase)))", stroked: false, into: &out)
        }
        if summary.isPartial {
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
            drawDispute(in: rect, other, agreement: phase.agreement, into: &out)
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

    /// The phase's colour, thinned, under a veil of its own, and no letter: nothing was measured here.
    private func drawUnmeasured(
        _ phase: Phase, _ veil: String, in rect: Rect, into out: inout Markup
    ) {
        self.fill(rect, style.palette.thinned(phase).hex, into: &out)
        self.fill(rect, "url(#\(style.idPrefix)-\(veil))", stroked: false, into: &out)
    }

    private func drawLetter(
        _ phase: SitePhase, in rect: Rect, _ ink: String, into out: inout Markup
    ) {
        let withShare = phase.isDisputed && rect.least >= 24
        let size = min(
            16, max(9 * style.sizes.scale, (rect.least * (withShare ? 0.44 : 0.5)).rounded()))
        let x = rect.x + rect.width / 2
        let y = rect.y + rect.height / 2 - (withShare ? size * 0.32 : 0)
        let letter = "\(phase.phase.letter)\(phase.uncertain ? "?" : "")"
        // On a hatch the letter has a halo of its phase's fill.
        let halo = style.isGrey ? style.palette.fill(phase.phase).hex : nil
        // Capitals are 0.72 em high: half of that below the middle centres them.
        out.element(
            "text",
            [
                "x": px(x), "y": px(y + size * 0.36), "fill": ink, "font-size": px(size),
                "text-anchor": "middle", "stroke": halo, "stroke-width": halo.map { _ in "4" },
                "paint-order": halo.map { _ in "stroke" },
            ], letter)
        if withShare {
            out.element(
                "text",
                [
                    "x": px(x), "y": px(rect.y + rect.height - 4), "fill": ink,
                    "font-size": "8.5", "text-anchor": "middle", "stroke": halo,
                    "stroke-width": halo.map { _ in "3" },
                    "paint-order": halo.map { _ in "stroke" },
                ], "\(phase.votes)/\(phase.decided)")
        }
    }

    /// Something in the runner-up's colour, the larger the less agreement: a corner; in a cell without a letter half of it;
    /// in a strip its foot.
    private func drawDispute(
        in rect: Rect, _ other: Phase, agreement: Double, into out: inout Markup
    ) {
        let paint = style.palette.fill(other).hex
        let lettered = rect.least >= style.letterSize
        if !lettered, rect.height > 1.5 * rect.width {
            let height = rect.height * min(0.5, 1 - agreement)
            out.element(
                "rect",
                [
                    "x": px(rect.x), "y": px(rect.y + rect.height - height),
                    "width": px(rect.width), "height": px(height), "fill": paint,
                    "stroke": "#ffffff", "stroke-width": "0.6",
                ])
            return
        }
        let leg =
            lettered
            ? rect.least * min(0.5, 0.22 + 0.5 * (1 - agreement))
            : rect.least * min(1, 0.6 + 0.8 * (1 - agreement))
        let right = rect.x + rect.width
        out.element(
            "path",
            [
                "d": "M\(px(right - leg)) \(px(rect.y))H\(px(right))V\(px(rect.y + leg))Z",
                "fill": paint, "stroke": lettered ? "#ffffff" : nil,
                "stroke-width": lettered ? "1" : nil,
            ])
    }

    private func drawRunning(_ share: Double, in rect: Rect, into out: inout Markup) {
        fill(rect, Palette.running.hex, into: &out)
        fill(rect, "url(#\(style.idPrefix)-running)", stroked: false, into: &out)
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
                "fill": "none", "stroke": (style.isGrey ? Palette.text : Palette.failed).hex,
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

    /// A point: there is nothing to come here.
    private func drawDeferred(in rect: Rect, into out: inout Markup) {
        fill(rect, Palette.ground.hex, into: &out)
        out.element(
            "circle",
            [
                "cx": px(rect.x + rect.width / 2), "cy": px(rect.y + rect.height / 2),
                "r": px(max(0.7, min(1.6, rect.least * 0.1))), "fill": Palette.missing.hex,
            ])
    }

    private func fill(
        _ rect: Rect, _ paint: String, stroked: Bool = true, into out: inout Markup
    ) {
        let isApart = stroked && rect.least >= SiteGlyph.leastApart
        out.element(
            "rect",
            [
                "x": px(rect.x), "y": px(rect.y), "width": px(rect.width),
                "height": px(rect.height), "fill": paint,
                "stroke": isApart ? "#ffffff" : nil, "stroke-width": isApart ? "0.6" : nil,
                "shape-rendering": stroked && !isApart ? "crispEdges" : nil,
            ])
    }

    private func hatchID(_ phase: Phase) -> String { "\(style.idPrefix)-\(phase.name)" }

    /// The patterns that cells refer to.
    func definitions(
        hatches: Bool, running: Bool, derived: Bool = false, into out: inout Markup
    ) {
        guard hatches || running || derived else { return }
        out.element("defs") { out in
            if hatches {
                for phase in Phase.allCases {
                    pattern(
                        hatchID(phase), SiteGlyph.strokes(phase),
                        style.palette.ink(phase).hex, opacity: "0.55",
                        width: phase == .memorization ? "1.2" : "0.7", into: &out)
                }
            }
            if running {
                pattern(
                    "\(style.idPrefix)-running", "M-1 5L5 -1M-1 1L1 -1M3 5L5 3", "#9a9a9a",
                    opacity: "1", into: &out)
            }
            if derived {
                // Dashes, upright ones, and hollow squares.
                for (name, strokes) in [
                    ("predicted", "M0 2H2.6"), ("unreachable", "M2 0V2.6"),
                    ("inferred", "M0.6 0.6H3.4V3.4H0.6Z"),
                ] {
                    pattern(
                        "\(style.idPrefix)-\(name)", strokes, Palette.veil.hex, opacity: "1",
                        into: &out)
                }
            }
        }
    }

    private func pattern(
        _ id: String, _ strokes: String, _ colour: String, opacity: String, width: String = "0.7",
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
                    "d": strokes, "fill": "none", "stroke": colour, "stroke-width": width,
                    "stroke-opacity": opacity,
                ])
        }
    }

    /// Plain, diagonal, dotted, crossed diagonally: nothing that looks like finer cells.
    private static func strokes(_ phase: Phase) -> String {
        switch phase {
        case .comprehension: ""
        case .grokking: "M-1 5L5 -1M-1 1L1 -1M3 5L5 3"
        case .memorization: "M1.4 2H2.6"
        case .confusion: "M-1 5L5 -1M-1 1L1 -1M3 5L5 3M-1 -1L5 5M-1 3L1 5M3 -1L5 1"
        }
    }
}
