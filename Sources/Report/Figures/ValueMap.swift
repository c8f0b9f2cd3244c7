import Core

/// What a map of numbers shows: a number per site, the median over its cells, or why it has none.
struct ValueMap: Sendable {
    /// A quantity in words.
    struct Quantity: Sendable, Hashable {
        /// The kind of figure: `Delay`.
        var title: String
        /// What the colour bar says: `delay (steps)`.
        var name: String
        /// How numbers are spread over the colours.
        var spread: ColourScale.Spread
        /// What a site without a number has: `never`.
        var absence: String
        /// How the cells of a site become its number.
        var pooling =
            "A site shows the median of its cells; one that half of them never reach has none."
    }

    /// What a cell has.
    enum CellValue: Sendable, Hashable {
        /// This number.
        case number(Double)
        /// More than any number: a step that never came.
        case never
        /// Nothing: it is not trained, or the quantity has no meaning for it.
        case none
    }

    /// What a site has.
    enum SiteValue: Sendable, Hashable {
        /// The median of its cells' numbers, and their range.
        case number(Double, range: ClosedRange<Double>)
        /// No number.
        case none
    }

    /// The map.
    let input: PhaseDiagramInput
    /// The quantity.
    let quantity: Quantity
    /// The sites' values by place.
    let values: [[Int]: SiteValue]

    /// The map of a quantity.
    init(
        _ input: PhaseDiagramInput, _ quantity: Quantity,
        value: (CellState) throws -> CellValue
    ) rethrows {
        self.input = input
        self.quantity = quantity
        var values: [[Int]: SiteValue] = [:]
        for site in input.sites {
            values[site.place] = ValueMap.median(try site.cells.map(value))
        }
        self.values = values
    }

    /// The map of a number that sites have as a whole.
    init(_ input: PhaseDiagramInput, _ quantity: Quantity, shares: [[Int]: Double]) {
        self.input = input
        self.quantity = quantity
        values = shares.mapValues { .number($0, range: $0...$0) }
    }

    /// The middle value, of two middle ones their mean; none where a middle one never came, so that a site claims no step
    /// that half of its cells did not reach.
    static func median(_ cells: [CellValue]) -> SiteValue {
        let known = cells.compactMap { cell -> Double? in
            switch cell {
            case .number(let value): value
            case .never: .infinity
            case .none: nil
            }
        }.sorted()
        let finite = known.filter(\.isFinite)
        guard let low = finite.first, let high = finite.last, let median = Median.of(known) else {
            return .none
        }
        return median.isFinite ? .number(median, range: low...high) : .none
    }

    /// Every site's number.
    var numbers: [Double] {
        values.values.compactMap { if case .number(let value, _) = $0 { value } else { nil } }
    }
}

extension ValueMap: Figure {
    var caption: [String] {
        let grid = SiteGrid(input)
        return ValueContent(self, grid, FigureStyle()).footer
    }

    func draw(_ style: FigureStyle, standalone: Bool) -> DrawnFigure {
        let grid = SiteGrid(input)
        return MapFigure(grid, ValueContent(self, grid, style), style: style)
            .draw(standalone: standalone)
    }
}

/// A map's sites by a number.
struct ValueContent: MapContent {
    private let map: ValueMap
    private let grid: SiteGrid
    private let style: FigureStyle
    private let words: DiagramText
    private let counts: SiteCounts
    private let scale: ColourScale
    private let numbers: [Double]

    init(_ map: ValueMap, _ grid: SiteGrid, _ style: FigureStyle) {
        self.map = map
        self.grid = grid
        self.style = style
        words = DiagramText(grid: grid)
        counts = SiteCounts(grid, grid.places)
        numbers = map.numbers
        scale = ColourScale(numbers, map.quantity.spread, isGrey: style.isGrey)
    }

    var name: String { map.quantity.title }
    var isOfPhases: Bool { false }

    var footer: [String] {
        var lines = words.footer(counts)
        if map.input.cellsPerSite > 1 {
            lines[1] =
                ([map.quantity.pooling, "Lines part sites of unlike phase."]
                + DiagramText.leanings(map.input)).joined(separator: " ")
        }
        return lines
    }

