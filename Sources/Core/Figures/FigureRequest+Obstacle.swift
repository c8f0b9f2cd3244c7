extension FigureRequest {
    /// What is wrong with it for a sweep with these axes and seeds, whatever its cells turn out to be: the option and the
    /// problem; nil when nothing is.
    package func obstacle(axes: [Axis], seeds: [UInt64]) -> (key: String, problem: String)? {
        settled(among: axes).misnomer(axes, seeds) ?? misfit() ?? lack(axes, seeds)
    }

    /// What it names and the sweep does not have, or names twice.
    private func misnomer(_ axes: [Axis], _ seeds: [UInt64]) -> (key: String, problem: String)? {
        let names = axes.map(\.name)
        func unknown(_ name: String) -> String? {
            guard !names.contains(name) else { return nil }
            let near = NearestKey.find(name, among: names)
            return "there is no axis \(name)" + (near.map { ": did you mean \($0)?" } ?? "")
                + "; the axes are \(names.joined(separator: ", "))"
        }
        for (key, name) in [("x", x), ("y", y)] {
            if let name, let problem = unknown(name) { return (key, problem) }
            if let name, at[name] != nil || over.contains(name) {
                return (key, "\(name) cannot be drawn and fixed too")
            }
        }
        if let x, x == y { return ("y", "x is \(x) too") }
        for name in over {
            if let problem = unknown(name) { return ("over", problem) }
            if at[name] != nil { return ("over", "\(name) is in at too") }
        }
        for (name, value) in at.sorted(by: { $0.key < $1.key }) {
            if let problem = unknown(name) { return ("at", problem) }
            guard let axis = axes.first(where: { $0.name == name }),
                FigureRequest.index(of: value, on: axis) == nil
            else { continue }
            let known = axis.values.indices.map(axis.text).joined(separator: ", ")
            return ("at", "\(name) has no value \(value), but \(known)")
        }
        if let seed, !seeds.contains(seed) { return ("seed", "the sweep has no seed \(seed)") }
        return nil
    }

    /// What it says that its kind does not take, or does not say that it needs.
    private func misfit() -> (key: String, problem: String)? {
        for (key, isGiven, takes) in [
            ("measure", measure != nil, FigureKind.measure),
            ("maximum", maximum, .measure), ("budget_line", budgetLine != nil, .phaseDiagram),
            ("theory", theory, .phaseDiagram),
        ] where isGiven && kind != takes {
            return (key, "\(kind.rawValue) has none: it is for \(takes.rawValue)")
        }
        let selects = [
            ("x", x != nil), ("y", y != nil), ("at", !at.isEmpty), ("over", !over.isEmpty),
            ("seed", seed != nil),
        ]
        if kind == .predictorROC, let (key, _) = selects.first(where: \.1) {
            return (key, "\(kind.rawValue) is about all cells of the sweep")
        }
        if kind == .measure, measure == nil { return ("measure", "missing: a measure's name") }
        if let measure {
            let known =
                Measure.all.filter { $0.shape == .scalar }.map(\.name)
                + ["train_loss", "validation_loss"]
            guard known.contains(measure) else {
                let near = NearestKey.find(measure, among: known)
                return (
                    "measure",
                    "no measure with one value is named \(measure)"
                        + (near.map { ": did you mean \($0)?" } ?? "")
                )
            }
        }
        return nil
    }

    /// What its kind needs and the sweep does not have.
    private func lack(_ axes: [Axis], _ seeds: [UInt64]) -> (key: String, problem: String)? {
        if kind == .criticalFraction,
            axes.first(where: { $0.path == "train_fraction" })?.values.count ?? 1 < 2
        {
            return ("kind", "the sweep has no axis of train fractions")
        }
        if kind == .criticalFraction, let x, x != settled(among: axes).x {
            return ("x", "it runs along the axis of train fractions")
        }
        if kind == .competingTimes, FigureRequest.labels(among: axes) == nil {
            return (
                "kind",
                "the sweep has no axis split.corruption with the values 0 (right labels) and 1 (none right)"
            )
        }
        if kind == .agreement, seed != nil || seeds.count == 1,
            !axes.contains(where: { over.contains($0.name) && $0.values.count > 1 })
        {
            return ("kind", "agreement needs more than one cell per site: seeds, or axes in over")
        }
        let layout = FigureLayout(self, of: axes)
        if let axis = layout.open.first {
            return ("at", "missing: \(axes[axis].name), at one of its values")
        }
        let drawn = layout.drawn.map { axes[$0] }
        guard let x = drawn.first else {
            if [.curves, .measures, .predictorROC].contains(kind) { return nil }
            return (over.isEmpty ? "at" : "over", "no axis is left to be drawn")
        }
        return lack(axes, x, drawn.dropFirst().first)
    }

    /// What the axes that it draws do not have.
    private func lack(_ axes: [Axis], _ x: Axis, _ y: Axis?) -> (key: String, problem: String)? {
        if kind == .border, y.map(\.isCategorical) != false {
            return ("y", "the border runs along y, which must be an axis of numbers")
        }
        if kind == .competingTimes, x.isCategorical {
            return ("x", "times cross along an axis of numbers")
        }
        if kind == .powerLaw, x.isCategorical || !x.values.contains(where: { $0 > 0 }) {
            return ("x", "a power law runs along an axis of positive numbers")
        }
        if theory, ![x, y].contains(where: { $0?.path == "train_fraction" }) || y == nil {
            return ("theory", "its critical fraction needs train_fraction as x or y")
        }
        if budgetLine != nil {
            let keys = Set([x, y].compactMap { $0?.path.split(separator: ".").last })
            guard keys == ["learning_rate", "weight_decay"],
                Set(x.values.filter { $0 > 0 }).count > 1,
                !axes.contains(where: { $0.sets("steps") })
            else {
                return (
                    "budget_line",
                    "it runs over a map of learning rate and weight decay with one budget"
                )
            }
        }
        return nil
    }
}
