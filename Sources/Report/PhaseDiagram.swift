import Core

/// The phase diagram as SVG: small multiples of cells coloured and lettered by phase, with the lines between unlike
/// neighbours, a legend with counts, and a footer that says how the phases were read off.
///
/// The first axis is x, the second y, the third makes panels from left to right, the fourth rows of them. The same
/// input gives the same bytes.
package struct PhaseDiagram {
    private let grid: SiteGrid
    private let options: DiagramOptions
    private let layout: DiagramLayout
    private let text: DiagramText
    private let counts: SiteCounts
    private let boundaries: [[[GridCorner]]]

    /// Lays out a phase diagram.
    package init(_ input: PhaseDiagramInput, options: DiagramOptions = DiagramOptions()) {
        let grid = SiteGrid(input)
        let layout = DiagramLayout(input, options)
        self.grid = grid
        self.options = options
        self.layout = layout
        text = DiagramText(grid: grid)
        counts = SiteCounts(grid, grid.places)
        boundaries = layout.panels.map { panel in
            BoundaryTracer(
                columns: layout.x.spans.count, rows: layout.rowCount,
                areColumnsNeighbours: !layout.x.axis.isCategorical,
                areRowsNeighbours: layout.y?.axis.isCategorical != true
            ) {
                grid.summary(layout.place($0, $1, in: panel)).phase?.phase
            }.lines
        }
    }

    /// The SVG document, or the `<svg>` element alone for use inside HTML.
    package func svg(standalone: Bool = true) -> String {
        let legend = DiagramLegend(
            counts, seeds: grid.input.seeds.count,
            hasBoundary: boundaries.contains { !$0.isEmpty },
            width: layout.width - 2 * DiagramLayout.margin)
        let footer = text.footer(counts).map {
            TextMeasure.wrap(
                $0, width: layout.width - 2 * DiagramLayout.margin,
                size: DiagramLayout.Font.footer)
        }
        let legendTop = layout.panelsBottom + 12
        let footerTop = legendTop + legend.height + 6
        let footerHeight = footer.reduce(0) { $0 + Double($1.count) * 14 + 4 }
        let height = footerTop + footerHeight + DiagramLayout.margin - 4
        let id = options.idPrefix
        let size = "0 0 \(px(layout.width)) \(px(height))"
        var out = Markup()
        if standalone { out.lines("<?xml version=\"1.0\" encoding=\"UTF-8\"?>") }
        out.element(
            "svg",
            [
                "xmlns": "http://www.w3.org/2000/svg",
                "viewBox": size,
                "width": px(layout.width), "height": px(height),
                // An image hides what is inside it, links included, so a linked map is a group.
                "role": isLinked ? "group" : "img",
                "aria-labelledby": "\(id)-title \(id)-desc",
                "font-family": PhaseDiagram.fonts, "fill": Palette.text.hex,
            ]
        ) { out in
            out.element("title", ["id": "\(id)-title"], "Phase diagram: \(grid.input.title)")
            out.element("desc", ["id": "\(id)-desc"], text.description(layout))
            out.element("style", raw: PhaseDiagram.style)
            SiteGlyph(options: options).definitions(
                hatches: usesHatches, running: counts.running.cells > 0, into: &out)
            out.element(
                "rect", ["width": "100%", "height": "100%", "fill": Palette.ground.hex])
            drawTitle(into: &out)
            for (panel, lines) in zip(layout.panels, boundaries) {
                draw(panel, lines, into: &out)
            }
            drawAxisTitles(into: &out)
            out.element("g", ["id": "\(id)-legend"]) { out in
                legend.draw(
                    SiteGlyph(options: options), x: DiagramLayout.margin, y: legendTop, into: &out)
            }
            drawFooter(footer, top: footerTop, into: &out)
        }
        return out.text
    }

    /// The fonts of every figure: what the reader's system has.
    static let fonts =
        "system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', Helvetica, Arial, sans-serif"

    private static let style =
        ".site:hover>rect:first-of-type,a:focus .site>rect:first-of-type"
        + "{stroke:#000;stroke-width:2}"

    private var isLinked: Bool {
        grid.input.sites.contains { $0.cells.contains { $0.href != nil } }
    }

    private var usesHatches: Bool {
        let least = (layout.x.spans + (layout.y?.spans ?? [])).map(\.size).min() ?? 0
        return least < options.letterSize
    }

    private func drawTitle(into out: inout Markup) {
        for (number, line) in layout.titleLines.enumerated() {
            let baseline =
                DiagramLayout.margin + Double(number + 1) * (DiagramLayout.Font.title + 5) - 6
            out.element(
                "text",
                [
                    "x": px(DiagramLayout.margin), "y": px(baseline),
                    "font-size": px(DiagramLayout.Font.title), "font-weight": "600",
                ], line)
        }
    }

    private func draw(
        _ panel: DiagramPanel, _ lines: [[GridCorner]], into out: inout Markup
    ) {
        let name = panel.fixed.map { "-\($0)" }.joined()
        out.element("g", ["id": "\(options.idPrefix)-panel\(name)"]) { out in
            for (number, line) in panel.title.enumerated() {
                let below = Double(panel.title.count - 1 - number)
                out.element(
                    "text",
                    [
                        "x": px(panel.x),
                        "y": px(panel.y - 7 - below * (DiagramLayout.Font.panel + 4)),
                        "font-size": px(DiagramLayout.Font.panel), "font-weight": "600",
                    ], line)
            }
            for row in 0..<layout.rowCount {
                for column in layout.x.spans.indices { drawSite(column, row, panel, into: &out) }
            }
            if !lines.isEmpty {
                let path = lines.map { line in
                    line.enumerated().map { number, corner in
                        let at = layout.corner(corner.column, corner.row, in: panel)
                        return "\(number == 0 ? "M" : "L")\(px(at.x)) \(px(at.y))"
                    }.joined()
                }.joined()
                PhaseDiagram.drawBoundary(path, into: &out)
            }
            PanelAxes(layout: layout, panel: panel).draw(into: &out)
        }
    }

    private func drawSite(
        _ column: Int, _ row: Int, _ panel: DiagramPanel, into out: inout Markup
    ) {
        let place = layout.place(column, row, in: panel)
        let summary = grid.summary(place)
        let cells = grid.cells(place)
        let rect = layout.rect(column, row, in: panel)
        let ids = cells.compactMap(\.id).map { "cell-\($0)" }
        // With one seed the site is the cell; with more, each cell has an anchor inside the site.
        let own = cells.count == 1 ? ids.first : nil
        let siteID = "\(options.idPrefix)-site" + place.map { "-\($0)" }.joined()
        let body: (inout Markup) -> Void = { out in
            out.element("g", ["id": own ?? siteID, "class": "site"]) { out in
                out.element("title", [:], text.tooltip(place))
                if own == nil { for id in ids { out.element("g", ["id": id]) } }
                SiteGlyph(options: options).draw(summary, in: rect, into: &out)
            }
        }
        if let href = link(summary, cells) {
            out.element("a", ["href": href], body: body)
        } else {
            body(&out)
        }
    }

    /// The page of the first seed that has the phase shown, else of the first that has a page.
    private func link(_ summary: SiteSummary, _ cells: [CellState]) -> String? {
        let representative = cells.first { cell in
            guard let verdict = cell.status.verdict else { return false }
            return verdict.phase == summary.phase?.phase && cell.href != nil
        }
        return representative?.href ?? cells.lazy.compactMap(\.href).first
    }

    /// A line between unlike sites: dark in a white halo, so that it shows on every fill.
    static func drawBoundary(_ path: String, into out: inout Markup) {
        for (colour, width) in [(Palette.ground, "3.6"), (Palette.boundary, "1.7")] {
            out.element(
                "path",
                [
                    "d": path, "fill": "none", "stroke": colour.hex, "stroke-width": width,
                    "stroke-linejoin": "round", "pointer-events": "none",
                ])
        }
    }

    private func drawAxisTitles(into out: inout Markup) {
        let size = DiagramLayout.Font.axis
        out.element(
            "text",
            [
                "x": px((layout.plotLeft + layout.plotRight) / 2),
                "y": px(layout.panelsBottom - 4), "font-size": px(size),
                "text-anchor": "middle",
            ], PanelAxes.title(layout.x))
        guard let y = layout.y else { return }
        let tops = Set(layout.panels.map(\.y)).sorted()
        for top in tops {
            let x = DiagramLayout.margin + size
            let middle = top + layout.plotHeight / 2
            out.element(
                "text",
                [
                    "transform": "translate(\(px(x)) \(px(middle))) rotate(-90)",
                    "font-size": px(size), "text-anchor": "middle",
                ], PanelAxes.title(y))
        }
    }

    private func drawFooter(
        _ paragraphs: [[String]], top: Double, into out: inout Markup
    ) {
        let attributes: Markup.Attributes = [
            "id": "\(options.idPrefix)-footer", "fill": Palette.quiet.hex,
            "font-size": px(DiagramLayout.Font.footer),
        ]
        out.element("g", attributes) { out in
            var y = top + 10
            for paragraph in paragraphs {
                for line in paragraph {
                    out.element("text", ["x": px(DiagramLayout.margin), "y": px(y)], line)
                    y += 14
                }
                y += 4
            }
        }
    }

    private func px(_ value: Double) -> String { NumberText.fixed(value) }
}
