import Core

/// Draws the frame, ticks and break marks of one panel.
struct PanelAxes {
    /// The figure's layout.
    let layout: DiagramLayout
    /// The panel.
    let panel: DiagramPanel

    /// An axis' title, with a word where distances are not to scale.
    static func title(_ axis: AxisLayout) -> String {
        NumberText.words(axis.axis.name)
            + (axis.spacing == .even && axis.spans.count > 1 ? " (not to scale)" : "")
    }

    /// Draws everything: frames on all panels, the y axis on the first of a row, the x axis on the lowest of a column.
    func draw(into out: inout Markup) {
        let attributes: Markup.Attributes = [
            "fill": "none", "stroke": Palette.text.hex, "stroke-width": "1",
        ]
        out.element("g", attributes) { out in
            drawFrames(into: &out)
            if panel.isLowest { drawXTicks(into: &out) }
            if panel.column == 0, layout.y != nil { drawYTicks(into: &out) }
            drawBreaks(into: &out)
        }
        if panel.isLowest { drawXLabels(into: &out) }
        if panel.column == 0, layout.y != nil { drawYLabels(into: &out) }
    }

    private var bottom: Double { panel.y + layout.plotHeight }

    private func drawFrames(into out: inout Markup) {
        let rows = layout.y?.stretches ?? [AxisLayout.Span(low: 0, high: layout.plotHeight)]
        for across in layout.x.stretches {
            for along in rows {
                let top = min(layout.down(along.low), layout.down(along.high))
                out.element(
                    "rect",
                    [
                        "x": px(panel.x + across.low), "y": px(panel.y + top),
                        "width": px(across.size), "height": px(along.size),
                    ])
            }
        }
    }

    private func drawXTicks(into out: inout Markup) {
        let path = layout.xTicks.ticks.map { tick in
            "M\(px(panel.x + tick.position)) \(px(bottom))v\(tick.label == nil ? "3" : "5")"
        }.joined()
        out.element("path", ["d": path])
    }

    private func drawYTicks(into out: inout Markup) {
        let path = (layout.yTicks?.ticks ?? []).map { tick in
            "M\(px(panel.x)) \(px(panel.y + layout.down(tick.position)))"
                + "h\(tick.label == nil ? "-3" : "-5")"
        }.joined()
        out.element("path", ["d": path])
    }

    /// Two slanted strokes across the axis line where zero has a slot of its own.
    private func drawBreaks(into out: inout Markup) {
        if panel.isLowest, let at = layout.x.breakPosition {
            let x = panel.x + at
            out.element(
                "path",
                [
                    "d":
                        "M\(px(x - 3.5)) \(px(bottom + 4))l3 -8M\(px(x + 0.5)) \(px(bottom + 4))l3 -8"
                ])
        }
        if panel.column == 0, let y = layout.y, let at = y.breakPosition {
            let line = panel.y + layout.down(at)
            out.element(
                "path",
                [
                    "d": "M\(px(panel.x - 4)) \(px(line - 0.5))l8 -3"
                        + "M\(px(panel.x - 4)) \(px(line + 3.5))l8 -3"
                ])
        }
    }

    private func drawXLabels(into out: inout Markup) {
        let y = bottom + DiagramLayout.tickLength + 3 + layout.style.sizes.tick
        for tick in layout.xTicks.ticks {
            guard let label = tick.label else { continue }
            PanelAxes.draw(
                label, x: panel.x + tick.position, y: y, anchor: "middle",
                size: layout.style.sizes.tick, into: &out)
        }
    }

    private func drawYLabels(into out: inout Markup) {
        for tick in layout.yTicks?.ticks ?? [] {
            guard let label = tick.label else { continue }
            PanelAxes.draw(
                label, x: panel.x - DiagramLayout.tickLength - 3,
                y: panel.y + layout.down(tick.position) + layout.style.sizes.tick * 0.36,
                anchor: "end", size: layout.style.sizes.tick, into: &out)
        }
    }

    /// A tick's text; exponents are raised.
    static func draw(
        _ label: TickLabel, x: Double, y: Double, anchor: String, size: Double,
        into out: inout Markup
    ) {
        let attributes: Markup.Attributes = [
            "x": NumberText.fixed(x), "y": NumberText.fixed(y),
            "font-size": NumberText.fixed(size), "text-anchor": anchor,
        ]
        switch label {
        case .plain(let text): out.element("text", attributes, text)
        case .power(let mantissa, let exponent):
            let base = mantissa.map { "\($0)·10" } ?? "10"
            let (up, small) = (NumberText.fixed(-size * 4 / 11), NumberText.fixed(size * 8 / 11))
            let raised =
                "<tspan dy=\"\(up)\" font-size=\"\(small)\">\(TickLabel.exponentText(exponent))</tspan>"
            out.element("text", attributes, raw: base + raised)
        }
    }
}
