import Core
import Foundation

/// Says in one line how far a sweep is, and when it will be done.
struct ProgressLine {
    private let budget: Int
    private var samples: [(seconds: Double, steps: Double)] = []

    /// A line for a sweep whose cells take at most `budget` steps.
    init(budget: Int) { self.budget = budget }

    /// The line for this status: `42/126 cells  2 running  18,300 steps/s  about 2 min left`.
    mutating func text(_ status: SweepStatus) -> String {
        samples.append((status.seconds, status.steps))
        samples.removeAll { $0.seconds < status.seconds - 20 }
        let tally = CellTally(status.cells)
        var parts = ["\(tally.verified)/\(tally.cells) cells", "\(tally.running) running"]
        if tally.failed > 0 { parts.append("\(tally.failed) failed") }
        if tally.predicted > 0 { parts.append("\(tally.predicted) predicted") }
        if tally.unreachable > 0 { parts.append("\(tally.unreachable) out of reach") }
        if tally.inferred > 0 { parts.append("\(tally.inferred) inferred") }
        if let rate {
            parts.append("\(Int(rate).grouped) steps/s")
            if let left = secondsLeft(status, rate) {
                parts.append("about \(TimeText.words(left)) left")
            }
        } else if status.slots == 0 {
            parts.append("waiting for slots")
        }
        return parts.joined(separator: "  ")
    }

    /// Steps per second over the last 20 seconds, nil before there is anything to go by.
    private var rate: Double? {
        guard let first = samples.first, let last = samples.last,
            last.seconds - first.seconds > 0.5, last.steps > first.steps
        else { return nil }
        return (last.steps - first.steps) / (last.seconds - first.seconds)
    }

    /// What is left, taking each missing cell to need the mean of those that are done (the budget while none is).
    private func secondsLeft(_ status: SweepStatus, _ rate: Double) -> Double? {
        var done = 0.0
        var finished = 0
        var running = 0.0
        var open = 0
        for cell in status.cells {
            switch cell {
            case .verified(_, _, let steps), .predicted(_, let steps), .unreachable(_, let steps):
                done += Double(steps)
                finished += 1
            case .running(let step, _):
                running += Double(step)
                open += 1
            case .missing: open += 1
            case .failed, .inferred, .deferred: break
            }
        }
        // Cells that stop early finish first; what runs now and has gone further corrects the mean upwards.
        let mean = finished > 0 ? (done + running) / Double(finished) : Double(budget)
        let left = Double(open) * min(mean, Double(budget)) - running
        return left > 0 ? left / rate : nil
    }
}
