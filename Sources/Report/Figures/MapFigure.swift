import Core

/// What a map shows at its sites, and how one is painted: the part in which kinds of map differ.
protocol MapContent: Sendable {
    /// The kind of figure in words: `Phase diagram`.
    var name: String { get }
    /// Whether it shows phases, which can be drawn together where there are many sites.
    var isOfPhases: Bool { get }
    /// What the tooltip of a site says.
    func tooltip(_ place: [Int]) -> String
    /// What the figure shows, for people who do not see it.
    func description(_ layout: DiagramLayout) -> String
    /// Paragraphs below the figure.
    var footer: [String] { get }
    /// The patterns that sites refer to, where the smallest cell is of this size.
    func definitions(least: Double, into out: inout Markup)
    /// Paints a site into its cell.
    func draw(_ place: [Int], in rect: Rect, into out: inout Markup)
    /// What explains the paint, in lines of at most `width` px.
    func legend(least: Double, hasBoundary: Bool, width: Double) -> any Legend
}

/// What stands below a figure and explains its marks.
protocol Legend {
    /// Height in px.
    var height: Double { get }
    /// Draws it with its top left corner here.
    func draw(x: Double, y: Double, into out: inout Markup)
}

/// A figure of a grid: small multiples of cells with axes, the lines between sites of unlike phase, legend and footer.
///
/// The first axis is x, the second y, the third makes panels from left to right, the fourth rows of them. The same
/// input gives the same bytes.
struct MapFigure {
    let grid: SiteGrid
    let style: FigureStyle
    let layout: DiagramLayout
    let content: any MapContent
    let overlays: [MapOverlay]
    private let boundaries: [[[GridCorner]]]

