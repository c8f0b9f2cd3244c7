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
    package var seeds: [Name: UInt64]

    /// Reads and checks the mapping.
    init(_ mapping: consuming MappingReader) throws(SweepError) {
        var reader = mapping
        seeds = [:]
        for name in Name.allCases {
            let seed = try reader.integer(
                name.rawValue, default: -1, in: 0...CellDefinition.largestSeed)
            if seed >= 0 { seeds[name] = UInt64(seed) }
        }
        try reader.finish()
    }

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

    /// As JSON, every key that was said.
    var json: JSONValue {
        .object(
            Dictionary(
                seeds.map { ($0.key.rawValue, .number(Double($0.value))) },
                uniquingKeysWith: { $1 }))
    }
}
