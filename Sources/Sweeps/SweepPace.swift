import Core
package import Foundation
import System

/// How fast a running sweep gets on, by what its cells took so far.
package struct SweepPace: Sendable {
    /// Slots that train now, by host.
    package let slots: [(host: String, count: Int)]
    /// Steps a second of all slots together, nil before the first cell is done.
    package let stepsPerSecond: Double?
    /// Seconds until the last cell is done, nil where nobody can tell.
    package let secondsLeft: Double?

    /// The pace of a sweep that stands like this.
    package init(_ table: SweepTable, now: Date = Date()) {
        slots = Dictionary(grouping: table.open, by: \.process.host)
            .map { (host: $0.key, count: $0.value.count) }.sorted { $0.host < $1.host }
        let speed = table.stepsPerSecondPerSlot
        stepsPerSecond = table.open.isEmpty ? nil : speed.map { $0 * Double(table.open.count) }
        guard let speed, let rate = stepsPerSecond else {
            secondsLeft = nil
            return
        }
        let expected = table.expectedSteps
        let since = Dictionary(
            table.open.map { ($0.id.cell, $0.leasedAt) }, uniquingKeysWith: { first, _ in first })
        let left = table.rows.reduce(0.0) { sum, row in
            let steps = expected.steps(of: row.cell) ?? 0
            switch row.status {
            case .missing: return sum + steps
            case .running:
                let begun = since[row.cell.id].flatMap(Timestamp.date).map(now.timeIntervalSince)
                return sum + max(0, steps - max(0, begun ?? 0) * speed)
            case .verified, .failed, .inferred, .deferred, .predicted, .unreachable: return sum
            }
        }
        secondsLeft = left / rate
    }
}

extension SweepTable {
    /// Steps a second that a slot has made on this sweep's cells, nil before the first is done.
    package var stepsPerSecondPerSlot: Double? {
        let summaries = rows.compactMap { $0.result?.summary }
        let seconds = summaries.reduce(0.0) { $0 + $1.wallSeconds }
        return seconds > 0
            ? summaries.reduce(0.0) { $0 + Double($1.stepsRun) } / seconds : nil
    }
}
