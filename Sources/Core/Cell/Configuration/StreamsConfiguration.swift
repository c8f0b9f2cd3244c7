/// Seeds of single random streams in place of the cell's own: the same split for all seeds, or one initialisation on many
/// splits.
package struct StreamsConfiguration: Sendable, Hashable {
    /// The streams that can have a seed of their own.
    package enum Name: String, Sendable, CaseIterable {
        /// Which examples are trained on.
        case split
        /// Initial parameters.
        case initialisation
        /// Order of the examples in batches.
        case batches
        /// Gaussian targets.
        case targets
        /// Dropout and perturbation.
        case noise
        /// Which labels are wrong.
        case corruption
        /// Random examples and the network that they are labelled by.
        case examples
    }

    /// The seeds that are said; all other streams have the cell's.
    package var seeds: [Name: UInt64] = [:]

    /// The seed that a purpose draws from in a cell of this seed.
    package func seed(_ purpose: RandomPurpose, of cell: UInt64) -> UInt64 {
        let name: Name
        switch purpose {
        case .split: name = .split
        case .targets: name = .targets
        case .representation, .decoder: name = .initialisation
        case .batchOrder: name = .batches
        case .dropout, .noise: name = .noise
        case .examples, .teacher: name = .examples
        case .corruption: name = .corruption
        case .measures: return cell
        }
        return seeds[name] ?? cell
    }
}

extension StreamsConfiguration: KeyedMapping {
    static let keys: [Key<StreamsConfiguration>] = Name.allCases.map { name in
        let words = name.words
        return Key(
            KeyRow(
                name: name.rawValue, type: "whole number", standard: "the seed",
                bounds: "0 … 2⁵³−1" + words.only, meaning: words.meaning),
            read: { reader, streams throws(SweepError) in
                let seed = try reader.integer(
                    name.rawValue, default: -1, in: 0...CellDefinition.largestSeed)
                if seed >= 0 { streams.seeds[name] = UInt64(seed) }
            }, json: { streams, _ in streams.seeds[name].map { .number(Double($0)) } })
    }
}

extension StreamsConfiguration.Name {
    /// Beside what it is used, and for what.
    fileprivate var words: (only: String, meaning: String) {
        switch self {
        case .split: ("", "which examples are trained on")
        case .initialisation: ("", "initial parameters")
        case .batches: ("; mini-batches", "order of the examples")
        case .targets: ("; `targets: gaussian`", "the targets")
        case .noise: ("; dropout or perturbation", "masks and noise")
        case .corruption:
            (
                "; `split.corruption`, `split.label_noise`",
                "which labels are wrong, and what they are; noise on numbers"
            )
        case .examples:
            ("; `parity`, `teacher`, `rule`, `constant`", "random examples, and the teacher")
        }
    }
}
