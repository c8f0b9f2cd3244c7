import Core

/// The key of a plot: a sign and a text per entry, in as many lines as they need.
struct PlotKey: Legend {
    private let lines: [[(entry: Plot.Key, x: Double)]]
    private let style: FigureStyle

    private var lineHeight: Double { 20 * style.sizes.scale }

    /// Height in px.
    var height: Double { lines.isEmpty ? 0 : Double(lines.count) * lineHeight }

    /// A key in lines of at most `width` px.
    init(_ entries: [Plot.Key], style: FigureStyle, width: Double) {
        self.style = style
        var lines: [[(entry: Plot.Key, x: Double)]] = []
        var x = 0.0
        for entry in entries {
            let own = PlotKey.signWidth + 6 + TextMeasure.width(entry.text, style.sizes.legend)
            if lines.isEmpty || (x > 0 && x + own > width) {
                lines.append([])
                x = 0
            }
            lines[lines.count - 1].append((entry, x))
            x += own + 16 * style.sizes.scale
        }
        self.lines = lines
    }

    private static let signWidth = 24.0

    /// Draws the key with its top left corner here.
    func draw(x left: Double, y top: Double, into out: inout Markup) {
        for (number, line) in lines.enumerated() {
            let middle = top + (Double(number) + 0.5) * lineHeight
            for (entry, x) in line {
                sign(entry, x: left + x, y: middle, into: &out)
                out.element(
                    "text",
                    [
                        "x": NumberText.fixed(left + x + PlotKey.signWidth + 6),
                        "y": NumberText.fixed(middle + style.sizes.legend * 0.36),
                        "font-size": NumberText.fixed(style.sizes.legend),
                    ], entry.text)
            }
        }
    }

    /// A point: filled where it was measured, hollow where it was not.
    static func dot(
        _ x: Double, _ y: Double, _ ink: LineInk, _ style: FigureStyle
    ) -> Markup.Attributes {
        let colour = style.colour(ink).hex
        return [
            "cx": NumberText.fixed(x), "cy": NumberText.fixed(y), "r": "3",
            "fill": ink == .theory ? Palette.ground.hex : colour,
            "stroke": ink == .theory ? colour : nil,
        ]
    }

    private func sign(_ entry: Plot.Key, x: Double, y: Double, into out: inout Markup) {
        let colour = style.colour(entry.ink).hex
        switch entry.sign {
        case .line(let dashed):
            out.element(
                "path",
                [
                    "d": "M\(NumberText.fixed(x)) \(NumberText.fixed(y))h24", "stroke": colour,
                    "stroke-width": "2", "stroke-dasharray": dashed ? PlotDrawing.dashes : nil,
                ])
        case .dot:
            out.element("circle", PlotKey.dot(x + 12, y, entry.ink, style))
        case .fill:
            out.element(
                "rect",
                [
                    "x": NumberText.fixed(x + 4), "y": NumberText.fixed(y - 6), "width": "16",
                    "height": "12", "fill": colour, "stroke": Palette.text.hex,
                    "stroke-width": "0.6",
                ])
            if case .phase(let phase) = entry.ink {
                out.element(
                    "rect",
                    [
                        "x": NumberText.fixed(x + 4), "y": NumberText.fixed(y - 6),
                        "width": "16", "height": "12",
                        "fill": "url(#\(style.idPrefix)-\(phase.name))",
                    ])
            }
        }
    }
}
