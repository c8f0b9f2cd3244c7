package import Core

/// The colours of every figure.
///
/// The phases come from the colour-blind-safe set of Okabe & Ito (2008): bluish green and yellow as they are, blue darkened
/// and black lightened so that the four are a ladder of luminance as well, each step a contrast above 2. No four
/// colours can be 3 : 1 apart pairwise (that needs 27 : 1, white to black is 21 : 1), so boundaries carry a dark line
/// in a white halo and every cell its letter or hatch.
package enum Palette {
    /// What a cell of this phase is filled with.
    package static func fill(_ phase: Phase) -> Colour {
        switch phase {
        case .comprehension: Colour(0x009E73)
        case .grokking: Colour(0xF0E442)
        case .memorization: Colour(0x00568A)
        case .confusion: Colour(0x1C1C1C)
        }
    }

    /// What is written on that fill.
    package static func ink(_ phase: Phase) -> Colour {
        switch phase {
        case .comprehension, .grokking: Colour(0x000000)
        case .memorization, .confusion: Colour(0xFFFFFF)
        }
    }

    /// The nearest colours of the 256-colour terminal palette, as background and foreground.
    package static func terminal(_ phase: Phase) -> (background: Int, foreground: Int) {
        switch phase {
        case .comprehension: (35, 16)
        case .grokking: (227, 16)
        case .memorization: (24, 231)
        case .confusion: (234, 231)
        }
    }

    /// The figure's ground.
    package static let ground = Colour(0xFFFFFF)
    /// Text and axes.
    package static let text = Colour(0x1A1A1A)
    /// Footers and secondary text.
    package static let quiet = Colour(0x555555)
    /// The outline of a cell that is missing.
    package static let missing = Colour(0x767676)
    /// The cross of a cell that failed.
    package static let failed = Colour(0xB3261E)
    /// The ground of a cell that runs.
    package static let running = Colour(0xE4E4E4)
    /// The progress of a cell that runs.
    package static let progress = Colour(0x5F5F5F)
    /// The veil over what was not measured.
    package static let veil = Colour(0x1A1A1A)
    /// The line between unlike sites.
    package static let boundary = Colour(0x111111)
    /// Training curves: Okabe & Ito's blue.
    package static let train = Colour(0x0072B2)
    /// Validation curves: Okabe & Ito's vermillion, darkened to 4.5 : 1 on white.
    package static let validation = Colour(0xC04F00)
    /// Lines of one kind among others: `train`, `validation` and four that stay apart from them and from each other for every
    /// kind of colour vision, all with 3 : 1 on white.
    package static let series = [
        train, validation, Colour(0xAA55FF), Colour(0x662200), Colour(0xAA5577), Colour(0x1A1A1A),
    ]
    /// The same without colours.
    package static let greySeries = [
        Colour(0x1A1A1A), Colour(0x6A6A6A), Colour(0x8A8A8A), Colour(0x4A4A4A),
    ]
}
