package import Core
import Foundation

/// What a covering argument says of the training sets of operations modulo p (Gu et al. 2025, arXiv 2504.03162, Theorems 3.10
/// and 3.12): a pair is learnt when a trained pair of its class lies near by, and a random share α covers the table where one
/// trained pair covers C ≥ 2 ln p / α of it.
package struct CoverageTheory: Sendable, Hashable {
    /// One training set.
    package struct Split: TrainingSet, Sendable, Hashable {
        /// The seed that it was drawn with.
        package var seed: UInt64
        /// Training pairs.
        package var trainCount: Int
        /// The same as a share of all pairs.
        package var fraction: Double
        /// Pairs C that one trained pair must cover for the bound to hold at this share.
        package var neededCover: Double
        /// Mean Manhattan distance from a validation pair to the nearest trained pair of its class, of those that have one.
        package var meanDistance: Double
        /// The largest of these distances.
        package var largestDistance: Int
        /// The mean over validation pairs in the region that a split of squares or strips leaves out; nil without one.
        package var excludedDistance: Double?
        /// Validation pairs whose class is not trained at all.
        package var unreached: Int
    }

    /// The training sets of the sweep's cells.
    package let splits: [Split]

    /// Most different training sets that distances are computed for.
    private static let most = 200

    /// The theory of those cells that train an operation modulo p; nil where there are none.
    package init?(_ cells: [CellDefinition]) {
        var seen: Set<Key> = []
        splits = cells.compactMap { cell -> Split? in
            guard case .modular(let task) = cell.configuration.task,
                let operation = task.operation, let label = CoverageTheory.label(operation.word),
                seen.count < CoverageTheory.most,
                seen.insert(
                    Key(
                        task: task, split: cell.configuration.split.kind,
                        count: cell.configuration.trainCount, seed: cell.seed)
                ).inserted
            else { return nil }
            return Split(cell, task, task.order(of: operation), label)
        }
        guard !splits.isEmpty else { return nil }
    }

    private struct Key: Hashable {
        let task: ModularTask
        let split: SplitConfiguration.Kind
        let count: Int
        let seed: UInt64
    }

    /// The operations whose classes are written out here; nil for the others.
    private static func label(_ word: ModularOperation.Word) -> ((Int, Int) -> Int)? {
        switch word {
        case .sum: return { $0 + $1 }
        case .difference: return { $0 - $1 }
        case .product: return { $0 * $1 }
        case .squares: return { $0 * $0 + $1 * $1 }
        case .quadratic: return { $0 * $0 + $0 * $1 + $1 * $1 }
        case .quotient, .quadraticPlus, .cubicMixed, .cubicTwice, .cubes, .cubicSymmetric,
            .quotientOrDifference, .sumOrProduct, .sumOrDifference, .polynomial:
            return nil
        }
    }
}

extension CoverageTheory.Split {
    /// The training set of a cell, drawn as `docs/random-streams.md` says.
    init(
        _ cell: CellDefinition, _ task: ModularTask, _ order: PairOrder, _ label: (Int, Int) -> Int
    ) {
        let p = task.modulus
        let pairs = (0..<p).flatMap { x in order.partners(of: x).map { (x, $0) } }
        func isExcluded(_ pair: (Int, Int)) -> Bool {
            switch cell.configuration.split.kind {
            case .square(let size): max(pair.0, pair.1) <= size
            case .strip(let size): pair.0 <= size
            case .random, .pairs, .listed, .covering: false
            }
        }
        func residue(_ pair: (Int, Int)) -> Int { ((label(pair.0, pair.1) % p) + p) % p }
        var isTrained = [Bool](repeating: false, count: pairs.count)
        if case .listed(let list) = cell.configuration.split.kind {
            for place in list.train { isTrained[place] = true }
        } else {
            let candidates = pairs.indices.filter { !isExcluded(pairs[$0]) }
            var stream = RandomStream(seed: cell.seed, purpose: .split)
            var drawn = stream.permutation(candidates.count).map { candidates[$0] }[...]
            if case .covering = cell.configuration.split.kind {
                var seen: Set<Int> = []
                drawn = SplitConfiguration.covering(Array(drawn), count: drawn.count) {
                    seen.insert(residue(pairs[$0])).inserted
                }
            }
            for place in drawn.prefix(cell.configuration.trainCount) { isTrained[place] = true }
        }
        var classes = [[(Int, Int)]](repeating: [], count: p)
        for place in pairs.indices where isTrained[place] {
            classes[residue(pairs[place])].append(pairs[place])
        }
        var (sum, count, largest, unreached) = (0, 0, 0, 0)
        var (excludedSum, excludedCount) = (0, 0)
        for place in pairs.indices where !isTrained[place] {
            let pair = pairs[place]
            let nearest = classes[residue(pair)].map { abs($0.0 - pair.0) + abs($0.1 - pair.1) }
                .min()
            guard let nearest else {
                unreached += 1
                continue
            }
            sum += nearest
            count += 1
            largest = max(largest, nearest)
            if isExcluded(pair) {
                excludedSum += nearest
                excludedCount += 1
            }
        }
        let trained = isTrained.count { $0 }
        self.init(
            seed: cell.seed, trainCount: trained,
            fraction: Double(trained) / Double(pairs.count),
            neededCover: CoverageBound.cover(
                symbols: p, trainFraction: Double(trained) / Double(pairs.count)),
            meanDistance: count > 0 ? Double(sum) / Double(count) : .nan,
            largestDistance: largest,
            excludedDistance: excludedCount > 0
                ? Double(excludedSum) / Double(excludedCount) : nil,
            unreached: unreached)
    }
}
