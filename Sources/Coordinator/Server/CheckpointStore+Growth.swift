import Core
import Sweeps
import System

/// Budgets that grow: the latest checkpoint of a cell that is trained is kept as the state of its lineage, and the same cell
/// of a longer budget resumes from it.
extension CheckpointStore {
    /// States larger than this are not kept.
    static let largestState = 64 << 20

    /// Keeps the checkpoint of a cell that is trained, if it is of use to a longer budget, and forgets it as a checkpoint.
    func keep(_ cell: CellDefinition) throws(CoordinatorError) {
        let path = directory.checkpointPath(cell.id)
        if spec.keep == .lastState, let lineage = cell.lineage,
            let size = try Posix.size(path), size <= CheckpointStore.largestState
        {
            try Posix.makeFolder(directory.path + "/states")
            try Posix.publish(path, as: directory.statePath(lineage))
        }
        try drop(cell.id)
    }

    /// Makes checkpoints of missing cells from the states of shorter budgets, for `audit` to find.
    ///
    /// - Parameters:
    ///   - plan: the sweep.
    ///   - isMissing: whether a cell is still to be trained.
    /// - Returns: the step that each of these cells resumes from.
    /// - Throws: `CoordinatorError` when the directory cannot be read or written.
    func adoptStates(
        _ plan: SweepPlan, isMissing: (CellID) -> Bool
    ) throws(CoordinatorError) -> [CellID: Int] {
        var adopted: [CellID: Int] = [:]
        for cell in directory.grown(plan, isMissing: isMissing) {
            let source = directory.statePath(cell.lineage)
            let checkpoint: Checkpoint
            do {
                checkpoint = try Checkpoint(
                    decoding: try Posix.read(source, atMost: Checkpoint.largestSize))
            } catch let error as SystemError {
                throw error
            } catch {
                try directory.quarantine(source)
                continue
            }
            var grown = checkpoint
            grown.origin.cell = cell.id
            let expected = Checkpoint.Origin(
                cell: cell.id, rule: plan.spec.phaseRule, stop: plan.spec.stop.policy(for: cell.id),
                record: plan.spec.record, engine: checkpoint.origin.engine,
                blasCore: checkpoint.origin.blasCore)
            guard checkpoint.step <= cell.steps, grown.origin.difference(from: expected) == nil
            else { continue }
            try Posix.makeFolder(directory.path + "/checkpoints")
            try Posix.writeDurably(grown.encoded(), to: directory.checkpointPath(cell.id))
            adopted[cell.id] = checkpoint.step
        }
        return adopted
    }
}

extension SweepPaths {
    /// The last state of cells that differ in their budget alone: `states/3fa9….ckpt`.
    func statePath(_ lineage: CellID) -> String { "\(path)/states/\(lineage.hex).ckpt" }

    /// The missing cells without a checkpoint of their own that a state is kept for.
    func grown(
        _ plan: SweepPlan, isMissing: (CellID) -> Bool
    ) -> [(id: CellID, lineage: CellID, steps: Int)] {
        let kept = Set(Posix.list(path + "/states"))
        guard !kept.isEmpty else { return [] }
        return plan.cells.compactMap { cell in
            guard isMissing(cell.id), !Posix.exists(checkpointPath(cell.id)) else { return nil }
            let definition = cell.definition
            guard let lineage = definition.lineage, kept.contains("\(lineage.hex).ckpt") else {
                return nil
            }
            return (cell.id, lineage, definition.configuration.steps)
        }
    }
}
