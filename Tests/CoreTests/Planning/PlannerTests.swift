import Core
import Foundation
import Testing

/// A grid whose every phase is known, run through a planner.
struct PlannedMap {
    var planner: Planner
    let extents: [Int]
    let truth: (PlanCell) -> Phase?
    /// What each site is inferred to be in the end, measured ones left out.
    private(set) var inferred: [Phase?] = []
    /// Cells that were run.
    private(set) var cells: Set<PlanCell> = []

    /// A ticket by chance that depends on the site alone.
    static func ticket(_ site: Int) -> Double {
        var stream = RandomStream(state: UInt64(site) &+ 77)
        return stream.uniform()
    }

    init(
        _ extents: [Int], seeds: Int = 1, _ refinement: Refinement? = nil, race: SeedRace? = nil,
        truth: @escaping (PlanCell) -> Phase?
    ) {
        self.extents = extents
        self.truth = truth
        planner = Planner(extents: extents, seeds: seeds, refinement: refinement, race: race)
    }

    /// Runs to the end, telling each round's results in an order that follows from a seed, some of them twice.
    mutating func run(order seed: UInt64 = 0) {
        var stream = RandomStream(state: seed)
        while let round = planner.ask(ticket: PlannedMap.ticket) {
            for place in stream.permutation(round.cells.count) {
                let cell = round.cells[place]
                cells.insert(cell)
                planner.tell(cell, truth(cell))
                if stream.index(below: 4) == 0 { planner.tell(cell, truth(cell)) }
            }
        }
        inferred = planner.inferred
    }

    /// Sites that are not measured.
    var left: Int { inferred.count { $0 != nil } }

    /// Inferred sites whose phase is another one.
    var wrong: Int {
        inferred.indices.count { site in
            inferred[site].map { $0 != truth(PlanCell(site: site, seed: 0)) } ?? false
        }
    }

    var sites: Int { extents.reduce(1, *) }
}

@Suite("Planner")
struct PlannerTests {
    private func map(
        _ side: Int, _ refinement: Refinement?, _ phase: @escaping (_ x: Int, _ y: Int) -> Phase
    ) -> PlannedMap {
        PlannedMap([side, side], refinement) { phase($0.site % side, $0.site / side) }
    }

    private func refinement(
        _ pitch: Int = 8, ring: Int = 1, probes: Double = 0, audit: Double = 0
    ) -> Refinement {
        Refinement(pitch: [pitch, pitch], ring: ring, probes: probes, audit: audit)
    }

    private func disc(_ x: Int, _ y: Int) -> Phase {
        (x - 30) * (x - 30) + (y - 21) * (y - 21) < 300 ? .grokking : .memorization
    }

    @Test("without refinement or race there is one round: every cell")
    func fixed() {
        var map = PlannedMap([3, 4], seeds: 2) { _ in .grokking }
        map.run()
        #expect(map.planner.rounds.map(\.kind) == [.first])
        #expect(map.cells.count == 24)
        #expect(map.planner.isFinished)
        #expect(map.left == 0)
    }

    @Test(
        "results in another order, or told twice, lead to the same rounds",
        arguments: [1, 2, 3] as [UInt64])
    func order(_ seed: UInt64) {
        var first = map(65, refinement(probes: 0.02, audit: 0.05), disc)
        var second = first
        first.run()
        second.run(order: seed)
        #expect(first.planner.rounds == second.planner.rounds)
        #expect(first.inferred == second.inferred)
        #expect(first.planner.rounds.count > 3)
    }

    @Test("a planner that takes over rounds after any of them goes on as the first one would have")
    func resumed() {
        var whole = map(33, refinement(4, probes: 0.02, audit: 0.1), disc)
        whole.run()
        for count in whole.planner.rounds.indices {
            var second = map(33, refinement(4, probes: 0.02, audit: 0.1), disc)
            for round in whole.planner.rounds[..<count] {
                // A kill leaves some results of the last round in files and the others missing.
                for cell in round.cells.dropLast(round.cells.count / 2) {
                    second.planner.tell(cell, second.truth(cell))
                }
            }
            second.planner.restore(Array(whole.planner.rounds[...count]))
            for cell in second.planner.rounds.flatMap(\.cells) {
                second.planner.tell(cell, second.truth(cell))
            }
            second.run()
            #expect(second.planner.rounds == whole.planner.rounds, "after round \(count)")
        }
    }

