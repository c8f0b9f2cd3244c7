import Foundation

/// Signs of slingshots: cycles in which the last layer grows until the loss spikes (Thilak et al. 2022, arXiv 2206.04817).
enum Slingshots {
    /// A loss that is so many times the least one so far is a spike.
    static let height = exp(1.0)

    /// Spikes of a loss, one value per step, each over when the loss has come back to what it spiked from; counted are those
    /// before which the last layer's norm has grown since the one before, or since step 0. Nil where a loss is not a positive
    /// number, or no norm is known.
    static func count(_ loss: [Double], norms: [(step: Int, value: Double)]) -> Int? {
        guard !norms.isEmpty, loss.allSatisfy({ $0.isFinite && $0 > 0 }) else { return nil }
        func norm(at step: Int) -> Double {
            norms.last { $0.step <= step }?.value ?? norms[0].value
        }
        var (least, isHigh, count) = (Double.infinity, false, 0)
        var before = norms[0].value
        for (step, value) in loss.enumerated() {
            if isHigh {
                if value <= least * height { isHigh = false }
            } else if value > least * height {
                isHigh = true
                let now = norm(at: step)
                if now > before { count += 1 }
                before = now
            }
            least = min(least, value)
        }
        return count
    }
}
