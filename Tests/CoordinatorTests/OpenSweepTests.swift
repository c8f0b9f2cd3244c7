import Core
import Sweeps
import System
import TestSupport
import Testing

@testable import Coordinator

@Suite("OpenSweep")
struct OpenSweepTests {
    private let scratch: TemporaryDirectory
    private let directory: SweepDirectory

    init() throws {
        scratch = try TemporaryDirectory()
        directory = SweepDirectory(scratch.path + "/tiny")
        try directory.claim(for: "tiny")
    }

    @Test("a damaged ledger is put away, and what has no file is missing")
    func damagedLedger() throws {
        try Posix.writeDurably(Array("this is no database".utf8), to: directory.ledgerPath)
        let plan = try Sample.plan()
        let sweep = try OpenSweep(directory, plan)
        let kept = Posix.list(directory.path + "/quarantine")
        #expect(kept.count == 1 && kept.first?.hasPrefix("ledger.sqlite") == true, "\(kept)")
        #expect(sweep.table.missing.map(\.id) == plan.cells.map(\.id))
        #expect(sweep.quarantined.isEmpty && sweep.decidedAnew == nil)
        #expect(try sweep.usableCheckpoints().isEmpty)
        #expect(try sweep.ledger.results().isEmpty)
    }

    @Test("rounds of other settings are said to be decided again, those of the same are not")
    func rounds() throws {
        let refined = try Sample.plan(extra: "refine: {pitch: 1}")
        #expect(try OpenSweep(directory, refined).decidedAnew == nil)
        #expect(try OpenSweep(directory, refined).decidedAnew == nil)
        #expect(
            try OpenSweep(directory, Sample.plan()).decidedAnew
                == "the last 1 rounds were made under other settings: every cell is asked for now;"
                + " 0 verified cells are kept")
    }
}