    /// Lays out a map of these contents.
    init(
        _ grid: SiteGrid, _ content: any MapContent, style: FigureStyle,
        overlays: [MapOverlay] = []
    ) {
        let layout = DiagramLayout(grid.input, style)
        self.grid = grid
        self.style = style
        self.layout = layout
        self.content = content
        self.overlays = overlays
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

    /// The smallest side of a cell, in px.
    private var least: Double {
        (layout.x.spans + (layout.y?.spans ?? [])).map(\.size).min() ?? 0
    }

    /// The SVG document, or the `<svg>` element alone for use inside HTML.
    ///
    /// - Parameters:
    ///   - standalone: whether it is a document.
    ///   - isLean: whether sites are drawn together, without names and links of their own; nil where there are many.
    /// - Returns: the markup with its size.
    func draw(standalone: Bool, isLean: Bool? = nil) -> DrawnFigure {
        let isLean = isLean ?? (grid.places.count > 5 * LeanSites.fewest)
        let legend = content.legend(
            least: isLean ? 0 : least, hasBoundary: boundaries.contains { !$0.isEmpty },
            width: layout.room)
        let frame = FigureFrame(
            style: style, title: "\(content.name): \(grid.input.title)",
            description: content.description(layout),
            // An image hides what is inside it, links included, so a linked map is a group.
            role: isLinked ? "group" : "img",
            width: layout.width, titleLines: layout.titleLines, bodyBottom: layout.panelsBottom,
            legend: legend, footer: content.footer)
        return frame.draw(standalone: standalone) { out in
            out.element("style", raw: MapFigure.css)
            content.definitions(least: isLean ? 0 : least, into: &out)
        } body: { out in
            for (panel, lines) in zip(layout.panels, boundaries) {
                draw(panel, lines, isLean: isLean, into: &out)
            }
            drawAxisTitles(into: &out)
        }
    }

    private static let css =
        ".site:hover>rect:first-of-type,a:focus .site>rect:first-of-type"
        + "{stroke:#000;stroke-width:2}"

    private var isLinked: Bool {
        grid.input.sites.contains { $0.href != nil || $0.cells.contains { $0.href != nil } }
    }

    private func draw(
        _ panel: DiagramPanel, _ lines: [[GridCorner]], isLean: Bool, into out: inout Markup
    ) {
        let name = panel.fixed.map { "-\($0)" }.joined()
        let sizes = style.sizes
        out.element("g", ["id": "\(style.idPrefix)-panel\(name)"]) { out in
            for (number, line) in panel.title.enumerated() {
                let below = Double(panel.title.count - 1 - number)
                out.element(
                    "text",
                    [
                        "x": px(panel.x),
                        "y": px(panel.y - 7 - below * sizes.panelLine),
                        "font-size": px(sizes.panel), "font-weight": "600",
                    ], line)
            }
            if isLean, content.isOfPhases {
                LeanSites(layout: layout, grid: grid).draw(panel, into: &out)
            } else {
                for row in 0..<layout.rowCount {
                    for column in layout.x.spans.indices {
                        drawSite(column, row, panel, isLean: isLean, into: &out)
                    }
                }
            }
            if !lines.isEmpty {
                let path = lines.map { line in
                    line.enumerated().map { number, corner in
                        let at = layout.corner(corner.column, corner.row, in: panel)
                        return "\(number == 0 ? "M" : "L")\(px(at.x)) \(px(at.y))"
                    }.joined()
                }.joined()
                MapFigure.drawBoundary(path, into: &out)
            }
            for overlay in overlays { overlay.draw(layout, panel, into: &out) }
            PanelAxes(layout: layout, panel: panel).draw(into: &out)
        }
    }

    private func drawSite(
        _ column: Int, _ row: Int, _ panel: DiagramPanel, isLean: Bool, into out: inout Markup
    ) {
        let place = layout.place(column, row, in: panel)
        guard !isLean else {
            return content.draw(place, in: layout.rect(column, row, in: panel), into: &out)
        }
        let cells = grid.cells(place)
        let rect = layout.rect(column, row, in: panel)
        // Beside another map of the same cells they have names of their own.
        let prefix = style.isPart && !style.isInteractive ? "\(style.idPrefix)-cell-" : "cell-"
        let ids = cells.compactMap(\.id).map { prefix + $0 }
        // With one seed the site is the cell; with more, each cell has an anchor inside the site.
        let own = cells.count == 1 ? ids.first : nil
        let siteID = "\(style.idPrefix)-site" + place.map { "-\($0)" }.joined()
        let body: (inout Markup) -> Void = { out in
            out.element("g", ["id": own ?? siteID, "class": "site"]) { out in
                out.element("title", [:], content.tooltip(place))
                if own == nil { for id in ids { out.element("g", ["id": id]) } }
                content.draw(place, in: rect, into: &out)
            }
        }
        if let href = grid.href(place) {
            out.element("a", ["href": href], body: body)
        } else {
            body(&out)
        }
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
        let size = style.sizes.axis
        out.element(
            "text",
            [
                "x": px((layout.plotLeft + layout.plotRight) / 2),
                "y": px(layout.panelsBottom - 4), "font-size": px(size),
                "text-anchor": "middle",
            ], PanelAxes.title(layout.x))
        guard let y = layout.y else { return }
        let tops = Set(layout.panels.map(\.y)).sorted()
        let middles = tops.map { $0 + layout.plotHeight / 2 }
        // A name longer than its rows are apart stands once, beside all of them.
        let apart = zip(middles, middles.dropFirst()).map { $1 - $0 }.min() ?? .infinity
        let isOnce = TextMeasure.width(PanelAxes.title(y), size) > apart - 6
        for middle in isOnce ? [((middles.first ?? 0) + (middles.last ?? 0)) / 2] : middles {
            let x = style.margin + size
            out.element(
                "text",
                [
                    "transform": "translate(\(px(x)) \(px(middle))) rotate(-90)",
                    "font-size": px(size), "text-anchor": "middle",
                ], PanelAxes.title(y))
        }
    }
}