    @Test("a map of one phase costs the coarse grid and the probes")
    func uniform() {
        var map = map(65, refinement(probes: 0.02)) { _, _ in .confusion }
        map.run()
        #expect(map.planner.rounds.count == 1)
        #expect(map.cells.count <= 81 + 85)
        #expect(map.left == map.sites - map.cells.count)
        #expect(map.wrong == 0)
    }

    @Test(
        "an island as wide as the pitch is found wherever it lies",
        arguments: [(8, 0, 0), (8, 20, 33), (8, 57, 57), (4, 13, 50), (4, 61, 2)])
    func island(_ pitch: Int, _ left: Int, _ top: Int) {
        var map = map(65, refinement(pitch)) { x, y in
            (left..<left + pitch).contains(x) && (top..<top + pitch).contains(y)
                ? .grokking : .memorization
        }
        map.run()
        #expect(map.wrong == 0)
        #expect(map.cells.count < map.sites / 3)
    }

    @Test("a smooth boundary is followed without an error, in two, three and four dimensions")
    func followed() {
        var disc = map(129, Refinement(pitch: [16, 16], probes: 0, audit: 0)) { x, y in
            (x - 55) * (x - 55) + (y - 70) * (y - 70) < 1600 ? .comprehension : .grokking
        }
        disc.run()
        #expect(disc.wrong == 0)
        #expect(disc.cells.count < disc.sites / 10)
        for dimensions in [3, 4] {
            let side = dimensions == 3 ? 17 : 9
            let refinement = Refinement(
                pitch: Array(repeating: 4, count: dimensions), probes: 0, audit: 0)
            var plane = PlannedMap(Array(repeating: side, count: dimensions), refinement) { cell in
                var (rest, sum) = (cell.site, 0)
                for _ in 0..<dimensions {
                    sum += rest % side
                    rest /= side
                }
                return sum < side ? .memorization : .grokking
            }
            plane.run()
            #expect(plane.wrong == 0)
            #expect(plane.cells.count < plane.sites)
        }
    }

    @Test("within a round the cells that are expected to take longest come first")
    func turns() throws {
        let spec = try SweepSpec(
            parsing: """
                sweep: q
                cell: {task: {symbols: 10}, steps: 10000}
                axes:
                  weight_decay: {path: optimizer.decoder.weight_decay, linear: [0, 20], points: 5}
                refine: {pitch: 1, probes: 0, audit: 0}
                """, named: "q.yaml")
        let plan = try SweepPlan(spec)
        var growth = try #require(PlanGrowth(plan))
        let asked = growth.ask()
        let round = try #require(asked)
        let decays = round.cells.map { $0.configuration.optimizer.decoder.weightDecay }
        // At a rate of 1e-3 and 1e4 steps decays up to 0.46 take the whole budget.
        #expect(decays == [0, 5, 10, 15, 20])
    }

    @Test("an axis of a single value, a row and a pitch of 1 are no trouble")
    func degenerate() {
        for (extents, pitch) in [([1, 33], [1, 4]), ([33], [8]), ([5, 5], [1, 1]), ([1], [1])] {
            var map = PlannedMap(extents, Refinement(pitch: pitch, probes: 0, audit: 0)) {
                $0.site < 11 ? .grokking : .confusion
            }
            map.run()
            #expect(map.wrong == 0)
            #expect(map.cells.count + map.left == map.sites)
        }
    }

    @Test(
        "an axis without an order is never inferred across: the others are refined at each of its values"
    )
    func separate() {
        var map = PlannedMap([4, 33], Refinement(pitch: [0, 8], probes: 0, audit: 0)) { cell in
            cell.site % 33 < 13 ? .confusion : cell.site / 33 % 2 == 0 ? .grokking : .memorization
        }
        map.run()
        #expect(map.wrong == 0)
        #expect(map.cells.count < map.sites / 2)
    }

    @Test("sites given up are no evidence: nothing is inferred from them alone")
    func givenUp() {
        let refinement = Refinement(pitch: [4, 4], probes: 0, audit: 0)
        var map = PlannedMap([17, 17], refinement) { $0.site % 17 < 9 ? .grokking : nil }
        map.run()
        for site in map.inferred.indices where site % 17 > 12 {
            #expect(map.inferred[site] == nil, "\(site)")
        }
        #expect(map.wrong == 0)
    }

