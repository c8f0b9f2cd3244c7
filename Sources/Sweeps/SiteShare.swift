package import Core

/// How far the seeds of a site agree.
package struct SiteShare: Sendable {
    /// The phase of most of them.
    package let phase: SitePhase
    /// Whether they were raced: a site then ends as soon as they agree, so that its share leans towards agreement and no
    /// interval holds for it as it does for seeds that were fixed beforehand.
    package let isSequential: Bool

    /// The share of seeds with the site's phase, with 95 % confidence.
    package var interval: WilsonInterval { WilsonInterval(phase.votes, of: phase.decided) }

    /// The words for how its seeds were chosen.
    static let samplings = ["fixed", "sequential"]

    /// How its seeds were chosen.
    var sampling: String { SiteShare.samplings[isSequential ? 1 : 0] }
}
