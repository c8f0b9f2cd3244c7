import Testing

@testable import Core

@Suite("Refinement+Reading")
struct RefinementReadingTests {
    private static func file(_ lines: String..., axes: [String] = standard) -> String {
        (["sweep: q", "cell: {task: {symbols: 10}}", "axes:"] + axes.map { "  " + $0 } + lines)
            .joined(separator: "\n") + "\n"
    }

    private static let standard = [
        "learning_rate: {path: optimizer.decoder.learning_rate, log: [1.0e-5, 1.0e-2], points: 9}",
        "weight_decay: {path: optimizer.decoder.weight_decay, linear: [0, 10], points: 33}",
        "train_fraction: {path: train_fraction, values: [0.4, 0.6, 0.8]}",
    ]

    private func spec(_ text: String, set overrides: [String] = []) throws -> SweepSpec {
        try SweepSpec(parsing: text, named: "q.yaml", overrides: overrides)
    }

    @Test(
        "an empty mapping has a pitch of at most an eighth of each axis, a ring, probes and an audit"
    )
    func defaults() throws {
        let spec = try spec(Self.file("refine: {}"))
        #expect(spec.refinement == Refinement(pitch: [1, 4, 1]))
        #expect([1, 2, 9, 17, 33, 129].map(Refinement.standardPitch) == [1, 1, 1, 2, 4, 16])
        #expect(try self.spec(Self.file()).refinement == nil)
    }

