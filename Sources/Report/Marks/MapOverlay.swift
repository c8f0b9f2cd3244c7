import Core
import Foundation

/// A labelled line over a map that was not measured: what theory says.
struct MapOverlay: Sendable {
    /// What it stands for, beside its end.
    let label: String
    /// The axes' values that it goes through.
    let points: [(x: Double, y: Double)]

    /// Where weight decay makes so many e-folds within the budget: ηλT = c, over a map of learning rate and weight decay.
    /// Over any other map there is none.
    static func budget(_ folds: Double?, _ input: PhaseDiagramInput) -> [MapOverlay] {
        guard let folds, let steps = input.budget, input.axes.count > 1 else { return [] }
        let (x, y) = (input.axes[0], input.axes[1])
        let keys = Set([x, y].map { $0.path.split(separator: ".").last ?? "" })
        guard keys == ["learning_rate", "weight_decay"] else { return [] }
        let positive = x.values.filter { $0 > 0 }
        guard let low = positive.min(), let high = positive.max(), low < high else { return [] }
        let points = (0...64).map { number in
            let x = low * pow(high / low, Double(number) / 64)
            return (x: x, y: folds / (x * Double(steps)))
        }
        return [
            MapOverlay(
                label: "ηλT = \(NumberText.value(folds, digits: 3))", points: points)
        ]
    }

    /// Draws it over a panel, where it lies inside.
    func draw(_ layout: DiagramLayout, _ panel: DiagramPanel, into out: inout Markup) {
        guard let axis = layout.y else { return }
        let places = points.compactMap { point -> (x: Double, y: Double)? in
            guard let x = layout.x.position(of: point.x), let y = axis.position(of: point.y)
            else { return nil }
            return (panel.x + x, panel.y + layout.down(y))
        }
        guard places.count > 1, let end = places.max(by: { $0.x < $1.x }) else { return }
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
                "x": NumberText.fixed(end.x - 4), "y": NumberText.fixed(end.y - 5),
                "font-size": NumberText.fixed(layout.style.sizes.tick), "text-anchor": "end",
                "paint-order": "stroke", "stroke": Palette.ground.hex, "stroke-width": "3",
                "stroke-linejoin": "round",
            ], label)
    }
}
