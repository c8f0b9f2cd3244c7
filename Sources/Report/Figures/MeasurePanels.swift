import Core

/// Measures along a run, a panel each.
enum MeasurePanels {
    /// More lines of one measure than these would be a thicket.
    private static let mostLines = 6

    /// A panel for every measure that some cell recorded, in the order of the registry.
    static func panels(_ cells: [Curves.Cell]) -> [Plot.Panel] {
        let recorded = Set(cells.flatMap { $0.outcome.curve.measures.map(\.measure) })
        return Measure.all.filter(recorded.contains).map { measure in
            let curves = cells.enumerated().compactMap { number, cell in
                cell.outcome.curve.measures.first { $0.measure == measure }.map {
                    (cell: number, steps: $0.ownSteps ?? cell.outcome.curve.steps, curve: $0)
                }
            }
            let unit = measure.unit == "1" ? "" : " (\(measure.unit))"
            let (marks, which) =
                cells.count > Curves.mostLines ? band(curves) : lines(curves, of: cells.count)
            var panel = Plot.Panel(
                title: measure.longName + unit + which, x: Curves.stepAxis(cells), y: Plot.Axis(),
                marks: marks)
            switch measure.scale {
            case .linear: break
            case .share: panel.y.range = -0.04...1.04
            case .log: panel.y.scale = .log
            }
            return panel
        }
    }

    /// A cell's measure: its number, its steps, its values.
    private typealias CellMeasure = (cell: Int, steps: [Int], curve: MeasuredCurve)

    /// A line per cell and place, of many places those that end largest, and what the title says of them.
    private static func lines(_ curves: [CellMeasure], of count: Int) -> ([Plot.Mark], String) {
        var marks: [Plot.Mark] = []
        var which = ""
        for (cell, steps, curve) in curves {
            let width = max(curve.width, 1)
            let largest = places(curve, width)
            for (line, place) in largest.enumerated() {
                let values = stride(from: place, to: curve.values.count, by: width).map {
                    curve.values[$0]
                }
                marks.append(
                    .line(
                        Curves.points(steps, values), count > 1 ? ink(cell) : .series(line),
                        dashed: count > 1 && isDashed(cell)))
            }
            guard case .vector(let axis, let first, _) = curve.measure.shape else { continue }
            if largest.count < width { which = ": the \(mostLines) that end largest" }
            // Of several cells each has places of its own.
            if count == 1 {
                which +=
                    "; \(NumberText.words(axis)) "
                    + largest.map { "\($0 + first)" }.joined(separator: ", ")
            }
        }
        return (marks, which)
    }

    /// Many cells: the median in the range of all; of a measure with places that of each cell's largest.
    private static func band(_ curves: [CellMeasure]) -> ([Plot.Mark], String) {
        let band = Curves.band(
            curves.map { _, steps, curve in
                let width = max(curve.width, 1)
                let values = stride(from: 0, to: curve.values.count, by: width).map { start in
                    curve.values[start..<min(start + width, curve.values.count)]
                        .filter(\.isFinite).max() ?? .nan
                }
                return (steps, values)
            })
        return (
            [
                .band(band, ink(0)),
                .line(band.map { Plot.Point(x: $0.x, y: $0.y) }, ink(0), dashed: false),
            ], curves.contains { $0.curve.width > 1 } ? ": the largest" : ""
        )
    }

    /// The colour of one of several cells; the first two are those of training and validation, which all share.
    static func ink(_ cell: Int) -> LineInk { .series(2 + cell % inks) }

    /// Whether one of several cells is dashed: where there are more cells than colours.
    static func isDashed(_ cell: Int) -> Bool { cell / inks % 2 == 1 }

    private static let inks = 4

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
