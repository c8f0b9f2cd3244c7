import Core
import Foundation
import SHA256
import Sweeps
import System
import TestSupport
import Testing

@testable import Coordinator

@Suite("SweepTable", .serialized, .exclusiveHDF5)
struct SweepTableTests {
    private let scratch: TemporaryDirectory
    private let plan: SweepPlan

    init() throws {
        scratch = try TemporaryDirectory()
        plan = try Sample.plan()
    }

    private var path: String { scratch.path + "/tiny" }

    private func launch() throws -> (SweepDirectory, Ledger) {
        try Sample.launch(path, in: scratch)
    }

    private func states(_ path: String, _ plan: SweepPlan? = nil) throws -> [String] {
        let sweep = try SweepReader(path, reader: ReaderHere())
        return try sweep.table(plan ?? sweep.storedPlan()).statuses.map(\.name)
    }

    /// Every name below a directory with a hash of what it holds.
    private func contents(_ path: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: path).sorted().map { name in
            guard try Posix.size("\(path)/\(name)") != nil else { return name }
            return "\(name) \(SHA256Digest.hex(of: try Posix.read("\(path)/\(name)")))"
        }
    }

    private static let running = [
        "verified", "verified", "failed", "running", "missing", "missing",
    ]
    private static let dead = ["verified", "verified", "failed", "missing", "missing", "missing"]

    @Test(
        "of a refined sweep that nobody began the coarse grid is missing, and nothing else is asked for"
    )
    func refined() throws {
        let spec = try SweepSpec(
            parsing: """
                sweep: refined
                axes:
                  learning_rate: {path: optimizer.decoder.learning_rate, log: [1.0e-5, 1.0e-2], points: 9}
                  weight_decay: {path: optimizer.decoder.weight_decay, linear: [0, 10], points: 9}
                refine: {pitch: 4, probes: 0}
                """, named: "refined.yaml")
        let plan = try SweepPlan(spec)
        let sweep = try SweepReader(scratch.path + "/none", reader: ReaderHere())
        let table = try sweep.table(plan)
        #expect(table.tally.missing == 9)
        #expect(table.tally.deferred == 72)
        let summary = try #require(GrowthSummary(table))
        #expect(summary.least.cells == 9 && summary.most.cells == 81 && summary.saved.cells == 0)
        #expect(summary.least.steps == 9 * 100_000 && summary.most.steps == 81 * 100_000)
        #expect(
            GrowthText(table)?.lines.last
                == "left: at least 9 cells, about 900,000 steps; at most 81 cells, about 8,100,000 steps"
        )
        let between = try #require(plan.cells.first { $0.point.axes == [1, 1] })
        #expect(try sweep.table(plan, of: [between]).statuses == [.deferred])
    }

    @Test("a cell is in a slot's hands only while somebody runs the sweep")
    func running() throws {
        do {
            let owner = try launch()
            #expect(try states(path) == Self.running)
            withExtendedLifetime(owner) {}
        }
        // As kill -9 leaves it: the lock names a process that is no more.
        let lock = path + "/lock"
        let text = String(decoding: try Posix.read(lock), as: UTF8.self)
        #expect(SweepOwner(lock: lock)?.isAlive == true)
        let killed = text.replacing("pid \(getpid())", with: "pid \(1 << 23)")
        // In place, because the lock knows its own file.
        try Data(killed.utf8).write(to: URL(fileURLWithPath: lock))
        #expect(SweepOwner(lock: lock)?.isAlive == false)
        #expect(try states(path) == Self.dead)
    }

    @Test("a copy of a directory has no owner")
    func copy() throws {
        let owner = try launch()
        try FileManager.default.copyItem(atPath: path, toPath: path + "-copy")
        #expect(SweepOwner(lock: path + "-copy/lock")?.isAlive == false)
        #expect(try states(path + "-copy") == Self.dead)
        withExtendedLifetime(owner) {}
    }

    @Test("an owner on another host is alive as long as it gives signs of life")
    func signs() throws {
        let lock = scratch.path + "/lock"
        try Posix.writeDurably(Array("host far, pid 7, boot/start b/1, since t\n".utf8), to: lock)
        let owner = SweepOwner(lock: lock)
        #expect(owner?.isAlive == true)
        #expect(owner?.description == "host far, pid 7, since t")
        #expect(SweepOwner(lock: lock, now: Date(timeIntervalSinceNow: 600))?.isAlive == false)
    }

    @Test("looking changes nothing, not even beside a ledger whose log is being written")
    func noTrace() throws {
        let (directory, ledger) = try launch()
        #expect(try Posix.size(directory.ledgerPath + "-wal") ?? 0 > 0)
        let before = try contents(path)
        #expect(try states(path) == Self.running)
        #expect(try contents(path) == before)
        // Without -shm, as on a file system where it cannot be made.
        try FileManager.default.copyItem(atPath: path, toPath: path + "-copy")
        unlink(path + "-copy/ledger.sqlite-shm")
        let copied = try contents(path + "-copy")
        #expect(try states(path + "-copy") == Self.dead)
        #expect(try contents(path + "-copy") == copied)
        withExtendedLifetime(ledger) {}
    }

    @Test("a sweep's time is told from the cells that are done, and from a trial while none is")
    func forecast() throws {
        let owner = try launch()
        let table = try SweepReader(path, reader: ReaderHere()).table(plan)
        // Two cells of 2100 steps in 3.5 s each are done; one has failed, three are to be trained.
        let known = try #require(
            SweepForecast(table) {
                Issue.record("nobody need try")
                return nil
            })
        #expect(known.basis == .finishedCells && known.stepsPerSecond == 600)
        #expect(known.steps == 3 * 2100 && known.seconds(slots: 3) == 3.5)
        let empty = try SweepReader(scratch.path + "/none", reader: ReaderHere()).table(plan)
        let tried = try #require(SweepForecast(empty) { 1000 })
        #expect(tried.basis == .calibration && tried.seconds(slots: 1) == 6 * 5)
        #expect(SweepForecast(empty, trial: { nil }) == nil)
        withExtendedLifetime(owner) {}
    }

    @Test("cells are expected to take as many steps as the nearest sites that are done")
    func expectations() throws {
        let plan = try Sample.plan(seeds: 2)
        func place(_ axes: [Int], _ seed: Int) -> Int? {
            plan.cells.firstIndex { $0.point == GridPoint(axes: axes, seed: seed) }
        }
        // The grid has 2 × 3 sites: 100 and 300 steps at one, 1000 at the site furthest from it.
        let done = [place([0, 0], 0): 100, place([0, 0], 1): 300, place([1, 2], 0): 1000]
        let expected = ExpectedSteps(plan) { done[$0] }
        func steps(_ axes: [Int]) throws -> Double? {
            expected.steps(of: plan.cells[try #require(place(axes, 1))])
        }
        #expect(try steps([0, 0]) == 200 && steps([0, 1]) == 200 && steps([1, 0]) == 200)
        #expect(try steps([1, 2]) == 1000 && steps([1, 1]) == 1000 && steps([0, 2]) == 1000)
        // Halfway between both.
        let alone = ExpectedSteps(plan) {
            $0 == place([0, 0], 0) ? 50 : $0 == place([0, 2], 0) ? 150 : nil
        }
        #expect(alone.steps(of: plan.cells[try #require(place([0, 1], 0))]) == 100)
        #expect(ExpectedSteps(plan, steps: { _ in nil }).steps(of: plan.cells[0]) == nil)
    }

    @Test("a ledger that nobody writes to is asked in its place, and told of when somebody does")
    func inPlace() throws {
        do { _ = try launch() }
        let before = try contents(path)
        let ledger = path + "/ledger.sqlite"
        let snapshot = try LedgerSnapshot(ledger, isWritten: false)
        #expect(try snapshot.results().count == 2)
        #expect(try snapshot.results(of: [plan.cells[1].id]).count == 1)
        #expect(try snapshot.attemptCounts() == [plan.cells[3].id: 1])
        #expect(try snapshot.attempts(open: true).count == 1)
        // No copy is there that could have answered.
        let names = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
        let open = names.compactMap {
            try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
        }
        #expect(open.contains { $0.hasSuffix(ledger.dropFirst(4)) }, "\(open)")
        #expect(try contents(path) == before)
        let writer = try Ledger(ledger)
        try writer.write(.failure(plan.cells[4].id, reason: "x"))
        #expect(problem { _ = try snapshot.failures() }.contains("begun to write"))
        // A killed owner leaves a log that belongs to the ledger.
        #expect(try LedgerSnapshot(ledger, isWritten: false).failures().count == 2)
    }

    @Test("a copied ledger is one moment of it, whoever writes meanwhile")
    func moment() async throws {
        let (directory, ledger) = try launch()
        let path = directory.ledgerPath
        let cell = plan.cells[4].id
        let writer = Task.detached {
            for number in 1...400 {
                // Two rows that belong together, and enough of them for the log to be started again.
                try ledger.write([
                    .lease(
                        AttemptID(cell: cell, attempt: number), Sample.slot("w"), Sample.process()),
                    .event(
                        kind: "lease", subject: "x", text: String(repeating: "x", count: 20_000)),
                ])
            }
        }
        var largest = 0
        while largest < 400 {
            let copy = try LedgerSnapshot(path)
            let attempts = try copy.attempts(of: cell).count
            #expect(try copy.events(last: 1000).count == attempts)
            #expect(attempts >= largest)
            largest = attempts
        }
        try await writer.value
    }

    @Test("a deleted file is a missing cell, one that the ledger does not know counts by itself")
    func files() throws {
        let (directory, ledger) = try launch()
        unlink(directory.cellPath(plan.cells[0].id))
        #expect(try states(path).prefix(2) == ["missing", "verified"])
        try ledger.write(.forgetResult(plan.cells[1].id))
        #expect(try states(path).prefix(2) == ["missing", "verified"])
        try Posix.writeDurably([1, 2, 3], to: directory.cellPath(plan.cells[1].id))
        #expect(try states(path).prefix(2) == ["missing", "missing"])
        #expect(Posix.list(path + "/quarantine").isEmpty)
    }

    @Test("another rule, record or stop makes the same cells missing that a run would train")
    func rules() throws {
        let (directory, ledger) = try launch()
        for (extra, state) in [
            ("phase_rule: {validation_accuracy: 0.95}", "missing"), ("stop: budget", "missing"),
            ("record: {measures: [rqi]}", "missing"), ("phase_rule: {gap: 5000}", "verified"),
        ] {
            let other = try Sample.plan(extra: extra)
            #expect(try states(path, other).prefix(2) == [state, state], "\(extra)")
            #expect(try CellStore(directory, ledger, reader: ReaderHere()).audit(other).isEmpty)
        }
        let table = try SweepReader(path, reader: ReaderHere()).table(plan)
        #expect(table.rows[0].numbers["validation_step"] == 2100)
        #expect(table.rows[0].numbers["delay"] == 2080)
        #expect(table.rows[0].numbers["wall_seconds"] == 3.5)
        #expect(table.rows[3].numbers.isEmpty)
    }

    @Test("the pace is that of the slots at work, at the speed of the cells that are done")
    func pace() throws {
        let owner = try launch()
        let table = try SweepReader(path, reader: ReaderHere()).table(plan)
        let leased = try #require(Timestamp.date(table.open[0].leasedAt))
        let pace = SweepPace(table, now: leased.addingTimeInterval(1.75))
        #expect(pace.slots.map { "\($0.host) \($0.count)" } == ["node 1"])
        // 2100 steps in 3.5 s; three cells are open, one of them half done.
        #expect(pace.stepsPerSecond == 600)
        #expect(pace.secondsLeft.map { abs($0 - 8.75) < 1e-6 } == true)
        withExtendedLifetime(owner) {}
    }

    @Test("a sweep whose file is lost is its own, and says how to put it back")
    func lostSpec() throws {
        do { _ = try launch() }
        unlink(path + "/sweep.yaml")
        for name in ["sweep.h5", "report"] { try Posix.makeDirectory(path + "/" + name) }
        #expect(
            problem { _ = try SweepReader(path, reader: ReaderHere()).storedPlan() }
                == "cannot open the sweep: \(path): no sweep.yaml in it (hint: it holds cells: "
                + "grokmap run SWEEP.yaml --out \(path), with the sweep file they are of, puts it back)"
        )
        try SweepDirectory(path).claim(for: "tiny")
    }
}
