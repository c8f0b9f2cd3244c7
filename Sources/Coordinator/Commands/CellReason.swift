import Core
import Sweeps

/// Why a cell has its phase, or why it has none and none is asked for.
enum CellReason {
    /// The reason in words.
    ///
    /// - Parameters:
    ///   - row: where the cell stands.
    ///   - table: where the other cells of its site stand too.
    /// - Returns: the reason; nil of a cell that is to be trained.
    static func text(_ row: SweepTable.Row, in table: SweepTable) -> String? {
        switch row.status {
        case .verified(let verdict, _, _), .predicted(let verdict, _),
            .unreachable(let verdict, _):
            return verdict.reason
        case .failed(let reason): return reason
        case .inferred: return "not trained, since the measured sites around it agree"
        case .deferred:
            let isSeed = table.rows.contains {
                $0.cell.number.site == row.cell.number.site && $0.status != .deferred
            }
            return isSeed
                ? "not asked for, since its site does without this seed, at least so far"
                : "not asked for, since the refinement has not reached its site"
        case .missing, .running: return nil
        }
    }
}