    @Test(
        "the audit finds a hole that corners and probes missed, and the hole is then mapped whole")
    func audit() {
        // Five sites wide: between the nodes of a pitch of 16.
        let hole: (Int, Int) -> Phase = { x, y in
            (35..<40).contains(x) && (50..<55).contains(y) ? .grokking : .memorization
        }
        var blind = map(129, refinement(16), hole)
        blind.run()
        #expect(blind.wrong == 25)
        var audited = map(129, refinement(16, audit: 0.2), hole)
        audited.run()
        #expect(audited.wrong == 0)
        #expect(audited.planner.audit.wrong > 0)
        #expect(audited.planner.rounds.map(\.kind).contains(.audit))
        let share = Double(audited.planner.audit.sites) / Double(blind.left)
        #expect(abs(share - 0.2) < 0.02)
    }

    @Test(
        "an axis whose every value is coarse is not followed across: its layers are refined each by itself"
    )
    func layers() {
        // Layers that are all of one phase, and differ.
        var map = PlannedMap([5, 33, 33], Refinement(pitch: [1, 8, 8], probes: 0, audit: 0)) {
            $0.site / (33 * 33) % 2 == 0 ? .grokking : .memorization
        }
        map.run()
        #expect(map.wrong == 0)
        #expect(map.cells.count == 5 * 25)
    }

    @Test("a straight boundary costs the sites around it, and few beside")
    func straight() {
        var map = map(129, refinement(16, ring: 0)) { x, _ in x < 37 ? .memorization : .grokking }
        map.run()
        #expect(map.wrong == 0)
        // 81 coarse sites, and 129 in each of three columns.
        #expect(map.cells.count < 81 + 3 * 129 + 160)
    }

    @Test("sites measured before without being asked for count in the end, at no cost")
    func found() {
        var map = map(65, refinement(16)) { x, y in
            (20..<25).contains(x) && (20..<25).contains(y) ? .grokking : .memorization
        }
        for site in stride(from: 0, to: 65 * 65, by: 3) {
            let cell = PlanCell(site: site, seed: 0)
            map.planner.tell(cell, map.truth(cell))
        }
        map.run()
        #expect(map.planner.rounds.map(\.kind).contains(.found))
        #expect(map.wrong == 0)
    }

    @Test("where seeds disagree the boundary is not followed any finer, where they agree it is")
    func noisy() {
        func run(width: Int) -> PlannedMap {
            var map = PlannedMap(
                [65, 65], seeds: 4, Refinement(pitch: [8, 8], ring: 0, probes: 0, audit: 0)
            ) { cell in
                let distance = cell.site % 65 - 30
                guard abs(distance) < width else {
                    return distance < 0 ? .memorization : .grokking
                }
                // Two seeds each: nobody leads.
                return cell.seed % 2 == 0 ? .memorization : .grokking
            }
            map.run()
            return map
        }
        let sharp = run(width: 0)
        let noisy = run(width: 12)
        #expect(noisy.cells.count == 81 * 4)
        #expect(sharp.cells.count > 2 * noisy.cells.count)
        #expect(noisy.left == noisy.sites - 81)
    }

    @Test("a race trains further seeds only where phases do not lead by enough")
    func race() {
        var map = PlannedMap([9, 9], seeds: 10, race: SeedRace()) { cell in
            switch cell.site % 9 {
            case ..<4: .memorization
            case 4: cell.seed % 2 == 0 ? .memorization : .grokking
            case 5: cell.seed == 0 ? .memorization : .grokking
            default: .grokking
            }
        }
        map.run()
        var seeds = [Int](repeating: 0, count: 81)
        for cell in map.cells { seeds[cell.site] += 1 }
        for site in seeds.indices {
            // M, G, G, G: two ahead with the fourth.
            let expected = site % 9 == 4 ? 10 : site % 9 == 5 ? 4 : 2
            #expect(seeds[site] == expected, "\(site)")
        }
    }

    @Test("a site that is alone among its neighbours gets one seed more")
    func alone() {
        var map = PlannedMap([5, 5], seeds: 10, race: SeedRace()) {
            $0.site == 12 ? .grokking : .memorization
        }
        map.run()
        #expect(map.cells.count == 25 * 2 + 1)
        #expect(map.cells.contains(PlanCell(site: 12, seed: 2)))
    }
}
