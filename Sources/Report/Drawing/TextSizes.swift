/// Sizes of a figure's text in px.
struct TextSizes: Sendable, Hashable {
    /// The figure's title.
    let title: Double
    /// Names of axes.
    let axis: Double
    /// Numbers at ticks.
    let tick: Double
    /// Titles of panels.
    let panel: Double
    /// The legend.
    let legend: Double
    /// Rule and provenance.
    let footer: Double
    /// How these compare with a figure for the screen.
    let scale: Double

    /// Sizes in proportion to those for the screen.
    init(scale: Double = 1) {
        title = 17 * scale
        axis = 13 * scale
        tick = 11 * scale
        panel = 12 * scale
        legend = 12 * scale
        footer = 10.5 * scale
        self.scale = scale
    }

    /// From a title's line to the next.
    var titleLine: Double { title + 5 * scale }
    /// From a panel title's line to the next.
    var panelLine: Double { panel + 4 * scale }
    /// From a footer's line to the next.
    var footerLine: Double { 14 * scale }
}
