import Core

/// Draws a plot: frames, axes and marks.
struct PlotDrawing {
    private let plot: Plot
    private let style: FigureStyle
    private let layout: PlotLayout

    /// The dashes of what is told apart by them.
    static let dashes = "6 3"

    /// A drawing of a plot.
    init(_ plot: Plot, _ style: FigureStyle) {
        self.plot = plot
        self.style = style
        layout = PlotLayout(plot, style)
    }

    /// The SVG document, or the `<svg>` element alone for use inside HTML.
    func draw(standalone: Bool) -> DrawnFigure {
        let frame = FigureFrame(
            style: style, title: "\(plot.name): \(plot.title)", description: plot.description,
            width: layout.width, titleLines: layout.titleLines, bodyBottom: layout.bottom,
            legend: plot.key.isEmpty
                ? nil
                : PlotKey(plot.key, style: style, width: layout.width - 2 * style.margin),
            footer: plot.notes)
        return frame.draw(standalone: standalone) { out in
            SiteGlyph(style: style).definitions(
                hatches: hasPhases, running: false, into: &out)
        } body: { out in
            for (number, frame) in layout.frames.enumerated() {
                out.element("g", ["id": "\(style.idPrefix)-panel-\(number)"]) { out in
                    draw(frame, into: &out)
                }
            }
        }
    }

    private var hasPhases: Bool {
        plot.key.contains { if case .phase = $0.ink { true } else { false } }
    }

    private func draw(_ frame: PlotLayout.Frame, into out: inout Markup) {
        let rect = frame.rect
        for mark in frame.panel.marks { draw(mark, frame, into: &out) }
        out.element(
            "rect",
            [
                "x": px(rect.x), "y": px(rect.y), "width": px(rect.width),
                "height": px(rect.height), "fill": "none", "stroke": Palette.text.hex,
            ])
        drawAxes(frame, into: &out)
        drawHead(frame, into: &out)
    }

    // MARK: Marks

    private func draw(_ mark: Plot.Mark, _ frame: PlotLayout.Frame, into out: inout Markup) {
        let rect = frame.rect
        switch mark {
        case .line(let points, let ink, let dashed):
            drawPath(path(points.map { ($0.x, $0.y) }, frame), ink, dashed: dashed, into: &out)
        case .band(let estimates, let ink):
            let upper = estimates.map { ($0.x, $0.high) }
            let lower = estimates.reversed().map { ($0.x, $0.low) }
            out.element(
                "path",
                [
                    "d": path(upper + lower, frame) + "Z", "fill": style.colour(ink).hex,
                    "fill-opacity": "0.18",
                ])
        case .estimates(let estimates, let ink):
            for estimate in estimates { draw(estimate, ink, frame, into: &out) }
        case .dots(let points, let ink):
            for point in points {
                guard let x = frame.x.position(point.x), let y = frame.y.position(point.y)
                else { continue }
                out.element(
                    "circle",
                    [
                        "cx": px(x), "cy": px(y), "r": "2.6", "fill": style.colour(ink).hex,
                        "stroke": "#ffffff", "stroke-width": "0.8",
                    ])
            }
        case .bars(let bars, let inks): draw(bars, inks, frame, into: &out)
        case .vertical(let value, let ink, let dashed):
            guard let x = frame.x.position(value) else { return }
            drawPath(
                "M\(px(x)) \(px(rect.y))v\(px(rect.height))", ink, dashed: dashed, width: "1.2",
                into: &out)
        case .horizontal(let value):
            guard let y = frame.y.position(value) else { return }
            out.element(
                "path",
                [
                    "d": "M\(px(rect.x)) \(px(y))h\(px(rect.width))",
                    "stroke": Palette.quiet.hex, "stroke-width": "0.8", "stroke-dasharray": "2 3",
                ])
        case .shade(let range):
            guard let low = frame.x.position(range.lowerBound),
                let high = frame.x.position(range.upperBound)
            else { return }
            out.element(
                "rect",
                [
                    "x": px(low), "y": px(rect.y), "width": px(high - low),
                    "height": px(rect.height), "fill": style.isGrey ? "#efefef" : "#f3ecd2",
                ])
        }
    }

    private func path(_ points: [(Double, Double)], _ frame: PlotLayout.Frame) -> String {
        CurvePath(
            points.map { x, y in
                guard let across = frame.x.position(x), let along = frame.y.position(y) else {
                    return nil
                }
                // What goes beyond a given end is cut off there.
                let (top, bottom) = (frame.rect.y, frame.rect.y + frame.rect.height)
                return (across, min(max(along, top), bottom))
            }
        ).data
    }

    private func drawPath(
        _ data: String, _ ink: LineInk, dashed: Bool, width: String = "1.6",
        into out: inout Markup
    ) {
        guard !data.isEmpty else { return }
        out.element(
            "path",
            [
                "d": data, "fill": "none", "stroke": style.colour(ink).hex, "stroke-width": width,
                "stroke-linejoin": "round", "stroke-dasharray": dashed ? PlotDrawing.dashes : nil,
            ])
    }

