import Core

/// One entry of a legend: a sign and its text.
struct LegendEntry {
    /// What is drawn as the sign.
    enum Sign {
        /// A site as the map draws it.
        case site(SiteSummary)
        /// A line between unlike sites.
        case boundary
    }

    var sign: Sign
    var text: String
}

/// The legend under a map's panels: a swatch and a text per entry, in as many lines as they need.
struct SwatchLegend: Legend {
    private let lines: [[(entry: LegendEntry, x: Double)]]
    private let glyph: SiteGlyph
    private let style: FigureStyle

    private var swatch: Double { 18 * style.sizes.scale }
    private var lineHeight: Double { 26 * style.sizes.scale }

    /// Height in px.
    var height: Double { Double(lines.count) * lineHeight }

    /// A legend in lines of at most `width` px, with signs as this glyph draws them.
    init(_ entries: [LegendEntry], glyph: SiteGlyph, style: FigureStyle, width: Double) {
        self.style = style
        self.glyph = glyph
        let scale = style.sizes.scale
        var lines: [[(entry: LegendEntry, x: Double)]] = [[]]
        var x = 0.0
        for entry in entries {
            let own = 18 * scale + 6 + TextMeasure.width(entry.text, style.sizes.legend)
            if x > 0, x + own > width {
                lines.append([])
                x = 0
            }
            lines[lines.count - 1].append((entry, x))
            x += own + 16 * scale
        }
        self.lines = lines
    }

    /// Draws a sign.
    static func draw(
        _ sign: LegendEntry.Sign, in rect: Rect, _ glyph: SiteGlyph, into out: inout Markup
    ) {
        switch sign {
        case .site(let summary): glyph.draw(summary, in: rect, into: &out)
        case .boundary:
            let middle = NumberText.fixed(rect.y + rect.height / 2)
            MapFigure.drawBoundary(
                "M\(NumberText.fixed(rect.x)) \(middle)H\(NumberText.fixed(rect.x + rect.width))",
                into: &out)
        }
    }

    /// Draws the legend with its top left corner here.
    func draw(x left: Double, y top: Double, into out: inout Markup) {
        let size = swatch
        for (number, line) in lines.enumerated() {
            let y = top + Double(number) * lineHeight
            for (entry, x) in line {
                let rect = Rect(x: left + x, y: y, width: size, height: size)
                SwatchLegend.draw(entry.sign, in: rect, glyph, into: &out)
                out.element(
                    "text",
                    [
                        "x": NumberText.fixed(rect.x + size + 6),
                        "y": NumberText.fixed(y + size / 2 + 4.2 * style.sizes.scale),
                        "font-size": NumberText.fixed(style.sizes.legend),
                    ], entry.text)
            }
        }
    }
}
