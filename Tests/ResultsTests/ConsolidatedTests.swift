import Core
import Foundation
import TestSupport
import Testing

@testable import HDF5
@testable import Results
@testable import Sweeps

extension ResultsSuite {
    @Suite("Consolidated")
    struct ConsolidatedTests {
        private let directory: TemporaryDirectory
        private let plan: SweepPlan

        init() throws {
            directory = try TemporaryDirectory()
            plan = try SweepFixture.plan()
        }

        @Test("every cell stands at its coordinates, in ascending order of every axis")
        func places() throws {
            let path = directory.file("sweep.h5")
            try SweepFixture.table(plan).consolidate(to: path)
            try expectingNoLeak {
                try File.read(at: path) { file in
                    let root = try file.root()
                    let rates: [Double] = try root.dataset("learning_rate").read()
                    let fractions: [Double] = try root.dataset("train_fraction").read()
                    let seeds: [Int64] = try root.dataset("seed").read()
                    #expect(rates == [1e-4, 1e-3, 1e-2])
                    #expect(fractions == [0.45, 0.65])
                    #expect(seeds == [1, 3])
                    let steps: [Double] = try root.dataset("train_step").read()
                    #expect(try root.dataset("train_step").shape() == [3, 2, 2])
                    // The fixture's training crossing is made of the coordinates.
                    for (r, rate) in rates.enumerated() {
                        for (f, fraction) in fractions.enumerated() {
                            for (s, seed) in seeds.enumerated() {
                                let expected = SweepFixture.trainStep(rate, fraction, UInt64(seed))
                                let found = steps[(r * 2 + f) * 2 + s]
                                #expect(
                                    expected.map { Double($0) == found } ?? found.isNaN,
                                    "\(rate) \(fraction) \(seed)")
                            }
                        }
                    }
                    #expect(try root.attributes.string("spec") == plan.spec.sourceText)
                    #expect(try root.attributes.string("sweep") == "consolidated")
                    #expect(
                        try root.dataset("phase").attributes.string("flag_meanings")
                            == "comprehension grokking memorization confusion")
                }
            }
        }

        @Test("an inferred phase is not among the measured ones")
        func inferred() throws {
            let path = directory.file("sweep.h5")
            let statuses: [CellStatus] = [
                .inferred(.grokking), .deferred, .missing,
                .predicted(PhaseVerdict(.memorization, ""), stepsRun: 9),
                .unreachable(PhaseVerdict(.memorization, ""), stepsRun: 9),
            ]
            var rows = SweepFixture.missing(plan).rows
            for (place, status) in statuses.enumerated() {
                rows[place] = SweepFixture.row(plan.cells[place], status)
            }
            try SweepTable(plan: plan, rows: rows, open: [], growth: nil).consolidate(to: path)
            try File.read(at: path) { file in
                let root = try file.root()
                let phases: [Int8] = try root.dataset("phase").read()
                #expect(phases.allSatisfy { $0 == -1 })
                let inferred: [Int8] = try root.dataset("inferred_phase").read()
                #expect(
                    inferred.filter { $0 != -1 }.sorted()
                        == [.grokking, .memorization, .memorization].map(\Phase.rawValue))
                let status: [Int8] = try root.dataset("status").read()
                #expect(status.filter { $0 > 0 }.sorted() == [4, 5, 6, 7])
                #expect(
                    try root.dataset("status").attributes.string("flag_meanings")
                        == "missing verified failed running inferred deferred predicted unreachable"
                )
            }
        }

        @Test("the same entries give the same bytes, over an older file and an unfinished one")
        func rebuilt() throws {
            let path = directory.file("sweep.h5")
            let table = try SweepFixture.table(plan)
            try table.consolidate(to: path)
            let first = try contents(path)
            try SweepFixture.missing(plan).consolidate(to: path)
            #expect(try contents(path) != first)
            try write([1, 2, 3], path + ".unfinished")
            try table.consolidate(to: path)
            #expect(try contents(path) == first)
            #expect(try directory.names() == ["sweep.h5"])
        }

        @Test("what cannot be put in its place leaves what was there")
        func unwritable() throws {
            let path = directory.file("sweep.h5")
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: false)
            let error = #expect(throws: ResultsError.self) {
                try SweepFixture.missing(plan).consolidate(to: path)
            }
            #expect(
                error?.description
                    == "write result: \(path): cannot be renamed: Is a directory (21)")
            #expect(try directory.names() == ["sweep.h5"])
        }
    }
}

