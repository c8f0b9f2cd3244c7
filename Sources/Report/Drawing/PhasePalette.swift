package import Core

/// The fills of the four phases.
package struct PhasePalette: Sendable, Hashable {
    private let fills: [Colour]
    /// Whether it has no colours, so that hatches tell.
    package let isGrey: Bool

    /// Told apart with every kind of colour vision.
    package static let safe = PhasePalette(
        fills: Phase.allCases.map(Palette.fill), isGrey: false)

    /// Those of Liu et al. 2022, from the notebooks of their repository.
    package static let paper = PhasePalette(
        fills: [Colour(0xA0DA39), Colour(0xFDE725), Colour(0x46327E), Colour(0x1E1E1E)],
        isGrey: false)

    /// A ladder of greys, each step a contrast above 2.
    package static let grey = PhasePalette(
        fills: [Colour(0xA8A8A8), Colour(0xF2F2F2), Colour(0x606060), Colour(0x1C1C1C)],
        isGrey: true)

    /// What a site of this phase is filled with.
    package func fill(_ phase: Phase) -> Colour { fills[Int(phase.rawValue)] }

    /// What a site of this phase is filled with that was not measured.
    package func thinned(_ phase: Phase) -> Colour {
        fill(phase).mixed(with: Palette.ground, share: 0.45)
    }

    /// What is written on that fill: black or white, whichever shows better.
    package func ink(_ phase: Phase) -> Colour {
        let (black, white) = (Colour(0x000000), Colour(0xFFFFFF))
        let fill = fill(phase)
        return fill.contrast(with: black) >= fill.contrast(with: white) ? black : white
    }
}
