/// What identifies the numerical definition of training in this build.
package enum Science {
    /// Part of every cell's identity: raised whenever a change can move a training curve.
    package static let version = 1
}

/// The version of grokmap, shown by `--version`, stored in every result and printed in every figure.
package enum Grokmap {
    /// Semantic version of this build.
    package static let version = "0.1.0"
}
