import Core

/// Phase diagrams of the same runs by two clocks: first crossings, and crossings that are held.
enum BothClocks {
    /// Evaluations in a row that a crossing is held for, where the sweep's rule does not say.
    static let evaluations = 10

    /// The figure.
    static func row(
        _ source: FigureSource, select: (PhaseDiagramInput) throws -> PhaseDiagramInput
    ) throws -> FigureRow {
        let rule = source.map.rule
        var (first, held) = (rule, rule)
        first.sustain = 1
        if rule.sustain == 1 { held.sustain = evaluations }
        let parts = try [
            (first, "first crossings"), (held, "held for \(held.sustain) evaluations"),
        ].map { rule, name in
            let map = rule == source.map.rule ? source.map : try source.mapUnder(rule)
            guard let map else {
                throw FigureError("the curves of these cells cannot be read under another rule")
            }
            var part = try select(map)
            part.slices.append(name)
            return PhaseDiagram(part)
        }
        return FigureRow(
            title: source.map.title, name: "Phase diagrams by both clocks", parts: parts,
            notes: [
                "Left: a threshold counts as reached at the first evaluation at which it holds. Right: it "
                    + "must hold for \(held.sustain) evaluations in a row; cells whose stored curves "
                    + "cannot tell are missing."
            ] + DiagramText.provenance(source.map))
    }
}
