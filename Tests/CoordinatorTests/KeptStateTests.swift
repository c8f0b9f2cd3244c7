import Core
import Foundation
import Sweeps
import System
import TestSupport
import Testing

@testable import Coordinator

/// The last states of trained cells, kept for a longer budget.
@Suite struct KeptStateTests {
    private let scratch: TemporaryDirectory
    private let directory: SweepDirectory
    private let ledger: Ledger

    init() throws {
        scratch = try TemporaryDirectory()
        directory = SweepDirectory(scratch.path + "/tiny")
        try directory.claim(for: "tiny")
        ledger = try Ledger(directory.ledgerPath)
    }

    private func plan(steps: Int = 5000, schedule: String = "constant", extra: String = "") throws
        -> SweepPlan
    {
        let settings = ["cell.steps=\(steps)", "cell.optimizer.schedule=\(schedule)"]
        return try SweepPlan(
            SweepSpec(parsing: Sample.text(extra: extra), named: "t", overrides: settings))
    }

    /// Keeps the checkpoint of a plan's first cell.
    private func keep(_ plan: SweepPlan, step: Int) throws {
        let cell = plan.cells[0].definition
        let checkpoint = Sample.checkpoint(cell.id, plan.spec, step: step)
        try Posix.writeDurably(checkpoint.encoded(), to: directory.checkpointPath(cell.id))
        try CheckpointStore(directory, ledger, plan.spec).keep(cell)
        #expect(!Posix.exists(directory.checkpointPath(cell.id)))
    }

    private func adopt(_ plan: SweepPlan) throws -> [CellID: Int] {
        try CheckpointStore(directory, ledger, plan.spec).adoptStates(plan) { _ in true }
    }

    @Test("a cell of a longer budget resumes from the state of its shorter twin")
    func adopted() throws {
        try keep(try plan(), step: 4096)
        let longer = try plan(steps: 9000)
        let cell = longer.cells[0].id
        #expect(try adopt(longer) == [cell: 4096])
        let found = try CheckpointStore(directory, ledger, longer.spec).audit(longer) { _ in true }
        #expect(found.usable[cell]?.offer.step == 4096 && found.dropped.isEmpty)
        // The twin may be asked for again, and a checkpoint of its own is better than a state.
        #expect(try adopt(longer).isEmpty)
        let grown = try Checkpoint(decoding: try Posix.read(directory.checkpointPath(cell)))
        #expect(grown.origin.cell == cell)
        #expect(grown.state == Sample.checkpoint(cell, longer.spec, step: 4096).state)
    }

    @Test("not one of a shorter budget, nor where the schedule follows the budget")
    func notAdopted() throws {
        try keep(try plan(), step: 4096)
        #expect(try adopt(try plan(steps: 4095)).isEmpty)
        #expect(try adopt(try plan(steps: 9000, schedule: "cosine")).isEmpty)
        #expect(try adopt(try plan(steps: 9000, extra: "phase_rule: {gap: 7}")).isEmpty)
        #expect(try adopt(try plan(steps: 9000, extra: "stop: budget")).isEmpty)
    }

    @Test("nothing is kept where that is said, or of no use")
    func notKept() throws {
        try keep(try plan(extra: "keep: nothing"), step: 4096)
        try keep(try plan(schedule: "linear"), step: 4096)
        #expect(Posix.list(directory.path + "/states").isEmpty)
    }

    @Test("a damaged state goes to quarantine, and its cell begins at step 0")
    func damaged() throws {
        let plan = try plan()
        try keep(plan, step: 4096)
        let path = directory.statePath(try #require(plan.cells[0].definition.lineage))
        try Posix.writeDurably(Array(try Posix.read(path).dropLast()), to: path)
        #expect(try adopt(try self.plan(steps: 9000)).isEmpty)
        #expect(!Posix.exists(path) && Posix.list(directory.path + "/quarantine").count == 1)
    }

    @Test(
        "a larger budget is told of before anything is trained, and what was drawn is moved aside")
    func told() throws {
        let shorter = try plan()
        try keep(shorter, step: 4096)
        try Posix.writeDurably(Array(shorter.spec.sourceText.utf8), to: directory.specPath)
        try Posix.makeFolder(directory.reportPath)
        try Posix.writeDurably([1], to: directory.consolidatedPath)
        func growth(_ plan: SweepPlan) throws -> BudgetGrowth? {
            BudgetGrowth(try SweepReader(directory.path).table(plan), directory)
        }
        #expect(try growth(shorter) == nil)
        let longer = try #require(try growth(try plan(steps: 9000)))
        #expect(
            longer.lines == [
                "budget: 5,000 steps before, 9,000 now: 1 of 6 missing cells can resume from a kept state"
            ])
        #expect(try growth(try plan(steps: 9000, schedule: "cosine"))?.lines.count == 2)
        let moved = try longer.setAside(in: directory)
        #expect(
            moved.map { $0.split(separator: "/").last } == [
                "report.5000-steps", "sweep.5000-steps.h5",
            ])
        #expect(!Posix.exists(directory.reportPath) && moved.allSatisfy(Posix.exists))
    }
}
