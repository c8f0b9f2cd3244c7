extension FigureRequest {
    /// What a sweep file does not have for this figure, whatever its cells turn out to be: the key and the problem; nil when
    /// it has all. To be asked where there is no `obstacle`.
    package func lack(in spec: SweepSpec) -> (key: String, problem: String)? {
        if let measure, measure != "train_loss", measure != "validation_loss",
            !spec.record.measures.contains(where: { $0.measure.name == measure })
        {
            return (
                "measure", "no cell records \(measure): name it in record: {measures: [\(measure)]}"
            )
        }
        if kind == .criticalFraction, fractions(spec)?.values.count ?? 1 < 2 {
            return ("kind", "the sweep has no axis of train fractions")
        }
        if kind == .competingTimes, !Set(labels(spec)?.values ?? []).isSuperset(of: [0, 1]) {
            return (
                "kind",
                "the sweep has no axis split.corruption with the values 0 (right labels) and 1 (none right)"
            )
        }
        let (drawn, left) = layout(spec)
        switch kind {
        case .predictorROC: return nil
        case .curves, .measures, .curveGallery:
            if let axis = left.first(where: { $0.values.count > 1 }) {
                return ("at", "missing: \(axis.name), at one of its values")
            }
        case .phaseDiagram, .delay, .trainStep, .validationStep, .accuracy, .measure, .agreement,
            .phaseFractions, .generalisation, .border, .bothClocks, .criticalFraction, .powerLaw,
            .competingTimes:
            break
        }
        guard let x = drawn.first else {
            if kind == .curves || kind == .measures { return nil }
            return (over.isEmpty ? "at" : "over", "no axis is left to be drawn")
        }
        return lack(in: spec, x, drawn.dropFirst().first)
    }

    /// What the axes that it draws do not have.
    private func lack(in spec: SweepSpec, _ x: Axis, _ y: Axis?) -> (key: String, problem: String)?
    {
        if kind == .border, y.map(\.isCategorical) != false {
            return ("y", "the border runs along y, which must be an axis of numbers")
        }
        if kind == .competingTimes, x.isCategorical {
            return ("x", "times cross along an axis of numbers")
        }
        if kind == .powerLaw, x.isCategorical || !x.values.contains(where: { $0 > 0 }) {
            return ("x", "a power law runs along an axis of positive numbers")
        }
        if kind == .agreement, seed != nil || spec.seeds.count == 1,
            !spec.axes.contains(where: { over.contains($0.name) && $0.values.count > 1 })
        {
            return ("kind", "agreement needs more than one cell per site: seeds, or axes in over")
        }
        if theory, ![x, y].contains(where: { $0?.path == "train_fraction" }) || y == nil {
            return ("theory", "its critical fraction needs train_fraction as x or y")
        }
        if budgetLine != nil {
            let keys = Set([x, y].compactMap { $0?.path.split(separator: ".").last })
            guard keys == ["learning_rate", "weight_decay"],
                Set(x.values.filter { $0 > 0 }).count > 1,
                !spec.axes.contains(where: { $0.sets("steps") })
            else {
                return (
                    "budget_line",
                    "it runs over a map of learning rate and weight decay with one budget"
                )
            }
        }
        return nil
    }

    private func fractions(_ spec: SweepSpec) -> Axis? {
        spec.axes.first { $0.path == "train_fraction" }
    }

    private func labels(_ spec: SweepSpec) -> Axis? {
        spec.axes.first { $0.path == "split.corruption" }
    }

    /// The axes that are drawn as x and y, and those that nothing was said of.
    private func layout(_ spec: SweepSpec) -> (drawn: [Axis], left: [Axis]) {
        // These kinds choose an axis themselves.
        let fixed = Set(at.keys).union(
            kind == .competingTimes ? [labels(spec)?.name].compactMap { $0 } : [])
        let first = kind == .criticalFraction ? fractions(spec)?.name : x
        let count =
            switch kind {
            case .curves, .measures: 0
            case .phaseFractions, .generalisation, .criticalFraction, .powerLaw, .competingTimes,
                .curveGallery:
                1
            case .phaseDiagram, .delay, .trainStep, .validationStep, .accuracy, .measure,
                .agreement, .border, .bothClocks, .predictorROC:
                2
            }
        var left = spec.axes.filter {
            !fixed.contains($0.name) && !over.contains($0.name) && $0.name != first && $0.name != y
        }
        var drawn: [Axis] = []
        for (number, name) in [first, y].enumerated() where number < count || name != nil {
            if let name {
                drawn += spec.axes.filter { $0.name == name }
            } else if !left.isEmpty {
                drawn.append(left.removeFirst())
            }
        }
        return (drawn, left)
    }
}
