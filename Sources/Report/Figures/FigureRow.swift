/// Figures side by side, or one below the other where they do not fit.
struct FigureRow: Figure {
    /// The title above all.
    let title: String
    /// The kind of figure in words.
    let name: String
    /// The parts.
    let parts: [any Figure]
    /// Paragraphs below all.
    let notes: [String]

    var caption: [String] { notes }

    func draw(_ style: FigureStyle, standalone: Bool) -> DrawnFigure {
        let gap = 16.0
        let count = Double(parts.count)
        let margin = style.margin
        // Parts are narrower than this only one below the other.
        let least = 240.0
        let room = style.width.map { $0 - 2 * margin }
        let isRow = room.map { ($0 - (count - 1) * gap) / count >= least } ?? true
        let drawn = parts.enumerated().map { number, part in
            var inner = style
            inner.idPrefix += "-\(number)"
            inner.isPart = true
            inner.showsTitle = false
            inner.showsFooter = false
            inner.width = room.map { isRow ? ($0 - (count - 1) * gap) / count : $0 }
            return part.draw(inner, standalone: false)
        }
        let width =
            2 * margin
            + (isRow
                ? drawn.reduce((count - 1) * gap) { $0 + $1.width }
                : drawn.map(\.width).max() ?? 0)
        let sizes = style.sizes
        let titleLines =
            style.showsTitle
            ? TextMeasure.wrap(
                title, width: width - 2 * margin, size: sizes.title * TextMeasure.bold) : []
        let top =
            margin + Double(titleLines.count) * sizes.titleLine
            + (style.showsTitle ? 8 * sizes.scale : 0)
        var places: [(x: Double, y: Double)] = []
        var (x, y) = (margin, top)
        for part in drawn {
            places.append((x, y))
            if isRow { x += part.width + gap } else { y += part.height + gap }
        }
        let bottom = zip(places, drawn).map { $0.y + $1.height }.max() ?? top
        let frame = FigureFrame(
            style: style, title: "\(name): \(title)",
            description: "\(parts.count) figures.", role: "group", width: width,
            titleLines: titleLines, bodyBottom: bottom, legend: nil, footer: notes)
        return frame.draw(standalone: standalone) { _ in
        } body: { out in
            for (place, part) in zip(places, drawn) {
                let shift = "translate(\(NumberText.fixed(place.x)) \(NumberText.fixed(place.y)))"
                out.element("g", ["transform": shift]) { out in out.verbatim(part.text) }
            }
        }
    }
}
