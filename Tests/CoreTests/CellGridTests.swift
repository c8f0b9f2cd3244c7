import Testing

@testable import Core

@Suite struct CellGridTests {
    /// Cells with every kind of update rule, and axes of which some are free and some are not.
    private static let axes = [
        "rate: {path: optimizer.learning_rate, values: [0, 1.0e-5, 0.001, 1]}",
        "decay: {path: optimizer.decoder.weight_decay, values: [0, 0.5, 3]}",
        "last: {path: optimizer.last_layer.momentum, values: [0, 0.9]}",
        "beta: {path: optimizer.beta1, values: [0.25, 0.9]}",
        "part: {path: train_fraction, values: [0.45, 0.8]}",
        "symbols: {path: task.symbols, values: [6, 10]}",
        "warmup: {path: optimizer.warmup, values: [0, 10]}",
        "clip: {path: optimizer.clip, values: [0, 1]}",
        "steps: {path: steps, values: [100, 2000]}",
    ]

    private func spec(_ axes: [String], cell: String = "") throws -> SweepSpec {
        let lines = axes.map { "  \($0)\n" }.joined()
        return try SweepSpec(
            parsing: """
                sweep: a
                cell: {optimizer: {decoder: {kind: adam}, last_layer: {kind: sgd}}\(cell)}
                seeds: [3, 0]
                axes:

                """ + lines, named: "a.yaml")
    }

    @Test("every pair of axes gives the cells that reading each of them gives, in every bit")
    func asRead() throws {
        for (place, first) in Self.axes.enumerated() {
            for second in Self.axes.dropFirst(place + 1) {
                let spec = try spec([first, second])
                let targets = try AxisTargets(spec)
                for cell in try SweepPlan(spec).cells {
                    let point = cell.point
                    let read = CellDefinition(
                        configuration: try targets.configuration(at: point.axes),
                        seed: spec.seeds[point.seed])
                    #expect(cell.definition == read && cell.id == read.id)
                    #expect(cell.configuration == read.configuration)
                }
            }
        }
    }

    @Test("a value that is refused at one point of the grid only is found")
    func refused() throws {
        let fraction = "part: {path: train_fraction, values: [0.5, 0.001]}"
        for other in Self.axes.filter({ !$0.hasPrefix("part") && !$0.hasPrefix("symbols") }) {
            #expect(throws: SweepError.self) { try SweepPlan(try spec([other, fraction])) }
        }
        let error = #expect(throws: SweepError.self) {
            try SweepPlan(
                try spec([
                    Self.axes[1], "rate: {path: optimizer.decoder.learning_rate, values: [1, -1]}",
                ]))
        }
        #expect(error?.description.contains("rate=-1") == true)
        // Each value goes with one of the other axis, and not with the other.
        #expect(throws: SweepError.self) {
            try SweepPlan(
                try spec([
                    "symbols: {path: task.symbols, values: [4, 10]}",
                    "batch: {path: batch, values: [2, 30]}",
                ]))
        }
    }

    @Test("a million cells are planned without making any")
    func million() throws {
        let spec = try spec([
            "rate: {path: optimizer.learning_rate, log: [1.0e-5, 1], points: 500}",
            "decay: {path: optimizer.decoder.weight_decay, linear: [0, 10], points: 1000}",
        ])
        let plan = try SweepPlan(spec)
        #expect(plan.cells.count == 1_000_000)
        #expect(MemoryLayout<PlannedCell>.stride <= 16)
        #expect(plan.cells[1].point == GridPoint(axes: [0, 512], seed: 0))
        #expect(plan.cells[999_999].point.seed == 1)
    }
}
