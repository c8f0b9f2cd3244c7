import Testing

@testable import Core

@Suite struct MapComparisonTests {
    private typealias Axis = PhaseMap.Axis

    private static let rate = Axis(name: "rate", values: [1, 2, 3, 4])
    private static let decay = Axis(name: "decay", values: [0, 5])

    private func map(
        _ letters: String, rows: PhaseMap.Axis = decay, columns: PhaseMap.Axis = rate
    ) throws -> PhaseMap {
        try PhaseMap(letters: letters, rows: rows, columns: columns)
    }

    @Test("agreement and Cohen's κ are those computed by hand")
    func kappa() throws {
        let comparison = try MapComparison(try map("CCGM\nCCGM"), try map("CCGG\nCMGM"))
        #expect(comparison.sites.compared == 8 && comparison.sites.same == 6)
        #expect(comparison.sites.agreement == 0.75)
        #expect(
            comparison.sites.counts == [[3, 0, 1, 0], [0, 2, 0, 0], [0, 1, 1, 0], [0, 0, 0, 0]])
        // By chance: C 4/8 · 3/8, G 2/8 · 3/8, M 2/8 · 2/8: (12 + 6 + 4)/64.
        let kappa = try #require(comparison.sites.kappa)
        #expect(abs(kappa - (0.75 - 22.0 / 64) / (1 - 22.0 / 64)) < 1e-15)
        #expect(
            comparison.changes == [
                .init(place: [0, 3], first: .memorization, second: .grokking),
                .init(place: [1, 1], first: .comprehension, second: .memorization),
            ])
    }

    @Test("lines of letters end as any editor ends them")
    func lineEnds() throws {
        let map = try map("CCGM # rate 1 … 4\nCM.X\n")
        #expect(try self.map("CCGM # rate 1 … 4\r\nCM.X\r\n") == map)
        #expect(try self.map("CCGM # rate 1 … 4\rCM.X") == map)
    }

    @Test("like maps agree wholly, chance explains maps of one phase, and opposite maps have κ −1")
    func extremes() throws {
        let map = try map("CGMX\nXMGC")
        let same = try MapComparison(map, map)
        #expect(same.sites.kappa == 1 && same.sites.agreement == 1 && same.changes.isEmpty)
        #expect(same.displacement.mean == 0 && same.displacement.unmatched == 0)
        let plain = try self.map("CCCC\nCCCC")
        #expect(try MapComparison(plain, plain).sites.kappa == nil)
        #expect(try MapComparison(plain, plain).displacement.mean == nil)
        let opposite = try MapComparison(try self.map("CCGG\nCCGG"), try self.map("GGCC\nGGCC"))
        #expect(opposite.sites.kappa == -1)
        let nothing = try MapComparison(plain, try self.map("....\n...."))
        #expect(nothing.sites.agreement == nil && nothing.sites.kappa == nil)
        #expect(nothing.known == (8, 0))
    }

    @Test("a boundary that moves by so many cells is displaced by as many")
    func displacement() throws {
        // The line lies one column further in both rows: four pieces, each 1 away.
        let moved = try MapComparison(try map("CCGG\nCCGG"), try map("CGGG\nCGGG")).displacement
        #expect(moved.mean == 1 && moved.largest == 1 && moved.matched == 4 && moved.unmatched == 0)
        // In the second row alone: there two pieces lie between columns, one turns the corner.
        let bent = try MapComparison(try map("CCGG\nCCGG"), try map("CCGG\nCGGG")).displacement
        // First to second: 0; (row 1, 1.5) to the corner (0.5, 1): √½. Back: 0; (0.5, 1) to (0, 1.5) √½; (1, 0.5) to (1, 1.5) 1.
        let mean = (2.0.squareRoot() + 1) / 5
        #expect(abs(try #require(bent.mean) - mean) < 1e-15 && bent.largest == 1)
        // The boundary of C and G is gone, one of C and M has come: neither has a counterpart.
        let other = try MapComparison(try map("CCGG\nCCGG"), try map("CCMM\nCCMM")).displacement
        #expect(other.mean == nil && other.matched == 0 && other.unmatched == 4)
        // A site that one map does not know has no boundary in the other.
        let gap = try MapComparison(try map("CCGG\nCCGG"), try map("CC..\nCC..")).displacement
        #expect(gap.matched + gap.unmatched == 0)
    }

    @Test("maps of unlike grids are compared on the sites they share, whatever the order of axes")
    func common() throws {
        let turned = try map(
            "CX\nGG\nMM", rows: Axis(name: "rate", values: [9, 2, 4.000_000_000_1]),
            columns: Axis(name: "decay", values: [5, 0]))
        let comparison = try MapComparison(try map("CGMX\nCGMM"), turned)
        #expect(comparison.maps.first.axes.map(\.values) == [[0, 5], [2, 4]])
        #expect(
            comparison.maps.second.sites == [.grokking, .memorization, .grokking, .memorization])
        #expect(
            comparison.changes == [.init(place: [0, 1], first: .confusion, second: .memorization)])
        #expect(throws: ComparisonError.self) {
            try MapComparison(
                try map("CGMX\nCGMM"),
                try map(
                    "C", rows: Axis(name: "decay", values: [1]),
                    columns: Axis(name: "rate", values: [1])))
        }
        #expect(throws: ComparisonError.self) {
            try MapComparison(
                try map("CGMX\nCGMM"),
                try map(
                    "C", rows: Axis(name: "size", values: [0]),
                    columns: Axis(name: "rate", values: [1])))
        }
    }

    @Test("a plane of a map has the sites at that value, of every seed too")
    func plane() throws {
        let phases: [Phase?] = [.comprehension, .grokking, nil, .confusion]
        let map = PhaseMap(
            axes: [Axis(name: "a", values: [1, 2]), Axis(name: "b", values: [3, 4])], sites: phases,
            seeds: [7: phases])
        let plane = try map.plane("b", at: "4")
        #expect(plane.axes.map(\.name) == ["a"])
        #expect(plane.sites == [.grokking, .confusion] && plane.seeds[7] == plane.sites)
        #expect(throws: ComparisonError.self) { try map.plane("b", at: "5") }
        #expect(throws: ComparisonError.self) { try map.plane("c", at: "3") }
    }

    @Test("seeds that both maps have are compared cell by cell")
    func seeds() throws {
        let axis = Axis(name: "a", values: [1, 2])
        let first = PhaseMap(
            axes: [axis], sites: [.grokking, .grokking],
            seeds: [0: [.grokking, .grokking], 1: [.confusion, nil]])
        let second = PhaseMap(
            axes: [axis], sites: [.grokking, nil],
            seeds: [0: [.grokking, .confusion], 2: [nil, nil]])
        let comparison = try MapComparison(first, second)
        #expect(comparison.seeds.map(\.seed) == [0])
        #expect(comparison.seeds[0].cells.agreement == 0.5)
        #expect(comparison.known == (1, 0))
    }

    @Test("a letter map that does not fit is refused by its line")
    func letters() throws {
        let map = try map("# published\nCG.X  # first\n\n·GMM\n")
        #expect(map.sites[2] == nil && map.sites[4] == nil && map.sites[7] == .memorization)
        for (text, fault) in [
            ("CGM\nCGMX", "line 1 has 3 letters, but rate has 4 values"),
            ("CGMX\nCGQX", "line 2: a letter is C, G, M, X or a dot for none"),
            ("CGMX", "it has 1 lines of letters, but decay has 2 values"),
        ] {
            let error = #expect(throws: ComparisonError.self) { try self.map(text) }
            #expect(error?.description == fault)
        }
    }
}