    @Test("the command line asks for a refinement as the file does")
    func commandLine() throws {
        let file = try spec(Self.file("refine: {pitch: 2, audit: 0.1}"))
        let set = try spec(Self.file(), set: ["refine={}", "refine.pitch=2", "refine.audit=0.1"])
        #expect(file.refinement == set.refinement)
        #expect(file.refinement?.pitch == [2, 2, 2])
        // --refine takes the file at its word where it says how.
        let both = try SweepSpec(
            parsing: Self.file("refine: {pitch: 2, audit: 0.1}"), named: "q.yaml", refined: true)
        #expect(both.refinement == file.refinement)
        let flag = try SweepSpec(parsing: Self.file(), named: "q.yaml", refined: true)
        #expect(flag.refinement == Refinement(pitch: [1, 4, 1]))
        let error = try #require(throws: SweepError.self) {
            try SweepSpec(
                parsing: Self.file("grids: [{train_fraction: 0.4}]"), named: "q.yaml",
                refined: true)
        }
        #expect(error.description.hasPrefix("--refine: has no meaning beside grids"))
    }

    @Test(
        "refining to more points keeps every value there is, and takes the file's axes as the coarse grid"
    )
    func denser() throws {
        let coarse = try spec(Self.file())
        let fine = try spec(
            Self.file("refine: {to: {learning_rate: 65, weight_decay: 129}}"))
        for place in 0..<2 {
            #expect(Set(coarse.axes[place].values).isSubset(of: fine.axes[place].values))
        }
        #expect(fine.axes.map(\.values.count) == [65, 129, 3])
        #expect(fine.refinement?.pitch == [8, 4, 1])
        let known = Set(try SweepPlan(coarse).cells.map(\.id))
        #expect(known.isSubset(of: Set(try SweepPlan(fine).cells.map(\.id))))
    }

    @Test("an axis of whole numbers is refined to whole numbers between those there are")
    func whole() throws {
        func axis(_ axis: String, _ points: Int) throws -> [Double] {
            let text = Self.file(
                "refine: {to: \(points)}", axes: ["e: {path: model.embedding, \(axis)}"])
            return try spec(text).axes[0].values
        }
        #expect(try axis("linear: [1, 6], points: 3, round: true", 5) == [1, 3, 4, 5, 6])
        #expect(try axis("linear: [1, 5], points: 3, round: true", 9) == [1, 2, 3, 4, 5])
        #expect(try axis("linear: [1, 6], points: 3", 5) == [1, 2.25, 3.5, 4.75, 6])
    }

    @Test("a race is a mapping in place of the list of seeds")
    func race() throws {
        let spec = try spec(Self.file("seeds: {at_least: 3, at_most: 12, until: lead 4}"))
        #expect(spec.race == SeedRace(atLeast: 3, atMost: 12, lead: 4))
        #expect(spec.seeds == Array(0..<12))
        #expect(try self.spec(Self.file("seeds: [4, 5]")).race == nil)
    }

    @Test(
        "what cannot be refined is said in one line",
        arguments: [
            BadSweep(
                "pitch beyond every axis", file("refine: {pitch: 33}"),
                "q.yaml:7: refine.pitch: a pitch of 33 is larger than the grid: weight_decay has 33 "
                    + "values (hint: use at most 32)"),
            BadSweep(
                "pitch beyond one axis", file("refine: {pitch: {learning_rate: 12}}"),
                "q.yaml:7: refine.pitch.learning_rate: a pitch of 12 is larger than the grid: "
                    + "learning_rate has 9 values (hint: use at most 8)"),
            BadSweep(
                "an axis that is not there", file("refine: {pitch: {learning_rat: 4}}"),
                "q.yaml:7: refine.pitch.learning_rat: unknown key (hint: did you mean "
                    + "learning_rate?)"),
            BadSweep(
                "fewer points", file("refine: {to: {weight_decay: 9}}"),
                "q.yaml:7: refine.to: 9 and the 33 points of weight_decay contradict each other "
                    + "(hint: refine to more points than the axis has)"),
            BadSweep(
                "points between", file("refine: {to: {weight_decay: 50}}"),
                "q.yaml:7: refine.to: 50 points of weight_decay leave out some of the 33 there are "
                    + "(hint: use 33 or 65)"),
            BadSweep(
                "listed values", file("refine: {to: {train_fraction: 9}}"),
                "q.yaml:7: refine.to: train_fraction lists its values: there are none between them "
                    + "(hint: use log or linear for it)"),
            BadSweep(
                "values in no order",
                file(
                    "refine: {}",
                    axes: ["train_fraction: {path: train_fraction, values: [0.4, 0.8, 0.6]}"]),
                "q.yaml:5: refine: the values of train_fraction are not in order (hint: list them "
                    + "ascending or descending: what lies between two sites must be known)"),
            BadSweep(
                "a single value",
                file(
                    "refine: {pitch: {train_fraction: 1}}",
                    axes: standard.dropLast() + [
                        "train_fraction: {path: train_fraction, values: [0.4]}"
                    ]),
                "q.yaml:7: refine.pitch.train_fraction: an axis of a single value cannot be refined "
                    + "(hint: drop it here, or give the axis more values)"),
            BadSweep(
                "single values only",
                file(
                    "refine: {}",
                    axes: ["train_fraction: {path: train_fraction, values: [0.4]}"]),
                "q.yaml:5: refine: no axis has several numbers: there is nothing to refine (hint: "
                    + "give an axis more values)"),
            BadSweep(
                "more at least than at most", file("seeds: {at_least: 5, at_most: 3}"),
                "q.yaml:7: seeds.at_least: 5 seeds at least and 3 at most contradict each other "
                    + "(hint: at_least must not be above at_most)"),
            BadSweep(
                "no rule", file("seeds: {until: sure}"),
                "q.yaml:7: seeds.until: \"sure\" is no rule to end by (hint: use lead 2, or another "
                    + "number)"),
            BadSweep(
                "a lead beyond", file("seeds: {at_least: 1, at_most: 2, until: lead 3}"),
                "q.yaml:7: seeds.until: no phase can lead by 3 of at most 2 seeds (hint: raise "
                    + "at_most)"),
        ])
    func bad(_ sweep: BadSweep) {
        #expect(sweep.message == sweep.line)
    }
}
