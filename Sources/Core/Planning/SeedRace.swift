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

    /// Its numbers, as settings of plans have them.
    var settings: [Int] { [atLeast, atMost, lead] }

    /// Whether a site with these seeds is to have another one.
    ///
    /// - Parameters:
    ///   - votes: its seeds whose phase is known.
    ///   - asked: seeds asked for so far, all of which have ended.
    ///   - isAlone: whether two measured sites or more are beside it and none has its phase; it then needs one seed more.
    /// - Returns: whether it is.
    func wantsMore(_ votes: PhaseVotes, asked: Int, isAlone: Bool) -> Bool {
        asked < atMost && votes.lead < lead + (isAlone ? 1 : 0)
    }
}

extension SeedRace: KeyedMapping {
    init() { self.init(lead: 2) }

    static let keys: [Key<SeedRace>] = [
        Key(
            "at_least", \.atLeast, .integer(1...1000),
            "seeds that every site is trained with: 0, 1, …"),
        Key(
            "at_most", \.atMost, .integer(1...1000),
            "seeds that no site is trained with more of"),
        Key(
            "until", \.lead, .lead,
            "a site is settled once one phase has so many seeds more than any other; one seed more where two measured"
                + " neighbours or more all have other phases"),
    ]

    func check(_ reader: borrowing MappingReader) throws(SweepError) {
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
    }
}

extension KeyCodec where Value == Int {
    /// `lead` and a number.
    fileprivate static var lead: KeyCodec {
        KeyCodec(
            type: "`lead N`", bounds: "",
            read: { reader, key, standard throws(SweepError) in
                let text = try reader.string(key, default: standard.map { "lead \($0)" })
                let words = text.split(separator: " ")
                guard words.count == 2, words[0] == "lead", let lead = Int(words[1]),
                    (1...1000).contains(lead)
                else {
                    throw reader.error(
                        key, "\"\(text)\" is no rule to end by",
                        hint: "use lead 2, or another number")
                }
                return lead
            }, json: { .string("lead \($0)") })
    }
}
