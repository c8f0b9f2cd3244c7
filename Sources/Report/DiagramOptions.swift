import Core

/// What a phase diagram lets its caller choose.
package struct DiagramOptions: Sendable, Hashable {
    /// Letters before every id of the figure's own parts, for pages with several figures.
    package var idPrefix: String
    /// Cells at least this wide and high, in px, carry their phase's letter; smaller ones a hatch.
    package var letterSize: Double

    /// Letters from 14 px.
    package init(idPrefix: String = "map", letterSize: Double = 14) {
        self.idPrefix = idPrefix
        self.letterSize = letterSize
    }
}
