import Core
import Sweeps
import System

/// All that is known of a cell, for programs: the columns of its table, and what they rest on.
struct CellFacts {
    private let row: SweepTable.Row
    private let columns: [CellColumn]
    private let attempts: [LedgerAttempt]
    private let now: [String]
    private let path: String
    private let reason: String?

    /// The facts of a cell.
    ///
    /// - Parameters:
    ///   - row: where the cell stands.
    ///   - table: where it and the other cells of its site stand.
    ///   - attempts: the attempts at it.
    ///   - now: what a running coordinator says of it.
    ///   - path: where its file lies, or would lie.
    init(
        _ row: SweepTable.Row, _ table: SweepTable, attempts: [LedgerAttempt], now: [String],
        path: String
    ) {
        self.row = row
        columns = table.columns
        reason = CellReason.text(row, in: table)
        self.attempts = attempts
        self.now = now
        self.path = path
    }

    /// An object with a member per column; null where the cell has no value.
    var json: JSONValue {
        var members: [String: JSONValue] = [:]
        for column in columns { members[column.name] = CellFacts.json(column.value(row)) }
        // How many there were is in the table, which ones in the ledger.
        members["attempts"] = .array(attempts.map(CellFacts.json))
        members["reason"] = CellFacts.text(reason)
        members["now"] = .array(now.map { JSONValue.string($0) })
        members["file"] = CellFacts.text(Posix.exists(path) ? path : nil)
        members["resumes_at_step"] = CellFacts.json(
            row.checkpoint.map { CellValue.integer($0.offer.step) })
        return .object(members)
    }

    private static func text(_ text: String?) -> JSONValue {
        guard let text else { return .null }
        return .string(text)
    }

    private static func json(_ value: CellValue?) -> JSONValue {
        switch value {
        case .number(let number): number.isFinite ? .number(number) : .null
        case .integer(let number): .number(Double(number))
        case .text(let text): .string(text)
        case nil: .null
        }
    }

    private static func json(_ attempt: LedgerAttempt) -> JSONValue {
        .object([
            "attempt": .number(Double(attempt.id.attempt)), "slot": .string("\(attempt.slot)"),
            "host": .string(attempt.process.host), "leased_at": .string(attempt.leasedAt),
            "ended_at": text(attempt.endedAt), "outcome": text(attempt.outcome),
            "reason": text(attempt.reason),
        ])
    }
}
