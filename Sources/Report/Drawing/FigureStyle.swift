package import Core

/// How figures are drawn: the look that was asked for, in the units of a drawing.
package struct FigureStyle: Sendable, Hashable {
    /// Letters before every id of the figure's own parts, for pages with several figures.
    package var idPrefix: String
    /// Cells at least this wide and high, in px, carry their phase's letter; smaller ones a hatch.
    package var letterSize: Double
    /// Width in px, 96 to the inch; nil for the width that suits the content.
    package var width: Double?
    /// The figure's fonts, as CSS lists them.
    package var fonts = FigureStyle.systemFonts
    /// Colours of the phases.
    package var palette = PhasePalette.safe
    /// Whether the title stands above the figure.
    package var showsTitle = true
    /// Whether rule and provenance stand below it.
    package var showsFooter = true
    /// Whether the figure is a part of another one or of a page, which has room and a size of its own.
    var isPart = false
    /// Whether the legend stands below it.
    var showsLegend = true
    /// Whether it is a document of sites for assistive technology (W3C, graphics-aria), not an image.
    var isInteractive = false

    /// A style for the screen, with letters from 14 px.
    package init(idPrefix: String = "map", letterSize: Double = 14) {
        self.idPrefix = idPrefix
        self.letterSize = letterSize
    }

    /// The style of a look.
    package init(_ look: FigureLook, idPrefix: String = "map") {
        self.init(idPrefix: idPrefix)
        width = look.width.map { $0 * FigureStyle.pxPerMillimetre }
        if let font = look.font { fonts = "'\(font)', " + FigureStyle.systemFonts }
        palette = look.greyscale ? .grey : look.palette == .paper ? .paper : .safe
        showsTitle = look.title
        showsFooter = look.footer
        letterSize = 14 * sizes.scale
    }

    /// What the reader's system has.
    static let systemFonts =
        "system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', Helvetica, Arial, sans-serif"

    /// CSS has 96 px to the inch.
    static let pxPerMillimetre = 96 / 25.4

    /// Sizes of text: full at 170 mm and more, at least three quarters of that (6 pt ticks).
    var sizes: TextSizes {
        guard let width else { return TextSizes() }
        return TextSizes(scale: min(1, max(0.75, width / (170 * FigureStyle.pxPerMillimetre))))
    }

    /// Space around everything.
    var margin: Double { isPart ? 0 : width == nil ? 18 : 5 }

    /// Whether there are no colours.
    var isGrey: Bool { palette.isGrey }

    /// The attributes of an svg element with this content, in px: in mm where a width was asked for.
    func size(_ width: Double, _ height: Double) -> (width: String, height: String) {
        guard self.width != nil, !isPart else {
            return (NumberText.fixed(width), NumberText.fixed(height))
        }
        func millimetres(_ px: Double) -> String {
            NumberText.fixed(px / FigureStyle.pxPerMillimetre) + "mm"
        }
        return (millimetres(width), millimetres(height))
    }

    /// The colour of a line.
    func colour(_ ink: LineInk) -> Colour {
        switch ink {
        case .train: isGrey ? Palette.text : Palette.train
        case .validation: isGrey ? Colour(0x6A6A6A) : Palette.validation
        case .theory: Palette.quiet
        case .series(let number):
            isGrey
                ? Palette.greySeries[number % Palette.greySeries.count]
                : Palette.series[number % Palette.series.count]
        case .phase(let phase): palette.fill(phase)
        }
    }
}

/// What a line stands for.
package enum LineInk: Sendable, Hashable {
    /// Something of training.
    case train
    /// Something of validation.
    case validation
    /// What was not measured.
    case theory
    /// One of several.
    case series(Int)
    /// A phase.
    case phase(Phase)
}
