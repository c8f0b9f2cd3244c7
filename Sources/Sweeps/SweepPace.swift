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
        let steps = table.rows.compactMap { $0.result?.summary.stepsRun }
        guard let speed, let rate = stepsPerSecond, !steps.isEmpty else {
            secondsLeft = nil
            return
        }
        // Each open cell is taken to need the mean of those that are done.
        let mean = Double(steps.reduce(0, +)) / Double(steps.count)
        let begun = table.open.reduce(0.0) { sum, attempt in
            let seconds = Timestamp.date(attempt.leasedAt).map(now.timeIntervalSince) ?? 0
            return sum + min(max(0, seconds) * speed, mean)
        }
        let tally = table.tally
        secondsLeft = (Double(tally.missing + tally.running) * mean - begun) / rate
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
