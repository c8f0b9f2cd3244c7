import Core

/// How long a sweep takes that does not run, by the cells that are done or by a trial.
package struct SweepForecast: Sendable, Equatable {
    /// What a forecast rests on.
    package enum Basis: String, Sendable {
        /// Steps and seconds of the cells that are done.
        case finishedCells = "finished cells"
        /// A trial of a cell's first steps; cells are taken to need their whole budget.
        case calibration
    }

    /// What it rests on.
    package let basis: Basis
    /// Steps a second that a slot makes.
    package let stepsPerSecond: Double
    /// Steps to be made; at most so many where the basis is a trial.
    package let steps: Double

    /// Seconds that so many slots take.
    package func seconds(slots: Int) -> Double { steps / stepsPerSecond / Double(max(slots, 1)) }

    /// The forecast for the cells of a table that are to be trained; nil where none is, or nothing is known of the speed.
    ///
    /// - Parameters:
    ///   - table: where the cells stand.
    ///   - trial: steps a second of a slot on this machine, asked only while no cell is done.
    package init?(_ table: SweepTable, trial: () -> Double?) {
        let left = table.rows.filter { row in
            switch row.status {
            case .missing, .running: true
            case .verified, .failed, .inferred, .deferred, .predicted, .unreachable: false
            }
        }
        guard !left.isEmpty else { return nil }
        if let speed = table.stepsPerSecondPerSlot {
            let expected = table.expectedSteps
            basis = .finishedCells
            stepsPerSecond = speed
            steps = left.reduce(0.0) { $0 + (expected.steps(of: $1.cell) ?? 0) }
        } else if let speed = trial(), speed > 0 {
            basis = .calibration
            stepsPerSecond = speed
            steps = left.reduce(0.0) { $0 + Double($1.cell.configuration.steps) }
        } else {
            return nil
        }
    }
}