/// A small sweep whose axes are not in ascending order, with cells of every status.
enum SweepFixture {
    static func plan() throws -> SweepPlan {
        try SweepPlan(
            try SweepSpec(
                parsing: """
                    sweep: consolidated
                    title: "Grüße ≥ 0.9"
                    cell:
                      task: {symbols: 5}
                    axes:
                      learning_rate: {path: optimizer.decoder.learning_rate, log: [1.0e-4, 1.0e-2], points: 3}
                      train_fraction: {path: train_fraction, values: [0.65, 0.45]}
                    seeds: [3, 1]
                    """, named: "sweep.yaml"))
    }

    /// Nil where the fixture leaves the cell missing, failed, running, or confused.
    static func trainStep(_ rate: Double, _ fraction: Double, _ seed: UInt64) -> Int? {
        if rate == 1e-2 { return nil }
        return Int((rate * 1e5).rounded()) * 1000 + Int((fraction * 100).rounded()) * 10 + Int(seed)
    }

    /// The identity of the cell at these values.
    static func identity(
        _ plan: SweepPlan, _ rate: Double, _ fraction: Double, _ seed: UInt64
    ) -> String {
        plan.cells.first { cell in
            plan.coordinates(cell.point).map(\.value) == [rate, fraction]
                && plan.spec.seeds[cell.point.seed] == seed
        }?.id.hex ?? "none"
    }

    /// The sweep with nothing done.
    static func missing(_ plan: SweepPlan) -> SweepTable {
        SweepTable(plan: plan, rows: plan.cells.map { row($0, .missing) }, open: [], growth: nil)
    }

    static func row(
        _ cell: PlannedCell, _ status: CellStatus, attempts: Int = 0, _ result: StoredResult? = nil
    ) -> SweepTable.Row {
        SweepTable.Row(
            cell: cell, status: status, attempts: attempts, result: result, checkpoint: nil)
    }

    static func table(_ plan: SweepPlan) throws -> SweepTable {
        let rows = plan.cells.map { cell in
            let values = plan.coordinates(cell.point).map(\.value)
            let seed = plan.spec.seeds[cell.point.seed]
            if let step = trainStep(values[0], values[1], seed) {
                let late = Crossing(step: step + (seed == 1 ? 10 : 5000))
                return verified(
                    cell, Crossing(step: step), late, (1, values[1]), .decided, seconds: 2.5)
            }
            if values[1] == 0.65 {
                return row(
                    cell, seed == 1 ? .failed(reason: "x") : .running(step: 0, budget: 1),
                    attempts: seed == 1 ? 3 : 1)
            }
            return seed == 1
                ? verified(cell, nil, nil, (0.125, 0), .budget, seconds: 9) : row(cell, .missing)
        }
        return SweepTable(plan: plan, rows: rows, open: [], growth: nil)
    }

    private static func verified(
        _ cell: PlannedCell, _ train: Crossing?, _ validation: Crossing?,
        _ accuracies: (train: Double, validation: Double), _ reason: StopReason, seconds: Double
    ) -> SweepTable.Row {
        var curve = Curve()
        curve.steps = [0]
        curve.trainLoss = [0.5]
        curve.trainAccuracy = [accuracies.train]
        curve.validationLoss = [.infinity]
        curve.validationAccuracy = [accuracies.validation]
        curve.measures = [MeasuredCurve(.weightNorm, [2.5])]
        let steps = validation?.step ?? 20_000
        let outcome = CellOutcome(
            curve: curve, rule: PhaseRule(), trainCrossing: train, validationCrossing: validation,
            stopReason: reason, stepsRun: steps, split: ExampleSplit(train: [], validation: []),
            targets: nil, parameters: [])
        return row(
            cell, .verified(outcome.verdict, stopReason: reason, stepsRun: steps), attempts: 1,
            StoredResult(
                cell: cell.id, attempt: 1, sha256: "", size: 0,
                summary: ResultSummary(outcome, parameterSteps: [], wallSeconds: seconds)))
    }
}
