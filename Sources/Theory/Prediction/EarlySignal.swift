import Foundation

/// The training loss of a run's first steps as a signal, one value per step, and what its spectrum says (Notsawo et al.
/// 2023, arXiv 2306.13253, §3).
///
/// With F_k = Σ_t x(t) exp(−2πi k t / n) and ω_k = 2π min(k, n − k) / n in radians per step, the spectral moments are
/// m_j = Σ_k ω_k^j |F_k|² / n². By Parseval m₀ is the mean square, the variance of a signal without its mean. The paper
/// removes slow components by a filter whose cut-off it does not give; here the mean alone is removed unless asked for.
package struct EarlySignal: Sendable, Hashable {
    /// What is taken off the loss before its spectrum is looked at.
    package enum Filter: Sendable, Hashable {
        /// The mean.
        case mean
        /// The straight line of least squares.
        case line
        /// The mean and the components with at most so many periods over the signal.
        case slow(periods: Int)
    }

    /// Squared magnitudes |F_k|² / n² of the filtered signal, k = 0 ..< n.
    private let power: [Double]

    /// The signal of a loss curve from step 0 on.
    ///
    /// - Returns: nil when there are fewer than four steps or a loss is not finite.
    package init?(_ loss: some Collection<Double>, filter: Filter = .mean) {
        guard loss.count >= 4, loss.allSatisfy(\.isFinite) else { return nil }
        var signal = Array(loss)
        let mean = signal.reduce(0, +) / Double(signal.count)
        signal = signal.map { $0 - mean }
        if filter == .line { signal = EarlySignal.withoutLine(signal) }
        var power = EarlySignal.spectrum(signal)
        if case .slow(let periods) = filter {
            for k in power.indices where min(k, power.count - k) <= periods { power[k] = 0 }
        }
        self.power = power
    }

    /// Hjorth activity m₀.
    package var activity: Double { moment(0) }

    /// Hjorth mobility √(m₂ / m₀), in radians per step; nil where nothing moves.
    package var mobility: Double? { ratio(2, 0) }

    /// Complexity √(m₄ / m₂) as the paper prints it, in radians per step. (Hjorth's own divides by the mobility.)
    package var complexity: Double? { ratio(4, 2) }

    /// Share of the energy in components with at most so many periods, those of the mean left out; nil where nothing moves.
    package func lowFrequencyEnergy(periods: Int) -> Double? {
        var low = 0.0
        var all = 0.0
        for k in 1..<power.count {
            all += power[k]
            if min(k, power.count - k) <= periods { low += power[k] }
        }
        return all > 0 ? low / all : nil
    }

    private func moment(_ order: Int) -> Double {
        var sum = 0.0
        for (k, value) in power.enumerated() {
            let omega = 2 * Double.pi * Double(min(k, power.count - k)) / Double(power.count)
            sum += pow(omega, Double(order)) * value
        }
        return sum
    }

    private func ratio(_ upper: Int, _ lower: Int) -> Double? {
        let below = moment(lower)
        return below > 0 ? (moment(upper) / below).squareRoot() : nil
    }

    /// What the straight line of least squares leaves of a signal without mean.
    private static func withoutLine(_ signal: [Double]) -> [Double] {
        let middle = Double(signal.count - 1) / 2
        var products = 0.0
        var squares = 0.0
        for (t, value) in signal.enumerated() {
            products += (Double(t) - middle) * value
            squares += (Double(t) - middle) * (Double(t) - middle)
        }
        let slope = products / squares
        return signal.enumerated().map { $0.element - slope * (Double($0.offset) - middle) }
    }

    /// |F_k|² / n² by the definition: some hundred steps do not ask for a fast transform.
    private static func spectrum(_ signal: [Double]) -> [Double] {
        let n = signal.count
        let circle = (0..<n).map { place -> (Double, Double) in
            let angle = 2 * Double.pi * Double(place) / Double(n)
            return (cos(angle), sin(angle))
        }
        // The signal is real, so the upper half mirrors the lower one.
        var power = [Double](repeating: 0, count: n)
        for k in 0...n / 2 {
            var real = 0.0
            var imaginary = 0.0
            var place = 0
            for value in signal {
                real += value * circle[place].0
                imaginary -= value * circle[place].1
                place += k
                if place >= n { place -= n }
            }
            power[k] = (real * real + imaginary * imaginary) / Double(n * n)
            power[(n - k) % n] = power[k]
        }
        return power
    }
}
