import Core
import Sweeps
import System

/// A sweep that was launched before with a smaller budget: what becomes of its cells.
struct BudgetGrowth {
    /// The budget of the launch before.
    let before: Int
    private let after: Int
    private let missing: Int
    private let goingOn: Int
    private let schedule: Bool

    /// Nil where the directory holds no sweep, or one of the same budget or a larger one.
    init?(_ table: SweepTable, _ directory: some SweepPaths) {
        let spec = table.plan.spec
        // A stored sweep that cannot be read is told of elsewhere.
        guard directory.holdsSweep, let stored = try? directory.storedSpec(),
            stored.name == spec.name, stored.cell.steps < spec.cell.steps
        else { return nil }
        before = stored.cell.steps
        after = spec.cell.steps
        let open = Set(table.missing.map(\.id))
        missing = open.count
        let grown = directory.grown(table.plan, isMissing: open.contains)
        goingOn =
            grown.count + table.missing.count { Posix.exists(directory.checkpointPath($0.id)) }
        schedule = table.missing.contains { $0.definition.lineage == nil }
    }

    /// What to expect, a line each.
    var lines: [String] {
        guard missing > 0 else { return [] }
        var lines = [
            "budget: \(before.grouped) steps before, \(after.grouped) now:"
                + " \(goingOn) of \(missing) missing cells can resume from a kept state"
        ]
        if schedule {
            lines.append(
                "budget: where the learning rate falls towards the budget's end, a longer budget is"
                    + " another run from step 0")
        }
        return lines
    }

    /// Moves the report and the consolidated file of the shorter budget aside.
    ///
    /// - Returns: where they lie now.
    func setAside(in directory: some SweepPaths) throws(SystemError) -> [String] {
        var moved: [String] = []
        for (path, suffix) in [(directory.reportPath, ""), (directory.consolidatedPath, ".h5")]
        where Posix.exists(path) {
            let stem = suffix.isEmpty ? path : String(path.dropLast(suffix.count))
            var target = "\(stem).\(before)-steps\(suffix)"
            var number = 2
            while Posix.exists(target) {
                target = "\(stem).\(before)-steps.\(number)\(suffix)"
                number += 1
            }
            try Posix.publish(path, as: target)
            moved.append(target)
        }
        return moved
    }
}