    func tooltip(_ place: [Int]) -> String {
        let head: String =
            switch map.values[place] ?? .none {
            case .number(let value, let range):
                "\(map.quantity.name): \(NumberText.value(value, digits: 4))"
                    + (range.lowerBound < range.upperBound
                        ? ", from \(NumberText.value(range.lowerBound, digits: 4)) to "
                            + NumberText.value(range.upperBound, digits: 4) : "")
            case .none: "\(map.quantity.name): \(map.quantity.absence)"
            }
        return head + "\n" + words.tooltip(place)
    }

    func description(_ layout: DiagramLayout) -> String {
        let count = NumberText.counted(numbers.count, "site")
        let ends =
            numbers.isEmpty
            ? "no site has a value"
            : "\(count) from \(NumberText.value(scale.low, digits: 4)) to "
                + NumberText.value(scale.high, digits: 4)
        return "\(map.quantity.name): \(ends). " + words.description(layout)
    }

    func definitions(least: Double, into out: inout Markup) {
        SiteGlyph(style: style).definitions(
            hatches: false, running: counts.running.cells > 0,
            derived: counts.inferred.sites > 0, into: &out)
    }

    func draw(_ place: [Int], in rect: Rect, into out: inout Markup) {
        let summary = grid.summary(place)
        let value = map.values[place] ?? .none
        if case .number(let value, _) = value {
            tile(scale.colour(value), ValueContent.short(value), in: rect, into: &out)
        } else if let phase = summary.phase {
            tile(
                Palette.ground, String(phase.phase.letter), stroke: ValueContent.outline, in: rect,
                into: &out)
            if rect.least < style.letterSize {
                let inner = rect.inset(rect.least * 0.3)
                out.element(
                    "rect",
                    [
                        "x": px(inner.x), "y": px(inner.y), "width": px(inner.width),
                        "height": px(inner.height), "fill": Palette.missing.hex,
                    ])
            }
        } else {
            SiteGlyph(style: style).draw(summary, in: rect, into: &out)
        }
    }

    /// A number in few letters.
    static func short(_ value: Double) -> String {
        NumberText.value(value, digits: abs(value) >= 1000 && abs(value) < 1e4 ? 4 : 3)
            .replacing("e+", with: "e")
    }

    /// The outline of a site without a number, which parts it from the next.
    private static let outline = Colour(0xC8C8C8)

    /// A cell of one colour, with its text where there is room.
    private func tile(
        _ colour: Colour, _ text: String, stroke: Colour = Palette.ground, in rect: Rect,
        into out: inout Markup
    ) {
        let isApart = rect.least >= SiteGlyph.leastApart
        out.element(
            "rect",
            [
                "x": px(rect.x), "y": px(rect.y), "width": px(rect.width),
                "height": px(rect.height), "fill": colour.hex,
                "stroke": isApart ? stroke.hex : nil, "stroke-width": isApart ? "0.6" : nil,
                "shape-rendering": isApart ? nil : "crispEdges",
            ])
        let size = min(11, rect.height * 0.5) * style.sizes.scale
        guard rect.least >= style.letterSize,
            TextMeasure.width(text, size) <= rect.width - 3, size >= 6.5
        else { return }
        let (black, white) = (Colour(0x1A1A1A), Colour(0xFFFFFF))
        let ink = colour.contrast(with: black) >= colour.contrast(with: white) ? black : white
        out.element(
            "text",
            [
                "x": px(rect.x + rect.width / 2),
                "y": px(rect.y + rect.height / 2 + size * 0.36), "fill": ink.hex,
                "font-size": px(size), "text-anchor": "middle",
            ], text)
    }

    func legend(least: Double, hasBoundary: Bool, width: Double) -> any Legend {
        let without = grid.places.compactMap { place -> Phase? in
            guard case .none = map.values[place] ?? .none else { return nil }
            return grid.summary(place).phase?.phase
        }
        var swatches = DiagramLegend.states(counts, seeds: map.input.cellsPerSite)
        if hasBoundary { swatches.append(LegendEntry(sign: .boundary, text: "phases differ")) }
        return ColourBar(
            scale, name: map.quantity.name,
            absence: without.last.map {
                (
                    "\(map.quantity.absence) \(without.count.grouped)",
                    least >= style.letterSize ? $0.letter : nil
                )
            },
            others: SwatchLegend(
                swatches, glyph: SiteGlyph(style: style), style: style, width: width),
            style: style, width: width)
    }
}
