/// What is known of a site.
struct SiteEvidence: Sendable {
    /// Its seeds whose phase is known.
    var votes = PhaseVotes()
    /// Whether it is measured: every seed that was asked for has ended.
    var isMeasured = false

    /// Every phase, as bits.
    static let anything: UInt8 = 0b1111

    /// Bits of the phases that it may have: all where it is not measured, none where every seed was given up.
    var contenders: UInt8 { isMeasured ? votes.contenders : SiteEvidence.anything }
}
