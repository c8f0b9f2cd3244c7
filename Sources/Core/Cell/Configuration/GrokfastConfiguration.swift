/// Grokfast: slow components of the gradient are amplified (Lee et al. 2024, arXiv 2405.20233).
package struct GrokfastConfiguration: Sendable, Hashable {
    /// What is taken for slow.
    package enum Filter: Sendable, Hashable {
        /// m with m ← α m + (1 − α) g, m beginning as the first gradient.
        case ema(alpha: Double)
        /// The mean of the last `window` gradients, once there are as many.
        case movingAverage(window: Int)
    }

    /// The words for `kind`.
    enum Kind: String, Sendable, CaseIterable {
        /// Nothing: gradients stay as they are.
        case none
        /// An exponential moving average.
        case ema
        /// A mean over a window.
        case movingAverage = "ma"
    }

    var kind = Kind.none
    private var alpha = 0.98
    private var window = 100
    /// λ: g ← g + λ times the slow part.
    package var lambda = 2.0
    /// First updates whose gradients are filtered but stay as they are: the first of two stages.
    package var after = 0

    /// What is taken for slow.
    package var filter: Filter {
        kind == .movingAverage ? .movingAverage(window: window) : .ema(alpha: alpha)
    }
}

extension GrokfastConfiguration: KeyedMapping {
    static let keys: [Key<GrokfastConfiguration>] = [
        Key(
            "kind", \.kind, .choice,
            "slow gradients are amplified (Lee et al. 2024): those of an exponential moving average, or of a mean over a window"
        ),
        Key("alpha", \.alpha, .number(0...0.999_999_999), "weight of the average so far").only(
            "`ema`"
        ) { $0.kind == .ema },
        Key("window", \.window, .integer(1...100_000), "gradients that the mean is taken of").only(
            "`ma`"
        ) { $0.kind == .movingAverage },
        Key("lambda", \.lambda, .number(atLeast: 0), "factor on the slow part, which is added")
            .only("") { $0.kind != .none }
            .standard("2; of `ma` 5", \.lambda) { $0.kind == .movingAverage ? 5 : 2 },
        Key(
            "after", \.after, .integer(atLeast: 0),
            "so many first gradients stay as they are while they are averaged: two stages"
        ).only("") { $0.kind != .none }.late,
    ]
}
