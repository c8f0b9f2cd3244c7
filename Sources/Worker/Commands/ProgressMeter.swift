import Foundation
import System
import Training

/// Tells a person how far a cell is: a live line on a terminal, else a plain line now and then.
struct ProgressMeter {
    /// Where and how it is shown.
    enum Style: Sendable {
        case live
        case lines
        case silent

        var interval: Duration? {
            switch self {
            case .live: .milliseconds(200)
            case .lines: .seconds(10)
            case .silent: nil
            }
        }
    }

    private let budget: Int
    private let style: Style
    private let clock = SuspendingClock()
    private let begin: SuspendingClock.Instant
    private var nextShow: SuspendingClock.Instant
    private var hasShown = false

    /// A meter of a cell that begins now.
    init(budget: Int, style: Style) {
        self.budget = budget
        self.style = style
        begin = clock.now
        nextShow = begin + (style.interval ?? .zero)
    }

    /// Shows where the cell is, unless it was shown a moment ago.
    mutating func show(step: Int, _ evaluation: Evaluation) {
        guard let interval = style.interval, clock.now >= nextShow else { return }
        nextShow = clock.now + interval
        hasShown = true
        let seconds = (clock.now - begin) / .seconds(1)
        let text = ProgressMeter.line(
            step: step, budget: budget, seconds: seconds, train: evaluation.trainAccuracy,
            validation: evaluation.validationAccuracy)
        // A line as wide as the terminal would wrap, and \r go back to the middle of it.
        let line = Terminal.clipped(text, to: Terminal.size().columns - 1)
        StandardError.write(style == .live ? "\r\u{1b}[K" + line : text + "\n")
    }

    /// Wipes a live line.
    func finish() {
        if hasShown, style == .live { StandardError.write("\r\u{1b}[K") }
    }

    /// One line; the time left is what the budget would take, and a cell that is decided ends before.
    static func line(
        step: Int, budget: Int, seconds: Double, train: Double, validation: Double
    ) -> String {
        let rate = Double(step) / max(seconds, 1e-9)
        let left = rate > 0 ? Double(budget - step) / rate : 0
        return String(
            format: "step %d of %d, %.0f steps/s, at most %@ left, train %.2f, validation %.2f",
            step, budget, rate, duration(left), train, validation)
    }

    private static func duration(_ seconds: Double) -> String {
        let whole = Int(min(seconds, 1e9).rounded(.up))
        if whole < 100 { return "\(whole) s" }
        if whole < 6000 { return "\((whole + 59) / 60) min" }
        return "\((whole + 3599) / 3600) h"
    }
}
