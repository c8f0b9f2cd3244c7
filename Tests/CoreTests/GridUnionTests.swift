import TestSupport
import Testing

@testable import Core

/// Sweeps that ask for a part of their grid: a union of smaller grids, or single points.
@Suite("GridUnion")
struct GridUnionTests {
    private func plan(_ text: String) throws -> SweepPlan {
        try SweepPlan(SweepSpec(parsing: "sweep: a\n" + text, named: "a.yaml"))
    }

    private func labels(_ plan: SweepPlan) -> Set<String> {
        Set(plan.cells.map { String(plan.label($0.point).dropLast(" seed=0".count)) })
    }

    private static let axes = """
        axes:
          rate: {path: optimizer.learning_rate}
          decay: {path: optimizer.weight_decay}

        """

    @Test("the union of two grids has the cells of both, each once, on axes of all their values")
    func union() throws {
        let plan = try self.plan(
            Self.axes + """
                grids:
                  - {rate: [0.1, 0.01], decay: [0, 1]}
                  - {rate: {log: [0.001, 0.1], points: 3}, decay: 1}
                """)
        #expect(plan.spec.axes.map(\.values) == [[0.001, 0.01, 0.1], [0, 1]])
        #expect(
            labels(plan) == [
                "rate=0.1 decay=0", "rate=0.1 decay=1", "rate=0.01 decay=0", "rate=0.01 decay=1",
                "rate=0.001 decay=1",
            ])
        #expect(plan.cells.count == 5 && Set(plan.cells.map(\.id)).count == 5)
        for cell in plan.cells {
            let rule = cell.configuration.optimizer.decoder
            let coordinates = plan.coordinates(cell.point).map(\.value)
            #expect([rule.learningRate, rule.weightDecay] == coordinates)
        }
    }

    @Test("single points, and seeds of each")
    func points() throws {
        let plan = try self.plan(
            Self.axes + "grids: [{rate: 0.1, decay: 0}, {rate: 0.01, decay: 3}]\nseeds: [0, 1]\n")
        #expect(plan.cells.count == 4)
        #expect(Set(plan.cells.map(\.point.axes)) == [[1, 0], [0, 1]])
    }

    @Test("axes with values of their own, categories by name, and an axis that a grid leaves out")
    func categories() throws {
        let plan = try self.plan(
            """
            axes:
              arm: {arms: {plain: {}, fast: {optimizer.grokfast: {kind: ema}}}}
              hidden: {path: model.hidden, values: [[5], [6, 7]]}
              steps: {path: steps, values: [10, 20]}
            grids:
              - {arm: fast, hidden: [[6, 7]]}
              - {arm: plain, steps: 10}
            """)
        #expect(
            labels(plan) == [
                "arm=fast hidden=[6, 7] steps=10", "arm=fast hidden=[6, 7] steps=20",
                "arm=plain hidden=[5] steps=10", "arm=plain hidden=[6, 7] steps=10",
            ])
    }

    @Test("a site that is not asked for may be one that cannot be trained")
    func impossible() throws {
        let axes = """
            axes:
              symbols: {path: task.symbols, values: [4, 10]}
              batch: {path: batch, values: [2, 30]}

            """
        #expect(throws: SweepError.self) { try self.plan(axes) }
        let plan = try self.plan(axes + "grids: [{symbols: 4, batch: 2}, {symbols: 10}]\n")
        #expect(plan.cells.count == 3)
    }

    @Test("the coarse picture still comes first")
    func order() throws {
        let plan = try self.plan(
            """
            axes:
              steps: {path: steps, range: {start: 1, end: 9, step: 1}}
            grids: [{steps: [1, 2, 5, 9]}]
            """)
        #expect(plan.cells.map(\.point.axes) == [[0], [8], [4], [1]])
    }

    @Test(
        "what the axes do not have is refused in one line",
        arguments: [
            (
                "grids: [{rate: [0.1], decay: 0}, {rat: 0.1}]",
                "a.yaml:5: grids[1].rat: unknown key (hint: did you mean rate?)"
            ),
            (
                "grids: []",
                "a.yaml:5: grids: the list is empty (hint: drop the key for the whole grid)"
            ),
            (
                "grids: [{rate: [], decay: 0}, {rate: 1}]",
                "a.yaml:5: grids[0].rate: names no value"
            ),
            (
                "grids: [{rate: 0.1}]",
                "a.yaml:4: axes.decay.values: missing: an axis needs one of log, linear, range, values"
                    + " or arms"
            ),
        ])
    func refused(_ grids: String, _ line: String) {
        #expect(problem { _ = try plan(Self.axes + grids) } == line)
    }
}
