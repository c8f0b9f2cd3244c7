import Core
@preconcurrency import Glibc
import Results
import Training

/// Result files for cells that nobody trained: right in everything a coordinator checks, and made up.
enum SyntheticCell {
    /// The bytes of a cell's file.
    ///
    /// - Parameters:
    ///   - cell: the cell; of addition over three symbols, as in `no-op.yaml`.
    ///   - spec: its sweep.
    ///   - parameters: how many numbers to keep as parameters, incompressible.
    ///   - folder: where files are made and kept for the next run; best in memory.
    /// - Returns: the file.
    /// - Throws: `LoadError` or `ResultsError` when the file cannot be made.
    static func file(
        _ cell: CellDefinition, _ spec: SweepSpec, parameters: Int = 0, in folder: String
    ) throws -> [UInt8] {
        let path = "\(folder)/\(cell.id.hex)-\(parameters).h5"
        if access(path, R_OK) == 0 { return try Bytes.of(path) }
        let stored = StoredCell(
            definition: cell, outcome: outcome(cell, spec.phaseRule, parameters: parameters),
            provenance: CellProvenance(
                sweep: spec.name, worker: "load/0", host: "load", attempt: 1, engine: "none",
                blasCore: "none", started: "2026-01-02T03:04:05Z",
                finished: "2026-01-02T03:04:09Z", wallSeconds: 4))
        try CellFile.write(stored, to: path)
        return try Bytes.of(path)
    }

    /// A grokking run: training reaches any threshold at step 20, validation at step 2100.
    private static func outcome(
        _ cell: CellDefinition, _ rule: PhaseRule, parameters: Int
    ) -> CellOutcome {
        let givens = CellGivens(cell.configuration, seed: cell.seed)
        var curve = Curve()
        curve.steps = [0, 10, 20, 2100]
        curve.trainLoss = [1, 0.5, 0.1, 0.01]
        curve.trainAccuracy = [0, 0, 1, 1]
        curve.validationLoss = [1, 1.2, 1.1, 0.2]
        curve.validationAccuracy = [0, 0, 0, 1]
        curve.measures = [MeasuredCurve(.weightNorm, [3, 3, 2, 1])]
        curve.earlyTrainLoss = [1, 0.9]
        var snapshots: [ParameterSnapshot] = []
        if parameters > 0 {
            var random = SystemRandomNumberGenerator()
            let values = (0..<parameters).map { _ in Float.random(in: -1...1, using: &random) }
            let tensor = NamedTensor(name: "padding", shape: [parameters], values: values)
            snapshots = [ParameterSnapshot(step: 2100, tensors: [tensor])]
        }
        return CellOutcome(
            curve: curve, rule: rule, trainCrossing: Crossing(step: 20),
            validationCrossing: Crossing(step: 2100), stopReason: .decided, stepsRun: 2100,
            split: givens.split, targets: givens.targets, parameters: snapshots)
    }
}
