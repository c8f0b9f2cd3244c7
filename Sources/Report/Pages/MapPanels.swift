import Core

/// A map as a page shows it: a figure per panel, so that they wrap on narrow screens, and one legend.
struct MapPanels {
    /// The map.
    let grid: SiteGrid
    /// The panels' ids, layouts, and indices on the third and fourth axis.
    let layouts: [(id: String, layout: DiagramLayout, fixed: [Int])]
    private let maps: [(id: String, map: MapFigure)]
    private let style: FigureStyle
    private let isLean: Bool

    /// The panels of a map.
    init(_ grid: SiteGrid, _ style: FigureStyle) {
        self.grid = grid
        isLean = grid.places.count > LeanSites.fewest
        var style = style
        style.isPart = true
        style.isInteractive = true
        style.showsTitle = false
        style.showsFooter = false
        style.showsLegend = false
        style.width = nil
        self.style = style
        let axes = grid.input.axes
        let orders = axes.dropFirst(2).map { axis in
            axis.values.indices.sorted { axis.values[$0] < axis.values[$1] }
        }
        // The third axis runs fastest, as in the figure.
        let places = orders.reversed().reduce([[]] as [[Int]]) { places, order in
            places.flatMap { place in order.map { [$0] + place } }
        }
        // Each panel is asked for its own sites only.
        let sites = Dictionary(grouping: grid.input.sites) { Array($0.place.dropFirst(2)) }
        var layouts: [(id: String, layout: DiagramLayout, fixed: [Int])] = []
        var maps: [(id: String, map: MapFigure)] = []
        for (number, fixed) in places.enumerated() {
            var part = grid.input
            part.axes = Array(axes.prefix(2))
            part.sites = (sites[fixed] ?? []).map {
                var site = $0
                site.place = Array($0.place.prefix(2))
                return site
            }
            part.slices += zip(axes.dropFirst(2), fixed).map { $0.named(at: $1) }
            var own = style
            own.idPrefix = "\(style.idPrefix)-\(number)"
            let partGrid = SiteGrid(part)
            let map = MapFigure(partGrid, PhaseContent(partGrid, own), style: own)
            layouts.append((own.idPrefix, map.layout, fixed))
            maps.append((own.idPrefix, map))
        }
        self.layouts = layouts
        self.maps = maps
    }

    /// Draws figures and legend.
    func draw(_ counts: SiteCounts, into out: inout Markup) {
        out.element("div", ["class": "maps"]) { out in
            for (_, map) in maps {
                out.element("figure") { out in
                    out.verbatim(map.draw(standalone: false, isLean: isLean).text)
                }
            }
        }
        drawLegend(counts, into: &out)
    }

    /// The legend as a list, which wraps as text does.
    private func drawLegend(_ counts: SiteCounts, into out: inout Markup) {
        var own = style
        own.idPrefix += "-key"
        let least =
            layouts.map { part in
                (part.layout.x.spans + (part.layout.y?.spans ?? [])).map(\.size).min() ?? 0
            }.min() ?? 0
        let isLettered = least >= style.letterSize && !isLean
        own.letterSize = isLettered ? 14 : .infinity
        let glyph = SiteGlyph(style: own)
        let hidden: Markup.Attributes = ["width": "0", "height": "0", "aria-hidden": "true"]
        out.element("svg", hidden) { out in
            glyph.definitions(
                hatches: !isLettered || own.isGrey, running: counts.running.cells > 0,
                derived: counts.predicted.sites + counts.inferred.sites > 0, into: &out)
        }
        let entries = DiagramLegend.entries(
            counts, seeds: grid.input.cellsPerSite, hasBoundary: true)
        let swatch = Rect(x: 0, y: 0, width: 18, height: 18)
        out.element("ul", ["class": "legend"]) { out in
            for entry in entries {
                out.element("li") { out in
                    out.element("svg", ["width": "18", "height": "18", "aria-hidden": "true"]) {
                        out in SwatchLegend.draw(entry.sign, in: swatch, glyph, into: &out)
                    }
                    out.element("span", [:], entry.text)
                }
            }
        }
    }
}
