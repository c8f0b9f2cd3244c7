/// Which axes of a sweep a figure draws, which it has at one value, and which it looks at together: indices of the sweep's
/// axes.
package struct FigureLayout: Sendable, Hashable {
    /// Axes that are drawn: x, y, and the others as panels.
    package let drawn: [Int]
    /// Axes at one of their values.
    package let fixed: [Int: Int]
    /// Axes that are looked at together, as seeds are.
    package let pooled: [Int]
    /// Axes that need a value and were given none.
    let open: [Int]

    /// What happens to axes that a request does not name.
    enum Rest {
        /// They are drawn, as panels.
        case drawn
        /// They are looked at together.
        case pooled
        /// They must not be: each needs a value, unless it has one only.
        case fixed
    }

    /// The layout that a request without an obstacle asks for.
    package init(_ request: FigureRequest, of axes: [Axis]) {
        let request = request.settled(among: axes)
        func place(_ name: String) -> Int? { axes.firstIndex { $0.name == name } }
        var fixed: [Int: Int] = [:]
        for (name, value) in request.at {
            guard let axis = place(name) else { continue }
            fixed[axis] = FigureRequest.index(of: value, on: axes[axis])
        }
        var pooled = request.over.compactMap(place)
        let named = [request.x, request.y].map { $0.flatMap(place) }
        var left = axes.indices.filter { axis in
            fixed[axis] == nil && !pooled.contains(axis) && !named.contains(axis)
        }
        let (count, rest) = request.kind.choice
        var drawn: [Int] = []
        // A y axis that is not asked for is drawn only by kinds that have one.
        for (number, name) in named.enumerated() where number < count || name != nil {
            if let axis = name {
                drawn.append(axis)
            } else if !left.isEmpty {
                drawn.append(left.removeFirst())
            }
        }
        switch rest {
        case .drawn: drawn += left
        case .pooled: pooled += left
        case .fixed: for axis in left where axes[axis].values.count == 1 { fixed[axis] = 0 }
        }
        self.drawn = drawn
        self.fixed = fixed
        self.pooled = pooled
        open = rest == .fixed ? left.filter { fixed[$0] == nil } : []
    }
}

extension FigureKind {
    /// How many axes it draws in any case, x or x and y, and what becomes of those that a request does not name.
    fileprivate var choice: (drawn: Int, rest: FigureLayout.Rest) {
        switch self {
        case .curves, .measures: (0, .fixed)
        case .curveGallery: (1, .fixed)
        case .phaseFractions, .generalisation, .criticalFraction, .powerLaw, .competingTimes:
            (1, .pooled)
        case .border: (2, .pooled)
        case .phaseDiagram, .delay, .trainStep, .validationStep, .accuracy, .measure, .agreement,
            .bothClocks, .predictorROC:
            (2, .drawn)
        }
    }
}

extension FigureRequest {
    /// The request with the axes named that its kind chooses itself: train fractions as x of a critical fraction, and of
    /// competing times right labels where nothing else is said.
    func settled(among axes: [Axis]) -> FigureRequest {
        var request = self
        if kind == .criticalFraction, let axis = axes.first(where: { $0.path == "train_fraction" })
        {
            request.x = axis.name
        }
        if kind == .competingTimes, let labels = FigureRequest.labels(among: axes),
            at[labels.axis.name] == nil
        {
            request.at[labels.axis.name] = labels.axis.text(at: labels.right)
        }
        return request
    }

    /// The axis from right labels to none right, with the indices of both; nil where there is none with both.
    package static func labels(among axes: [Axis]) -> (axis: Axis, right: Int, random: Int)? {
        guard let axis = axes.first(where: { $0.path == "split.corruption" }),
            let right = axis.values.firstIndex(of: 0), let random = axis.values.firstIndex(of: 1)
        else { return nil }
        return (axis, right, random)
    }
}
