import Core

/// What a phase diagram lets its caller choose.
package struct DiagramOptions: Sendable, Hashable {
    /// Whether a y axis of weight decays grows downwards, as in Liu et al. 2022; every other y axis grows upwards.
    package var weightDecayDownward: Bool
    /// Letters before every id of the figure's own parts, for pages with several figures.
    package var idPrefix: String
    /// Cells at least this wide and high, in px, carry their phase's letter; smaller ones a hatch.
    package var letterSize: Double

    /// The published convention, and letters from 14 px.
    package init(
        weightDecayDownward: Bool = true, idPrefix: String = "map", letterSize: Double = 14
    ) {
        self.weightDecayDownward = weightDecayDownward
        self.idPrefix = idPrefix
        self.letterSize = letterSize
    }

    /// Whether values of this axis grow downwards when it is the y axis.
    func growsDownward(_ axis: Axis) -> Bool {
        weightDecayDownward
            && (axis.name.contains("weight_decay") || axis.path.contains("weight_decay"))
    }
}
