/// What every figure has around its body: size, role, title, description, legend and footer.
struct FigureFrame {
    /// How it looks.
    let style: FigureStyle
    /// The title for people who do not see it.
    let title: String
    /// What it shows, for people who do not see it.
    let description: String
    /// Its role: `img`, or `group` where there are links inside.
    var role = "img"
    /// Width that the body takes in px.
    let width: Double
    /// The visible title's lines.
    let titleLines: [String]
    /// Where the body ends, in px.
    let bodyBottom: Double
    /// What explains the marks.
    let legend: (any Legend)?
    /// Paragraphs at the bottom.
    let footer: [String]

    /// The SVG document, or the `<svg>` element alone for use inside HTML.
    func draw(
        standalone: Bool, definitions: (inout Markup) -> Void, body: (inout Markup) -> Void
    ) -> DrawnFigure {
        let sizes = style.sizes
        let width = max(width, style.width ?? 0)
        let paragraphs =
            style.showsFooter
            ? footer.map {
                TextMeasure.wrap($0, width: width - 2 * style.margin, size: sizes.footer)
            } : []
        let legend = style.showsLegend ? legend : nil
        let legendTop = bodyBottom + 12 * sizes.scale
        let footerTop = legendTop + (legend?.height ?? 0) + 6
        let footerHeight = paragraphs.reduce(0) { $0 + Double($1.count) * sizes.footerLine + 4 }
        let height = footerTop + footerHeight + style.margin - 4
        let id = style.idPrefix
        // A body that cannot be made as narrow as asked is scaled down.
        let shown = (style.width ?? width) / width
        let size = style.size(width * shown, height * shown)
        var out = Markup()
        if standalone { out.lines("<?xml version=\"1.0\" encoding=\"UTF-8\"?>") }
        out.element(
            "svg",
            [
                "xmlns": "http://www.w3.org/2000/svg",
                "viewBox": "0 0 \(px(width)) \(px(height))",
                "width": size.width, "height": size.height,
                "role": style.isInteractive ? "graphics-document document" : role,
                "id": style.isInteractive ? id : nil,
                "aria-labelledby": "\(id)-title \(id)-desc",
                "font-family": style.fonts, "fill": Palette.text.hex,
            ]
        ) { out in
            out.element("title", ["id": "\(id)-title"], title)
            out.element("desc", ["id": "\(id)-desc"], description)
            definitions(&out)
            out.element(
                "rect", ["width": "100%", "height": "100%", "fill": Palette.ground.hex])
            drawTitle(into: &out)
            body(&out)
            if let legend {
                out.element("g", ["id": "\(id)-legend"]) { out in
                    legend.draw(x: style.margin, y: legendTop, into: &out)
                }
            }
            if !paragraphs.isEmpty { drawFooter(paragraphs, top: footerTop, into: &out) }
        }
        return DrawnFigure(text: out.text, width: width * shown, height: height * shown)
    }

    private func drawTitle(into out: inout Markup) {
        let sizes = style.sizes
        for (number, line) in titleLines.enumerated() {
            let baseline =
                style.margin + Double(number + 1) * sizes.titleLine - 6 * sizes.scale
            out.element(
                "text",
                [
                    "x": px(style.margin), "y": px(baseline),
                    "font-size": px(sizes.title), "font-weight": "600",
                ], line)
        }
    }

    private func drawFooter(
        _ paragraphs: [[String]], top: Double, into out: inout Markup
    ) {
        let sizes = style.sizes
        let attributes: Markup.Attributes = [
            "id": "\(style.idPrefix)-footer", "fill": Palette.quiet.hex,
            "font-size": px(sizes.footer),
        ]
        out.element("g", attributes) { out in
            var y = top + 10 * sizes.scale
            for paragraph in paragraphs {
                for line in paragraph {
                    out.element("text", ["x": px(style.margin), "y": px(y)], line)
                    y += sizes.footerLine
                }
                y += 4
            }
        }
    }
}
