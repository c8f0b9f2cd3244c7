/// The training set size from which on random splits usually leave embeddings nothing but a line (Liu et al. 2022, §3.2).
package struct CriticalFraction: Sendable, Hashable {
    /// The smallest number of training pairs at which at least half of the splits fix the line.
    package let trainCount: Int
    /// The same as a share of all pairs.
    package let fraction: Double

    /// So many of all pairs.
    init(trainCount: Int, of all: Int) {
        self.trainCount = trainCount
        fraction = Double(trainCount) / Double(all)
    }

    /// How often a random split's training set fixes the line.
    ///
    /// - Parameters:
    ///   - symbols: number of symbols p.
    ///   - trainCount: training pairs of each split.
    ///   - splits: how many; the splits of seeds 0, 1, ….
    /// - Returns: the share of splits, an estimate of P(n₀ = 2).
    package static func shareOfLines(symbols: Int, trainCount: Int, splits: Int) -> Double {
        precondition(splits > 0, "a share needs splits")
        var lines = 0
        for seed in 0..<UInt64(splits) {
            let pairs = SymbolPair.trainingSet(symbols: symbols, count: trainCount, seed: seed)
            if ParallelogramSet(symbols: symbols, among: pairs).fixesTheLine() { lines += 1 }
        }
        return Double(lines) / Double(splits)
    }

    /// Estimates the critical fraction from so many random splits per size.
    ///
    /// A seed's training sets of different sizes are nested, so the share never falls with the size and bisection finds
    /// where it passes one half.
    package init(symbols: Int, splits: Int) {
        let examples = symbols * (symbols + 1) / 2
        var (low, high) = (0, examples)
        while low < high {
            let middle = (low + high) / 2
            let share = CriticalFraction.shareOfLines(
                symbols: symbols, trainCount: middle, splits: splits)
            if share >= 0.5 { high = middle } else { low = middle + 1 }
        }
        trainCount = low
        fraction = Double(low) / Double(examples)
    }
}
