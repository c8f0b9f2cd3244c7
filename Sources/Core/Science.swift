/// What identifies the numerical definition of training in this build.
package enum Science {
    /// What all cells are at least of, and coordinator and slots must agree on: raised whenever a change can move every
    /// training curve. A change to some cells alone raises their `CellConfiguration.scienceVersion`, which stands in
    /// identities; a slot refuses a lease of a version that it does not train.
    package static let version = 1
}

extension CellConfiguration {
    /// The science version in which the training of such a cell last changed: part of its identity, so that cells which a
    /// change does not concern keep theirs.
    ///
    /// Version 1 read dropout and perturbation of fully connected networks and left them out; with a commutativity penalty
    /// its masks and noise started again with every block of examples.
    package var scienceVersion: Int {
        switch model {
        case .pairDecoder, .mlp: isStochastic ? 2 : Science.version
        case .residualNetwork: Science.version
        case .transformer: isStochastic && loss.commutativity > 0 ? 2 : Science.version
        }
    }

    /// Whether what is trained on is drawn again in every step: by dropout or a perturbation.
    package var isStochastic: Bool { model.hasDropout || perturbation.isOn }
}

/// The version of grokmap, shown by `--version`, stored in every result and printed in every figure.
package enum Grokmap {
    /// Semantic version of this build.
    package static let version = "0.2.0"

    /// Whether a peer's word for its version means this one: the number, alone or as `--version` prints it.
    package static func isVersion(_ word: String) -> Bool {
        let named = "grokmap \(version)"
        return word == version || word == named || word.hasPrefix(named + "\\n")
    }
}
