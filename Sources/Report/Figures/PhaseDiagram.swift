import Core

/// Draws a phase diagram as SVG: small multiples of cells coloured and lettered by phase, with the lines between unlike
/// neighbours, a legend with counts, and a footer that says how the phases were read off.
package struct PhaseDiagram: Figure {
    private let grid: SiteGrid
    private let overlays: [MapOverlay]

    /// The phase diagram of a map.
    package init(_ input: PhaseDiagramInput) { self.init(input, overlays: []) }

    /// The phase diagram of a map under lines of theory.
    init(_ input: PhaseDiagramInput, overlays: [MapOverlay]) {
        grid = SiteGrid(input)
        self.overlays = overlays
    }

    package var caption: [String] { DiagramText(grid: grid).footer(SiteCounts(grid, grid.places)) }

    package func draw(_ style: FigureStyle, standalone: Bool) -> DrawnFigure {
        MapFigure(grid, PhaseContent(grid, style), style: style, overlays: overlays)
            .draw(standalone: standalone)
    }
}

/// A map's sites by phase.
struct PhaseContent: MapContent {
    private let grid: SiteGrid
    private let style: FigureStyle
    private let words: DiagramText
    private let counts: SiteCounts

    init(_ grid: SiteGrid, _ style: FigureStyle) {
        self.grid = grid
        self.style = style
        words = DiagramText(grid: grid)
        counts = SiteCounts(grid, grid.places)
    }

    var name: String { "Phase diagram" }
    var isOfPhases: Bool { true }
    var footer: [String] { words.footer(counts) }
    func tooltip(_ place: [Int]) -> String { words.tooltip(place) }
    func description(_ layout: DiagramLayout) -> String { words.description(layout) }

    func definitions(least: Double, into out: inout Markup) {
        SiteGlyph(style: style).definitions(
            hatches: least < style.letterSize || style.isGrey, running: counts.running.cells > 0,
            derived: counts.predicted.sites + counts.inferred.sites > 0, into: &out)
    }

    func draw(_ place: [Int], in rect: Rect, into out: inout Markup) {
        SiteGlyph(style: style).draw(grid.summary(place), in: rect, into: &out)
    }

    func legend(least: Double, hasBoundary: Bool, width: Double) -> any Legend {
        DiagramLegend(
            counts, seeds: grid.input.cellsPerSite, hasBoundary: hasBoundary,
            isLettered: least >= style.letterSize, style: style, width: width)
    }
}
