import Core
import Foundation

/// A labelled line over a map that was not measured: what theory says.
struct MapOverlay: Sendable {
    /// What it stands for, beside its end.
    let label: String
    /// The axes' values that it goes through.
    let points: [(x: Double, y: Double)]

    /// The lines that a request without an obstacle asks for.
    ///
    /// - Throws: `FigureError` where theory says nothing, or what the source throws.
    static func asked(
        _ request: FigureRequest, _ input: PhaseDiagramInput, _ source: FigureSource
    ) throws -> [MapOverlay] {
        var overlays: [MapOverlay] = []
        if let folds = request.budgetLine, let line = budget(folds, input) {
            overlays.append(line)
        }
        if request.theory {
            guard let theory = try source.theory(), let fraction = theory.critical else {
                throw FigureError("theory", "no theory speaks of this sweep's task and model")
            }
            if let line = critical(fraction, input) { overlays.append(line) }
        }
        return overlays
    }

    /// Where theory has its critical train fraction, over a map with such an axis; nil over any other.
    static func critical(_ fraction: Double, _ input: PhaseDiagramInput) -> MapOverlay? {
        guard input.axes.count > 1,
            let place = input.axes.prefix(2).firstIndex(where: { $0.path == "train_fraction" }),
            let low = input.axes[1 - place].values.filter({ $0 > 0 }).min(),
            let high = input.axes[1 - place].values.max()
        else { return nil }
        return MapOverlay(
            label: "theory: \(NumberText.value(fraction, digits: 3))",
            points: [low, high].map { place == 0 ? (x: fraction, y: $0) : (x: $0, y: fraction) })
    }

    /// Where weight decay makes so many e-folds within the budget: ηλT = c, over a map of learning rate and weight decay;
    /// nil over any other map.
    static func budget(_ folds: Double, _ input: PhaseDiagramInput) -> MapOverlay? {
        guard let steps = input.budget, input.axes.count > 1 else { return nil }
        let (x, y) = (input.axes[0], input.axes[1])
        let keys = Set([x, y].map { $0.path.split(separator: ".").last ?? "" })
        guard keys == ["learning_rate", "weight_decay"] else { return nil }
        let positive = x.values.filter { $0 > 0 }
        guard let low = positive.min(), let high = positive.max(), low < high else { return nil }
        let points = (0...64).map { number in
            let x = low * pow(high / low, Double(number) / 64)
            return (x: x, y: folds / (x * Double(steps)))
        }
        return MapOverlay(label: "ηλT = \(NumberText.value(folds, digits: 3))", points: points)
    }

    /// Draws it over a panel, where it lies inside.
    func draw(_ layout: DiagramLayout, _ panel: DiagramPanel, into out: inout Markup) {
        guard let axis = layout.y else { return }
        let places = points.compactMap { point -> (x: Double, y: Double)? in
            guard let x = layout.x.position(of: point.x), let y = axis.position(of: point.y)
            else { return nil }
            return (panel.x + x, panel.y + layout.down(y))
        }
        guard places.count > 1, let end = places.max(by: { ($0.x, -$0.y) < ($1.x, -$1.y) }) else {
            return
        }
        // The label lies over the line's right end, or beside its upper end where there is no room to the left.
        let width = TextMeasure.width(label, layout.style.sizes.tick)
        let isLeft = end.x - 4 - width < panel.x
        let isAtTop = end.y - 5 - layout.style.sizes.tick < panel.y
        let path = places.enumerated().map { number, place in
            "\(number == 0 ? "M" : "L")\(NumberText.fixed(place.x)) \(NumberText.fixed(place.y))"
        }.joined()
        for (colour, width, dashes) in [
            (Palette.ground, "3.6", nil),
            (layout.style.isGrey ? Palette.text : Palette.failed, "1.6", "5 3"),
        ] as [(Colour, String, String?)] {
            out.element(
                "path",
                [
                    "d": path, "fill": "none", "stroke": colour.hex, "stroke-width": width,
                    "stroke-dasharray": dashes, "pointer-events": "none",
                ])
        }
        out.element(
            "text",
            [
                "x": NumberText.fixed(end.x + (isLeft ? 4 : -4)),
                "y": NumberText.fixed(
                    end.y + (isAtTop ? layout.style.sizes.tick + 3 : -5)),
                "font-size": NumberText.fixed(layout.style.sizes.tick),
                "text-anchor": isLeft ? "start" : "end",
                "paint-order": "stroke", "stroke": Palette.ground.hex, "stroke-width": "3",
                "stroke-linejoin": "round",
            ], label)
    }
}
