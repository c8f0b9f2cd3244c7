import Core
import Foundation
import Testing

@testable import Coordinator

@Suite("SchedulerSimulation")
struct SchedulerSimulationTests {
    /// A failing seed is played again with `GROKMAP_SIMULATION_SEED=<seed> swift test --filter SchedulerSimulation`.
    private static let only = ProcessInfo.processInfo.environment["GROKMAP_SIMULATION_SEED"]
        .flatMap(UInt64.init)

    /// Sweeps of different sizes: seeds, slots and cells.
    private static let worlds: [(seeds: Range<UInt64>, slots: Int, cells: Int)] = [
        (0..<150, 4, 12), (150..<280, 10, 20), (280..<300, 20, 60),
    ]

    @Test(
        "whatever slots, network and coordinator suffer, every cell is stored exactly once",
        arguments: worlds.indices)
    func everyCellOnce(_ world: Int) throws {
        let (seeds, slots, count) = Self.worlds[world]
        let cells = try Sample.cells(count)
        var mishaps: [String: Int] = [:]
        var events = 0
        for seed in seeds where Self.only == nil || Self.only == seed {
            let simulation = SchedulerSimulation(seed: seed, cells: cells, slots: slots)
            let violation = simulation.run()
            #expect(
                violation == nil,
                "play it again: GROKMAP_SIMULATION_SEED=\(seed) swift test --filter SchedulerSimulation"
            )
            events += simulation.events
            mishaps.merge(simulation.mishaps, uniquingKeysWith: +)
        }
        guard Self.only == nil else { return }
        // A simulation in which nothing goes wrong would prove nothing.
        for mishap in [
            "lost", "delayed", "repeated", "reordered", "slot crashed", "slot froze",
            "training failed", "coordinator killed", "coordinator killed between effects",
            "ledger lost", "slot told to go", "coordinator killed after a checkpoint was stored",
            "checkpoint of no use", "resumed",
        ] {
            #expect((mishaps[mishap] ?? 0) > 0, "\(mishap) never happened")
        }
        print(
            "simulated \(seeds.count) sweeps of \(count) cells on \(slots) slots:",
            "\(events) events, \(mishaps.sorted { $0.key < $1.key })")
    }

    @Test("the simulation sees the sweep that never ends when a lost lease never runs out")
    func sensitive() throws {
        let cells = try Sample.cells(12)
        let stuck = (0..<30).count { seed in
            SchedulerSimulation(
                seed: seed, cells: cells, slots: 4, unnamedLeaseTimes: .infinity,
                stallSeconds: .infinity
            ).run()?.contains("stuck") == true
        }
        #expect(stuck > 0)
    }

    @Test("one seed is one history")
    func deterministic() throws {
        let cells = try Sample.cells(12)
        let histories = (0..<2).map { _ in
            let simulation = SchedulerSimulation(seed: 42, cells: cells, slots: 6)
            _ = simulation.run()
            return (simulation.events, simulation.mishaps)
        }
        #expect(histories[0].0 == histories[1].0)
        #expect(histories[0].1 == histories[1].1)
    }
}
