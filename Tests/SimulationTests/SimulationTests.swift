import Core
import Foundation
import Testing

@Suite("Simulation")
struct SimulationTests {
    private static let environment = ProcessInfo.processInfo.environment
    /// A failing seed is played again with `GROKMAP_SIMULATION_SEED=<seed> swift test --filter <test>`.
    private static let only = environment["GROKMAP_SIMULATION_SEED"].flatMap(UInt64.init)
    /// `make simulate` plays so many large sweeps.
    private static let large = environment["GROKMAP_SIMULATE"].flatMap(UInt64.init) ?? 0

    /// Cells that differ in their seed.
    private static func cells(_ count: Int) throws -> [CellDefinition] {
        let base = try CellDefinition(parsing: "{}").configuration
        return (0..<count).map { CellDefinition(configuration: base, seed: UInt64($0)) }
    }

    /// Plays sweeps and reports the seeds that fail.
    @discardableResult
    private func play(
        _ seeds: Range<UInt64>, _ world: Simulation.World, _ test: String
    ) throws -> [String: Int] {
        let cells = try Self.cells(world.cells)
        var mishaps: [String: Int] = [:]
        var steps = 0
        for seed in seeds where Self.only == nil || Self.only == seed {
            let simulation = Simulation(seed: seed, world, cells: cells)
            let violation = simulation.run()
            #expect(
                violation == nil,
                "play it again: GROKMAP_SIMULATION_SEED=\(seed) swift test --filter \(test)")
            steps += simulation.steps
            mishaps.merge(simulation.mishaps, uniquingKeysWith: +)
            guard violation == nil else { break }
        }
        print(
            "simulated \(seeds.count) sweeps of \(world.cells) cells on \(world.slots) slots:",
            "\(steps) events,",
            mishaps.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
                .joined(separator: ", "))
        return mishaps
    }

    @Test("two thousand small sweeps under every mishap: each cell stored exactly once")
    func small() throws {
        var mishaps = try play(
            0..<1600, Simulation.World(cells: 8, slots: 3), "SimulationTests/small")
        mishaps.merge(
            try play(
                1600..<2000, Simulation.World(cells: 20, slots: 8), "SimulationTests/small"),
            uniquingKeysWith: +)
        guard Self.only == nil else { return }
        // A simulation in which nothing goes wrong would prove nothing.
        for mishap in [
            "lost", "delayed", "repeated", "reordered", "partition", "slot crashed", "slot froze",
            "slot told to go", "training failed", "trainer hung", "black hole failed",
            "hopeless cell failed", "poison took a slot down", "result damaged", "checkpoint lost",
            "coordinator killed", "coordinator killed after a file was published",
            "coordinator killed after a checkpoint was stored",
            "coordinator killed before the ledger was written",
            "coordinator killed between two messages", "ledger lost",
            "coordinator's clock jumped", "slow disk", "(adopted)", "(resumed)", "(quarantined)",
            "(speculative)", "(began at a checkpoint)", "(hung trainer's process ended)",
        ] {
            #expect((mishaps[mishap] ?? 0) > 0, "\(mishap) never happened")
        }
    }

    @Test("larger sweeps: hundreds of cells on dozens of slots")
    func medium() throws {
        try play(
            0..<8, Simulation.World(cells: 400, slots: 40, calmAfter: 300),
            "SimulationTests/medium")
    }

    @Test(
        "a refined sweep under every mishap makes the rounds that its results lead to, whatever came first"
    )
    func growing() throws {
        let spec = try SweepSpec(
            parsing: """
                sweep: growing
                axes:
                  learning_rate: {path: optimizer.decoder.learning_rate, log: [1.0e-5, 1.0e-2], points: 17}
                  weight_decay: {path: optimizer.decoder.weight_decay, linear: [0, 10], points: 9}
                seeds: {at_least: 2, at_most: 4, until: lead 2}
                refine: {pitch: {learning_rate: 4, weight_decay: 2}, audit: 0.2}
                """, named: "growing.yaml")
        let growth = try #require(PlanGrowth(try SweepPlan(spec)))
        let world = GrowingWorld(growth) { cell in
            let distance = cell.site / 9 - cell.site % 9 - 5
            // One site wide, seeds do not agree.
            if distance == 0 { return cell.seed % 2 == 0 ? .grokking : .memorization }
            return distance < 0 ? .grokking : .memorization
        }
        #expect(world.rounds.count > 4)
        let asked = Set(world.rounds.flatMap(\.cells)).count
        #expect(asked < growth.plan.cells.count / 2)
        var mishaps: [String: Int] = [:]
        for seed in UInt64(0)..<30 where Self.only == nil || Self.only == seed {
            let simulation = Simulation(
                seed: seed,
                Simulation.World(
                    cells: growth.plan.cells.count, slots: 8, calmAfter: 600, trainingSeconds: 10),
                cells: growth.plan.cells.map(\.definition), growth: world)
            #expect(simulation.run() == nil, "seed \(seed)")
            mishaps.merge(simulation.mishaps, uniquingKeysWith: +)
        }
        guard Self.only == nil else { return }
        for mishap in ["coordinator killed", "coordinator killed before the ledger was written"] {
            #expect((mishaps[mishap] ?? 0) > 0, "\(mishap) never happened")
        }
    }

    @Test(
        "a thousand slots, a hundred thousand cells (make simulate)", .enabled(if: large > 0))
    func thousandSlots() throws {
        try play(
            0..<Self.large,
            Simulation.World(
                cells: 100_000, slots: 1000, hosts: 50, calmAfter: 1500, trainingSeconds: 20,
                crashEvery: 2000, killEvery: 200, badNetwork: 0.005),
            "SimulationTests/thousandSlots")
    }

    @Test("the simulation sees the sweep that never ends when a lost lease never runs out")
    func sensitive() throws {
        let cells = try Self.cells(12)
        let world = Simulation.World(
            cells: 12, slots: 4, unnamedLeaseTimes: .infinity, askedLeaseTimes: .infinity,
            stallSeconds: .infinity)
        let stuck = (0..<60).count { seed in
            Simulation(seed: seed, world, cells: cells).run()?.contains("stuck") == true
        }
        #expect(stuck > 0)
    }

    @Test("one seed is one history")
    func deterministic() throws {
        let cells = try Self.cells(12)
        let histories = (0..<2).map { _ in
            let simulation = Simulation(
                seed: 42, Simulation.World(cells: 12, slots: 6), cells: cells)
            _ = simulation.run()
            return (simulation.steps, simulation.mishaps)
        }
        #expect(histories[0].0 == histories[1].0)
        #expect(histories[0].1 == histories[1].1)
    }
}
