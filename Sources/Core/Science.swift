/// What identifies the numerical definition of training in this build.
package enum Science {
    /// The latest version: raised whenever a change can move a training curve; coordinator and slots must agree on it. What
    /// stands in a cell's identity is `CellConfiguration.scienceVersion`.
    package static let version = 2
}

extension CellConfiguration {
    /// The science version in which the training of such a cell last changed: part of its identity, so that cells which a
    /// change does not concern keep theirs.
    ///
    /// Version 1 read dropout and perturbation of fully connected networks and left them out; with a commutativity penalty
    /// its masks and noise began anew with every block of examples.
    package var scienceVersion: Int {
        switch model {
        case .pairDecoder, .mlp: isStochastic ? 2 : 1
        case .transformer: isStochastic && loss.commutativity > 0 ? 2 : 1
        }
    }

    /// Whether what is trained on is drawn anew in every step: by dropout or a perturbation.
    package var isStochastic: Bool { model.hasDropout || perturbation.isOn }
}

/// The version of grokmap, shown by `--version`, stored in every result and printed in every figure.
package enum Grokmap {
    /// Semantic version of this build.
    package static let version = "0.1.0"
}
