import Core

/// The steps at which the cells of a sweep reach a crossing, along one of its axes.
struct StepsAlong {
    /// Every step that a cell reached it at, with the axis' value.
    let points: [(x: Double, y: Double)]
    /// Measured cells that never reached it.
    let never: Int
    /// The median at each value, between the least and the largest step; none where half of the cells never reached it.
    let medians: [Plot.Estimate]

    /// The steps along an axis of one crossing of every verdict.
    init(_ along: AlongAxis, crossing: (PhaseVerdict) -> Crossing?) {
        var points: [(x: Double, y: Double)] = []
        var medians: [Plot.Estimate] = []
        var never = 0
        for place in along.places {
            let verdicts = place.cells.compactMap(\.status.verdict)
            let steps = verdicts.compactMap { crossing($0).map { Double($0.step) } }
            never += verdicts.count - steps.count
            points += steps.map { (place.value, $0) }
            let values =
                steps.map { ValueMap.CellValue.number($0) }
                + Array(repeating: .never, count: verdicts.count - steps.count)
            if case .number(let median, let range) = ValueMap.median(values) {
                medians.append(
                    Plot.Estimate(
                        x: place.value, y: median, low: range.lowerBound, high: range.upperBound))
            }
        }
        self.points = points
        self.medians = medians
        self.never = never
    }

    /// The medians in words.
    func words(_ along: AlongAxis) -> String {
        medians.isEmpty
            ? "never"
            : medians.map { "\(along.shown($0.x)): \(NumberText.value($0.y, digits: 4))" }
                .joined(separator: "; ")
    }
}
