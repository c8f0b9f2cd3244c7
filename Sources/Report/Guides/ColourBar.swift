/// The legend of a map of numbers: a bar of the colours with round values below it, what an empty cell means, and the
/// swatches of other states.
struct ColourBar: Legend {
    private let scale: ColourScale
    private let name: String
    private let absence: (text: String, letter: Character?)?
    private let others: SwatchLegend
    private let style: FigureStyle
    private let barWidth: Double

    private static let barHeight = 12.0

    /// A bar at most `width` px wide; `absence` is what a site without a number has, and the letter in it where it has one.
    init(
        _ scale: ColourScale, name: String, absence: (text: String, letter: Character?)?,
        others: SwatchLegend,
        style: FigureStyle, width: Double
    ) {
        self.scale = scale
        self.name = name
        self.absence = absence
        self.others = others
        self.style = style
        barWidth = min(260, width - 30)
    }

    private var sizes: TextSizes { style.sizes }
    private var headHeight: Double {
        sizes.legend + 4 + ColourBar.barHeight + sizes.tick + 8
    }
    private var absenceHeight: Double { absence == nil ? 0 : 20 * sizes.scale }

    /// Height in px.
    var height: Double { headHeight + absenceHeight + 4 + others.height }

    /// Draws the legend with its top left corner here.
    func draw(x: Double, y: Double, into out: inout Markup) {
        out.element(
            "text",
            ["x": px(x), "y": px(y + sizes.legend * 0.8), "font-size": px(sizes.legend)], name)
        let top = y + sizes.legend + 4
        out.element("linearGradient", ["id": "\(style.idPrefix)-bar"]) { out in
            for (offset, colour) in scale.stops {
                out.element(
                    "stop",
                    ["offset": NumberText.fixed(offset, 4), "stop-color": colour.hex])
            }
        }
        out.element(
            "rect",
            [
                "x": px(x), "y": px(top), "width": px(barWidth),
                "height": px(ColourBar.barHeight), "fill": "url(#\(style.idPrefix)-bar)",
                "stroke": Palette.text.hex, "stroke-width": "0.8",
            ])
        let bottom = top + ColourBar.barHeight
        for tick in scale.ticks(most: max(2, Int(barWidth / (4.5 * sizes.tick)))) {
            let at = x + tick.position * barWidth
            out.element(
                "path", ["d": "M\(px(at)) \(px(bottom))v4", "stroke": Palette.text.hex])
            guard let label = tick.label else { continue }
            // Labels at the ends stay inside the figure.
            let half = label.width(sizes.tick) / 2
            PanelAxes.draw(
                label, x: max(at, x + half), y: bottom + 5 + sizes.tick, anchor: "middle",
                size: sizes.tick, into: &out)
        }
        if let absence {
            let line = y + headHeight + absenceHeight * 0.5
            out.element(
                "rect",
                [
                    "x": px(x + 0.5), "y": px(line - 6), "width": "12", "height": "12",
                    "fill": "#ffffff", "stroke": Palette.missing.hex, "stroke-width": "1",
                ])
            if let letter = absence.letter {
                out.element(
                    "text",
                    [
                        "x": px(x + 6.5), "y": px(line + 3.2), "font-size": "9",
                        "text-anchor": "middle",
                    ], String(letter))
            } else {
                out.element(
                    "rect",
                    [
                        "x": px(x + 4.5), "y": px(line - 2), "width": "4", "height": "4",
                        "fill": Palette.missing.hex,
                    ])
            }
            out.element(
                "text",
                [
                    "x": px(x + 20), "y": px(line + sizes.legend * 0.36),
                    "font-size": px(sizes.legend),
                ], absence.text)
        }
        others.draw(x: x, y: y + headHeight + absenceHeight + 4, into: &out)
    }
}
