import Core

/// Accuracies of the cells along a line through the diagram, a panel per value of its axis.
enum CurveGallery {
    /// More panels than these are too small to be read.
    private static let mostPanels = 12

    /// The figure.
    ///
    /// - Parameters:
    ///   - selection: what is shown, along its x.
    ///   - source: where curves come from.
    /// - Returns: a panel per value, every n-th where there are many.
    /// - Throws: `FigureError` when no cell is trained, or what the source throws.
    static func plot(_ selection: FigureSelection, _ source: FigureSource) throws -> Plot {
        let axis = selection.map.axes[0]
        let order = axis.values.indices.sorted { axis.values[$0] < axis.values[$1] }
        let stride = (order.count + mostPanels - 1) / mostPanels
        let shown = order.enumerated().filter { $0.offset.isMultiple(of: stride) }.map(\.element)
        var columns: [(name: String, cells: [Curves.Cell])] = []
        for index in shown {
            columns.append(
                (axis.named(at: index), try source.curves(selection.cells(at: index))))
        }
        guard columns.contains(where: { !$0.cells.isEmpty }) else {
            throw FigureError("no cell along \(axis.name) is trained")
        }
        let rule = source.map.rule
        let steps = Curves.stepAxis(columns.flatMap(\.cells))
        var plot = Plot(
            name: "Learning curves", title: source.map.title,
            description: columns.map { name, cells in
                "\(name): "
                    + (cells.isEmpty
                        ? "not trained"
                        : cells.map { "\($0.name) \($0.verdict.phase.name)" }.joined(
                            separator: ", "))
            }.joined(separator: "; ") + ".",
            panels: columns.map { name, cells in
                var panel = Curves.accuracies(cells, rule)
                panel.x = steps
                panel.labels = []
                let phases = Phase.allCases.filter { phase in
                    cells.contains { $0.verdict.phase == phase }
                }
                panel.title =
                    ([name]
                    + (phases.isEmpty
                        ? [] : [phases.map { String($0.letter) }.joined(separator: ", ")]))
                    .joined(separator: ": ")
                return panel
            })
        plot.columns = min(4, columns.count)
        plot.aspect = 0.75
        plot.sharesY = true
        plot.key = [
            Plot.Key(sign: .line(dashed: false), ink: .train, text: "training"),
            Plot.Key(sign: .line(dashed: true), ink: .validation, text: "validation"),
        ]
        var notes = selection.slices.isEmpty ? [] : [selection.slices.joined(separator: ", ") + "."]
        if shown.count < order.count {
            notes.append(
                "\(shown.count) of \(order.count) values of \(NumberText.words(axis.name)).")
        }
        plot.notes = notes + DiagramText.provenance(source.map)
        return plot
    }
}

extension FigureSource {
    /// The curves of those cells that are verified, with their verdicts.
    func curves(_ cells: [(name: String, cell: CellState)]) throws -> [Curves.Cell] {
        try cells.compactMap { name, cell in
            guard let verdict = cell.status.verdict, let point = cell.point,
                let outcome = try outcome(point)
            else { return nil }
            return Curves.Cell(name: name, outcome: outcome, verdict: verdict)
        }
    }
}
