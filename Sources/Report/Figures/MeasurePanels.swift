import Core

/// Measures along a run, a panel each.
enum MeasurePanels {
    /// More lines of one measure than these would be a thicket.
    private static let mostLines = 6

    /// A panel for every measure that some cell recorded, in the order of the registry.
    static func panels(_ cells: [Curves.Cell]) -> [Plot.Panel] {
        let recorded = Set(cells.flatMap { $0.outcome.curve.measures.map(\.measure) })
        return Measure.all.filter(recorded.contains).map { measure in
            var marks: [Plot.Mark] = []
            var isPart = false
            for (number, cell) in cells.enumerated() {
                guard
                    let curve = cell.outcome.curve.measures.first(where: { $0.measure == measure })
                else { continue }
                let steps = curve.ownSteps ?? cell.outcome.curve.steps
                let width = max(curve.width, 1)
                let largest = places(curve, width)
                isPart = isPart || largest.count < width
                for (line, place) in largest.enumerated() {
                    let values = stride(from: place, to: curve.values.count, by: width).map {
                        curve.values[$0]
                    }
                    marks.append(
                        .line(
                            Curves.points(steps, values),
                            .series(cells.count > 1 ? number : line), dashed: false))
                }
            }
            let unit = measure.unit == "1" ? "" : " (\(measure.unit))"
            var panel = Plot.Panel(
                title: measure.longName + unit
                    + (isPart ? ": the \(mostLines) that end largest" : ""),
                x: Curves.stepAxis(cells), y: Plot.Axis(), marks: marks)
            switch measure.scale {
            case .linear: break
            case .share: panel.y.range = -0.04...1.04
            case .log: panel.y.scale = .log
            }
            return panel
        }
    }

    /// The places of a measure's axis that end with the largest values, in the order of the axis.
    private static func places(_ curve: MeasuredCurve, _ width: Int) -> [Int] {
        guard width > mostLines, curve.values.count >= width else { return Array(0..<width) }
        let last = curve.values.suffix(width)
        let ranked = (0..<width).sorted {
            let (a, b) = (last[last.startIndex + $0], last[last.startIndex + $1])
            return a.isNaN ? false : b.isNaN ? true : a > b
        }
        return ranked.prefix(mostLines).sorted()
    }
}
