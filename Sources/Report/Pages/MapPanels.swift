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
        out.element("figure") { out in out.verbatim(legend(counts)) }
    }

    private func legend(_ counts: SiteCounts) -> String {
        var own = style
        own.idPrefix += "-key"
        own.isInteractive = false
        own.showsLegend = true
        let least =
            layouts.map { part in
                (part.layout.x.spans + (part.layout.y?.spans ?? [])).map(\.size).min() ?? 0
            }.min() ?? 0
        let isLettered = least >= style.letterSize && !isLean
        let width = 860.0
        let legend = DiagramLegend(
            counts, seeds: grid.input.cellsPerSite, hasBoundary: true, isLettered: isLettered,
            style: own, width: width)
        let frame = FigureFrame(
            style: own, title: "Legend", description: DiagramText.phases(counts), width: width,
            titleLines: [], bodyBottom: -10, legend: legend, footer: [])
        return frame.draw(standalone: false) { out in
            SiteGlyph(style: own).definitions(
                hatches: !isLettered || own.isGrey, running: counts.running.cells > 0,
                derived: counts.predicted.sites + counts.inferred.sites > 0, into: &out)
        } body: { _ in
        }.text
    }
}
