package import Core

/// What a cell's seed fixes and its file repeats; images keep it from their files (`Examples.rows`).
package struct CellGivens: Sendable {
    /// The examples and which of them are trained on.
    package let split: ExampleSplit
    /// Fixed targets, classes × outputs; nil where there are none.
    package let targets: NamedTensor?

    /// Draws what a problem draws, without a network.
    package init(_ configuration: CellConfiguration, seed: UInt64) {
        let examples = Examples(
            configuration, seed: configuration.streams.seed(.examples, of: seed))
        split = examples.split(configuration, seed: seed)
        targets = CellProblem.targets(
            configuration.loss, examples.classCount,
            configuration.streams.seed(.targets, of: seed))
    }

    /// Whether a file has this split and these targets: the same whole numbers, and real numbers as near as unlike
    /// processors' logarithms leave them.
    package func agree(with split: ExampleSplit, _ targets: NamedTensor?) -> Bool {
        var (found, own) = (split, self.split)
        guard CellGivens.near(found.features, own.features),
            CellGivens.near(found.values, own.values),
            targets?.shape == self.targets?.shape,
            CellGivens.near(targets?.values ?? [], self.targets?.values ?? [])
        else { return false }
        (found.features, own.features, found.values, own.values) = ([], [], [], [])
        return found == own
    }

    private static func near(_ found: [Float], _ own: [Float]) -> Bool {
        found.count == own.count
            && zip(found, own).allSatisfy { abs($0 - $1) <= 1e-5 * max(1, abs($1)) }
    }
}
