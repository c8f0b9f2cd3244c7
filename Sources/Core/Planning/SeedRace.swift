/// How many seeds a site is trained with, decided as they come in: `seeds: {at_least: 2, at_most: 10, until: lead 2}`.
package struct SeedRace: Sendable, Hashable {
    /// Seeds that every site is trained with.
    package var atLeast: Int
    /// Seeds that no site is trained with more of.
    package var atMost: Int
    /// A site is settled once one phase has so many seeds more than any other.
    package var lead: Int

    /// A race.
    package init(atLeast: Int = 2, atMost: Int = 10, lead: Int = 2) {
        self.atLeast = atLeast
        self.atMost = atMost
        self.lead = lead
    }

    /// Reads the mapping.
    init(reading mapping: consuming MappingReader) throws(SweepError) {
        var reader = mapping
        atLeast = try reader.integer("at_least", default: 2, in: 1...SeedRace.most)
        atMost = try reader.integer("at_most", default: 10, in: 1...SeedRace.most)
        let until = try reader.string("until", default: "lead 2")
        let words = until.split(separator: " ")
        guard words.count == 2, words[0] == "lead", let lead = Int(words[1]),
            (1...SeedRace.most).contains(lead)
        else {
            throw reader.error(
                "until", "\"\(until)\" is no rule to end by", hint: "use lead 2, or another number")
        }
        self.lead = lead
        guard atLeast <= atMost else {
            throw reader.error(
                "at_least", "\(atLeast) seeds at least and \(atMost) at most contradict each other",
                hint: "at_least must not be above at_most")
        }
        guard lead <= atMost else {
            throw reader.error(
                "until", "no phase can lead by \(lead) of at most \(atMost) seeds",
                hint: "raise at_most")
        }
        try reader.finish()
    }

    private static let most = 1000

    /// Whether a site with these seeds is to have another one.
    ///
    /// - Parameters:
    ///   - votes: its seeds whose phase is known.
    ///   - asked: seeds asked for so far, all of which have ended.
    ///   - isAlone: whether no measured site beside it has its phase; it then needs one seed more.
    /// - Returns: whether it is.
    func wantsMore(_ votes: PhaseVotes, asked: Int, isAlone: Bool) -> Bool {
        asked < atMost && votes.lead < lead + (isAlone ? 1 : 0)
    }
}