    private func draw(
        _ estimate: Plot.Estimate, _ ink: LineInk, _ frame: PlotLayout.Frame,
        into out: inout Markup
    ) {
        guard let x = frame.x.position(estimate.x), let y = frame.y.position(estimate.y),
            let low = frame.y.position(estimate.low), let high = frame.y.position(estimate.high)
        else { return }
        let colour = style.colour(ink).hex
        out.element(
            "path",
            [
                "d": "M\(px(x)) \(px(low))V\(px(high))M\(px(x - 3)) \(px(low))h6"
                    + "M\(px(x - 3)) \(px(high))h6", "stroke": colour, "stroke-width": "1.2",
                "fill": "none",
            ])
        out.element("circle", PlotKey.dot(x, y, ink, style))
    }

    private func draw(
        _ bars: [Plot.Bar], _ inks: [LineInk], _ frame: PlotLayout.Frame, into out: inout Markup
    ) {
        let places = bars.compactMap { frame.x.position($0.x) }
        let apart = zip(places, places.dropFirst()).map { abs($1 - $0) }.min()
        let width = min(60, 0.86 * (apart ?? frame.rect.width / 2))
        for bar in bars {
            guard let x = frame.x.position(bar.x) else { continue }
            var below = 0.0
            for (share, ink) in zip(bar.shares, inks) where share > 0 {
                guard let low = frame.y.position(below), let high = frame.y.position(below + share)
                else { continue }
                below += share
                var fills = [style.colour(ink).hex]
                if case .phase(let phase) = ink {
                    fills.append("url(#\(style.idPrefix)-\(phase.name))")
                }
                for fill in fills {
                    out.element(
                        "rect",
                        [
                            "x": px(x - width / 2), "y": px(high), "width": px(width),
                            "height": px(low - high), "fill": fill, "stroke": "#ffffff",
                            "stroke-width": "0.6",
                        ])
                }
            }
        }
    }

    // MARK: Axes

    private func drawAxes(_ frame: PlotLayout.Frame, into out: inout Markup) {
        let rect = frame.rect
        let sizes = style.sizes
        let bottom = rect.y + rect.height
        let across = frame.xTicks.map { "M\(px($0.position)) \(px(bottom))v5" }
        let along = frame.yTicks.map { "M\(px(rect.x)) \(px($0.position))h-5" }
        out.element(
            "path",
            [
                "d": (across + (frame.showsY ? along : [])).joined(), "stroke": Palette.text.hex,
                "fill": "none",
            ])
        if frame.showsX {
            for tick in frame.xTicks {
                guard let label = tick.label else { continue }
                PanelAxes.draw(
                    label, x: tick.position,
                    y: bottom + DiagramLayout.tickLength + 3 + sizes.tick, anchor: "middle",
                    size: sizes.tick, into: &out)
            }
            if let name = frame.panel.x.name {
                out.element(
                    "text",
                    [
                        "x": px(rect.x + rect.width / 2),
                        "y": px(
                            bottom + DiagramLayout.tickLength + 4 + sizes.tick + 6 * sizes.scale
                                + sizes.axis * 0.8),
                        "font-size": px(sizes.axis), "text-anchor": "middle",
                    ], name)
            }
        }
        guard frame.showsY else { return }
        for tick in frame.yTicks {
            guard let label = tick.label else { continue }
            PanelAxes.draw(
                label, x: rect.x - DiagramLayout.tickLength - 3,
                y: tick.position + sizes.tick * 0.36, anchor: "end", size: sizes.tick, into: &out)
        }
        guard let name = frame.panel.y.name else { return }
        let labels = frame.yTicks.compactMap { $0.label?.width(sizes.tick) }.max() ?? 0
        let x = rect.x - DiagramLayout.tickLength - 6 - labels - 4 * sizes.scale
        // A name longer than its axis takes two lines.
        let lines = TextMeasure.wrap(name, width: rect.height + 24, size: sizes.axis)
        for (number, line) in lines.enumerated() {
            let back = Double(lines.count - 1 - number) * (sizes.axis + 1)
            out.element(
                "text",
                [
                    "transform":
                        "translate(\(px(max(sizes.axis, x - back))) \(px(rect.y + rect.height / 2))) rotate(-90)",
                    "font-size": px(sizes.axis), "text-anchor": "middle",
                ], line)
        }
    }

    /// Title and remarks above a frame; a remark turns to the side that has room.
    private func drawHead(_ frame: PlotLayout.Frame, into out: inout Markup) {
        let rect = frame.rect
        let sizes = style.sizes
        for (number, label) in frame.panel.labels.enumerated() {
            guard let x = frame.x.position(label.x) else { continue }
            let below = Double(frame.panel.labels.count - 1 - number)
            let y = rect.y - PlotLayout.headGap - below * sizes.panelLine
            let isRight = x > rect.x + rect.width * 0.5
            drawPath(
                "M\(px(x)) \(px(rect.y))V\(px(y - sizes.tick * 0.7))", label.ink, dashed: false,
                width: "1", into: &out)
            out.element(
                "text",
                [
                    "x": px(x + (isRight ? -5 : 5)), "y": px(y), "font-size": px(sizes.tick),
                    "fill": style.colour(label.ink).hex, "text-anchor": isRight ? "end" : "start",
                ], label.text)
        }
        let lines = PlotLayout.titleLines(frame.panel, rect.width, sizes)
        for (number, line) in lines.enumerated() {
            let above = Double(frame.panel.labels.count + lines.count - 1 - number)
            out.element(
                "text",
                [
                    "x": px(rect.x), "y": px(rect.y - PlotLayout.headGap - above * sizes.panelLine),
                    "font-size": px(sizes.panel), "font-weight": "600",
                ], line)
        }
    }
}
