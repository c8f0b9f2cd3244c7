/// One site as a map shows it.
package struct SiteState: Sendable, Hashable {
    /// Index into each axis' values, in the order of the axes.
    package var place: [Int]
    /// The site's cells: one per seed in the order of the seeds, and so for each point of the pooled axes.
    package var cells: [CellState]
    /// Where the site's own page is, relative to the figure; nil for none.
    package var href: String?

    /// A site.
    package init(place: [Int], cells: [CellState], href: String? = nil) {
        self.place = place
        self.cells = cells
        self.href = href
    }
}
