package import Core

/// What the effective theory says of plain addition of p symbols by embeddings on a line (Liu et al. 2022, §3 and App. D).
package struct AdditionTheory: Sendable, Hashable {
    /// Number of symbols p.
    package let symbols: Int
    /// The share of all pairs from which on at least half of the random splits leave nothing but a line.
    package let critical: CriticalFraction
    /// How often random splits of growing size leave nothing but a line.
    package let probability: [Share]
    /// The training sets of the sweep's cells.
    package let splits: [Split]
    /// Learning rates of the representation in the sweep, ascending.
    package let learningRates: [Double]

    /// P(n₀ = 2) at one size.
    package struct Share: Sendable, Hashable {
        /// Training pairs.
        package var trainCount: Int
        /// The same as a share of all pairs.
        package var fraction: Double
        /// Share of the random splits that leave nothing but a line.
        package var probability: Double
    }

    /// One training set.
    package struct Split: TrainingSet, Sendable, Hashable {
        /// The seed that it was drawn with.
        package var seed: UInt64
        /// Training pairs.
        package var trainCount: Int
        /// The same as a share of all pairs.
        package var fraction: Double
        /// Parallelograms among them, |P₀(D)|.
        package var parallelograms: Int
        /// Degrees of freedom n₀; 2 is a line.
        package var degreesOfFreedom: Int
        /// Highest representation quality that the training set is bound to.
        package var idealQuality: Double
        /// Accuracy over all pairs that the training set implies.
        package var idealAccuracy: Double
        /// Grokking rate λ₃; 0 where more than a line is left.
        package var grokkingRate: Double

        /// Steps n_h = 1/(λ₃ η_R) at a learning rate; nil where the theory has no rate.
        package func stepScale(learningRate: Double) -> Double? {
            grokkingRate > 0 && learningRate > 0 ? 1 / (grokkingRate * learningRate) : nil
        }
    }

    /// Whether the theory speaks of such a cell: sums of one-dimensional embeddings, a random split.
    package static func applies(_ cell: CellDefinition) -> Bool {
        let configuration = cell.configuration
        guard configuration.hasParallelograms, case .pairDecoder(let model) = configuration.model,
            case .random = configuration.split.kind,
            let symbols = configuration.task.symbols?.count
        else { return false }
        return model.embedding == 1 && symbols >= 3
    }

    /// The theory of these cells, all of so many symbols.
    package init(symbols: Int, cells: [CellDefinition], splits: Int) {
        self.symbols = symbols
        critical = CriticalFraction(symbols: symbols, splits: splits)
        let all = symbols * (symbols + 1) / 2
        // A tenth of the pairs apart, as the published figure has it or closer.
        let counts = Array(Set((1...20).map { all * $0 / 20 }.filter { $0 > 0 })).sorted()
        var shares: [Share] = []
        for count in counts {
            let share = CriticalFraction.shareOfLines(
                symbols: symbols, trainCount: count, splits: splits)
            shares.append(
                Share(
                    trainCount: count, fraction: Double(count) / Double(all), probability: share))
        }
        probability = shares
        var found: [Split] = []
        var seen: Set<[UInt64]> = []
        for cell in cells {
            let count = cell.configuration.trainCount
            let seed = cell.configuration.streams.seed(.split, of: cell.seed)
            guard seen.insert([seed, UInt64(count)]).inserted else { continue }
            found.append(Split(symbols: symbols, trainCount: count, seed: seed))
        }
        self.splits = found.sorted { ($0.trainCount, $0.seed) < ($1.trainCount, $1.seed) }
        learningRates = Set(cells.map(\.configuration.optimizer.representation.learningRate))
            .sorted()
    }
}

extension AdditionTheory.Split {
    /// The training set of a cell with this seed and so many training pairs.
    package init(symbols: Int, trainCount: Int, seed: UInt64) {
        let pairs = SymbolPair.trainingSet(symbols: symbols, count: trainCount, seed: seed)
        let set = ParallelogramSet(symbols: symbols, among: pairs)
        let implied = ImpliedSet(symbols: symbols, training: pairs)
        self.init(
            seed: seed, trainCount: trainCount,
            fraction: Double(trainCount) / Double(symbols * (symbols + 1) / 2),
            parallelograms: set.count, degreesOfFreedom: set.degreesOfFreedom(),
            idealQuality: implied.idealQuality, idealAccuracy: implied.idealAccuracy,
            grokkingRate: EffectiveLoss(set).grokkingRate)
    }
}
