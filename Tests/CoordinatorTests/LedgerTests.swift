import Core
import Foundation
import GRDB
@preconcurrency import Glibc
import SHA256
import Sweeps
import System
import TestSupport
import Testing

@testable import Coordinator

@Suite("Ledger")
struct LedgerTests {
    private let directory: TemporaryDirectory
    private let path: String
    private let cell = CellID(canonicalConfiguration: "a")
    private let other = CellID(canonicalConfiguration: "b")
    private let date = Date(timeIntervalSince1970: 1_767_323_045.25)

    init() throws {
        directory = try TemporaryDirectory()
        path = directory.path + "/ledger.sqlite"
    }

    private func attempt(_ number: Int, of cell: CellID? = nil) -> AttemptID {
        AttemptID(cell: cell ?? self.cell, attempt: number)
    }

    @Test("attempts come back as written, with how they ended")
    func attempts() throws {
        let ledger = try Ledger(path)
        let slot = Sample.slot("w", 3, "i9")
        try ledger.write(.lease(attempt(1), slot, Sample.process("h", pid: 99)), at: date)
        try ledger.write(.lease(attempt(2), slot, Sample.process("h", pid: 99)), at: date)
        try ledger.write(.lease(attempt(1, of: other), slot, Sample.process()), at: date)
        try ledger.write(.end(attempt(1), .failed, reason: "NaN 'quoted'"), at: date)
        let found = try Ledger(path).attempts(of: cell)
        #expect(found.map(\.id) == [attempt(1), attempt(2)])
        #expect(found.map(\.slot) == [slot, slot])
        #expect(found.map(\.process) == Array(repeating: Sample.process("h", pid: 99), count: 2))
        #expect(found.map(\.outcome) == ["failed", nil])
        #expect(found.map(\.reason) == ["NaN 'quoted'", nil])
        #expect(found.map(\.leasedAt) == Array(repeating: "2026-01-02T03:04:05.250Z", count: 2))
        #expect(found.map(\.endedAt) == ["2026-01-02T03:04:05.250Z", nil])
        #expect(try ledger.attempts().count == 3)
    }

    @Test(
        "rounds come back as written, a new one in place of its like, one that lost a cell not at all"
    )
    func rounds() throws {
        let ledger = try Ledger(path)
        let first = PlanGrowth.Round(
            settings: "s", number: 0, kind: .first, cells: [cell, other])
        let audit = PlanGrowth.Round(
            settings: "s", number: 1, kind: .audit, cells: [other], inferred: [other: .grokking])
        let elsewhere = PlanGrowth.Round(settings: "t", number: 0, kind: .first, cells: [cell])
        try ledger.write([.round(first), .round(audit), .round(elsewhere)], at: date)
        #expect(try Ledger(path).rounds() == [first, audit, elsewhere])
        let growth = PlanGrowth.Round(settings: "s", number: 1, kind: .growth, cells: [cell])
        try ledger.write(.round(growth), at: date)
        #expect(try ledger.rounds() == [first, elsewhere, growth])
        try ledger.database.write {
            try $0.execute(sql: "DELETE FROM round_cells WHERE place = 1")
        }
        #expect(try ledger.rounds() == [elsewhere, growth])
    }

    @Test("a ledger of a version without rounds is opened, has none and takes them")
    func earlier() throws {
        let ledger = try Ledger(path)
        try ledger.database.write {
            try $0.execute(
                sql: "DROP TABLE rounds; DROP TABLE round_cells; DROP TABLE grdb_migrations")
        }
        #expect(try ledger.rounds().isEmpty)
        let opened = try Ledger(path)
        let round = PlanGrowth.Round(settings: "s", number: 0, kind: .first, cells: [cell])
        try opened.write(.round(round), at: date)
        #expect(try opened.rounds() == [round])
    }

    @Test("results come back as written and undo a giving-up")
    func results() throws {
        let ledger = try Ledger(path)
        let result = Sample.result(cell, attempt: 4, sha256: "cd")
        try ledger.write(.failure(cell, reason: "gone"), at: date)
        try ledger.write(.failure(other, reason: "poison"), at: date)
        try ledger.write(.result(result), at: date)
        #expect(try Ledger(path).results() == [cell: result])
        #expect(try ledger.failures() == [other: "poison"])
        try ledger.write(.forgetResult(cell))
        #expect(try ledger.results().isEmpty)
    }

    @Test(
        "a ledger of a release before allocations is taken over, and can be looked at before that")
    func beforeAllocations() throws {
        do {
            let ledger = try Ledger(path)
            try ledger.write(.result(Sample.result(cell, attempt: 1, sha256: "cd")), at: date)
            try ledger.write("earlier") {
                try $0.execute(sql: "DROP TABLE allocations; DROP TABLE grdb_migrations")
            }
        }
        #expect(try LedgerSnapshot(path).allocations().isEmpty)
        let ledger = try Ledger(path)
        #expect(try ledger.results().count == 1)
        let record = AllocationRecord(
            launcher: "slurm", name: "7_1", state: "pending", reason: "Priority", slots: 0)
        try ledger.write(.allocation(record), at: date)
        #expect(
            try LedgerSnapshot(path).allocations().map(\.description) == [
                "slurm 7_1: pending: Priority"
            ])
        var running = record
        (running.state, running.reason, running.slots) = ("running", "", 4)
        try ledger.write(.allocation(running), at: date)
        #expect(
            AllocationRecord.summary(try ledger.allocations()) == ["slurm: 1 running (4 slots)"])
    }

    @Test("two results whose summaries are exchanged are both unknown")
    func exchanged() throws {
        let ledger = try Ledger(path)
        for cell in [cell, other] { try ledger.write(.result(Sample.result(cell)), at: date) }
        #expect(try ledger.results().count == 2)
        try ledger.write("exchange") { db in
            try db.execute(
                sql: """
                    CREATE TEMP TABLE before AS SELECT cell, summary FROM results;
                    UPDATE results SET summary = (
                        SELECT summary FROM before WHERE before.cell <> results.cell)
                    """)
        }
        #expect(try ledger.results().isEmpty)
    }

    @Test(
        "what is no file in the ledger's place is neither opened nor followed",
        arguments: ["link", "FIFO", "directory"])
    func notAFile(_ kind: String) throws {
        let victim = directory.path + "/victim"
        try Posix.writeDurably([1, 2, 3], to: victim)
        switch kind {
        case "link": #expect(symlink(victim, path) == 0)
        case "FIFO": #expect(mkfifo(path, 0o666) == 0)
        default: try Posix.makeDirectory(path)
        }
        #expect(
            problem { _ = try Ledger(path) }
                == "cannot open the ledger: \(path): it is no file of its own (hint: move it "
                + "away, then grokmap run rebuilds the ledger from the cells)")
        #expect(throws: SystemError.self) { try LedgerSnapshot(path) }
        #expect(try Posix.read(victim) == [1, 2, 3])
    }

    @Test("a cell's checkpoint comes back as written, the latest only, until it is forgotten")
    func checkpoints() throws {
        let ledger = try Ledger(path)
        try ledger.write(.checkpoint(cell, Sample.stored(1, step: 256)), at: date)
        try ledger.write(.checkpoint(other, Sample.stored(7, step: 100)), at: date)
        try ledger.write(.checkpoint(cell, Sample.stored(2, step: 512)), at: date)
        #expect(
            try LedgerSnapshot(path).checkpoints() == [
                cell: Sample.stored(2, step: 512), other: Sample.stored(7, step: 100),
            ])
        try ledger.write(.forgetCheckpoint(cell))
        #expect(Array(try ledger.checkpoints().keys) == [other])
    }

    @Test("a ledger out of reach is not called damaged, one that is no ledger is")
    func damage() throws {
        func opening() -> CoordinatorError? {
            do throws(CoordinatorError) {
                _ = try Ledger(path)
                return nil
            } catch {
                return error
            }
        }
        do { _ = try Ledger(path) }
        let good = try Posix.read(path)
        // A write version (offset 18, sqlite.org/fileformat2.html) that this SQLite would only read.
        var later = good
        later[18] = 9
        for bytes in [Array("no database".utf8), Array(good.prefix(5000)), later] {
            for suffix in ["-wal", "-shm"] { unlink(path + suffix) }
            try Posix.writeDurably(bytes, to: path)
            #expect(opening()?.isDamage == true)
        }
        try Posix.writeDurably(good, to: path)
        #expect(opening() == nil)
        // A directory that is not there, as after an unmount.
        #expect(rename(directory.path, directory.path + ".away") == 0)
        #expect(opening()?.isDamage == false)
        #expect(rename(directory.path + ".away", directory.path) == 0)
    }

    @Test("a ledger of a time without checkpoints can be looked at: it has none")
    func withoutCheckpoints() throws {
        do { _ = try Ledger(path) }
        // As long as the name it replaces, so that the pages stay as they are.
        let renamed = try Posix.read(path).replacing(
            Array("checkpoints".utf8), with: Array("other_table".utf8))
        try Posix.writeDurably(renamed, to: path)
        #expect(try LedgerSnapshot(path).checkpoints().isEmpty)
    }

    @Test("forgiveness frees the failed cells of their failures, and no others")
    func forgiveness() throws {
        let ledger = try Ledger(path)
        let slot = Sample.slot("w")
        let outcomes: [(AttemptID, AttemptOutcome)] = [
            (attempt(1), .failed), (attempt(2), .lost), (attempt(3), .released),
            (attempt(1, of: other), .failed),
        ]
        for (attempt, outcome) in outcomes {
            try ledger.write(.lease(attempt, slot, Sample.process()), at: date)
            try ledger.write(.end(attempt, outcome, reason: "r"), at: date)
        }
        try ledger.write(.failure(cell, reason: "given up"), at: date)
        #expect(try ledger.forgiveFailures() == 1)
        #expect(try ledger.failures().isEmpty)
        #expect(
            try ledger.attempts(of: cell).map(\.outcome) == ["forgiven", "forgiven", "released"])
        #expect(try ledger.attempts(of: other).map(\.outcome) == ["failed"])
        #expect(try ledger.forgiveFailures() == 0)
    }

    @Test("events are told oldest first, the latest ones only")
    func events() throws {
        let ledger = try Ledger(path)
        for number in 1...4 {
            try ledger.write(.event(kind: "k", subject: "s", text: "t\(number)"), at: date)
        }
        #expect(
            try ledger.events(last: 2) == [
                "2026-01-02T03:04:05.250Z k s t3", "2026-01-02T03:04:05.250Z k s t4",
            ])
    }

    @Test("a plan may be written again and again, and a slot registers once")
    func repeated() throws {
        let ledger = try Ledger(path)
        let plan = try Sample.plan()
        try ledger.recordPlan(plan)
        try ledger.recordPlan(plan)
        for _ in 0..<2 {
            try ledger.write(
                .slot(Sample.slot("w"), Sample.process(), blasCore: "Haswell"), at: date)
        }
        let rows = try DatabaseQueue(path: path).read { db in
            (
                try String.fetchSet(db, sql: "SELECT cell FROM cells"),
                try Int.fetchOne(db, sql: "SELECT count(*) FROM cells"),
                try String.fetchAll(db, sql: "SELECT worker FROM workers")
            )
        }
        #expect(rows.0 == Set(plan.cells.map(\.id.hex)))
        #expect(rows.1 == plan.cells.count)
        #expect(rows.2 == ["w"])
    }

    @Test("a file that is no ledger is refused in one line, and left as it is")
    func damaged() throws {
        let bytes = Array("this is no database, however long one looks at it".utf8)
        try Posix.writeDurably(bytes, to: path)
        let message = problem { _ = try Ledger(path) }
        #expect(message.hasPrefix("cannot open the ledger: \(path): "))
        #expect(message.contains("file is not a database"))
        #expect(!message.contains("\n"))
        #expect(try Posix.read(path) == bytes)
    }

    @Test("a ledger with a damaged page is refused")
    func damagedPage() throws {
        do {
            let ledger = try Ledger(path)
            for number in 1...400 {
                try ledger.write(
                    .lease(attempt(number), Sample.slot("w"), Sample.process()), at: date)
            }
        }
        var bytes = try Posix.read(path)
        #expect(bytes.count > 16384)
        // The pages behind the first hold the tables' trees; noise in them is no tree.
        for place in stride(from: 4096, to: bytes.count, by: 7) { bytes[place] ^= 0x5a }
        try Posix.writeDurably(bytes, to: path)
        let message = problem { _ = try Ledger(path) }
        #expect(message.hasPrefix("cannot open the ledger: \(path): "))
    }

    @Test("a bit that flips in the text of a table is damage, or changes nothing that is asked")
    func flippedSchema() throws {
        do {
            let ledger = try Ledger(path)
            try ledger.write(.lease(attempt(1), Sample.slot("w"), Sample.process()), at: date)
            _ = try ledger.database.writeWithoutTransaction {
                try $0.checkpoint(.truncate)
            }
        }
        let bytes = try Posix.read(path)
        let word = Array("CREATE TABLE".utf8)
        let places = bytes.indices.filter { bytes[$0...].starts(with: word) }
        let text = try #require(places.first)..<(try #require(places.last) + 200)
        var damaged = 0
        for place in stride(from: text.lowerBound, to: text.upperBound, by: 5) {
            var flipped = bytes
            flipped[place] ^= 1 << UInt8(place % 8)
            for suffix in ["-wal", "-shm"] { unlink(path + suffix) }
            try Posix.writeDurably(flipped, to: path)
            let ledger: Ledger
            do throws(CoordinatorError) {
                ledger = try Ledger(path)
            } catch {
                #expect(error.isDamage, "byte \(place): \(error)")
                damaged += 1
                continue
            }
            #expect(throws: Never.self, "byte \(place)") {
                #expect(try ledger.attempts(of: cell).map(\.id) == [attempt(1)])
                _ = (try ledger.results(), try ledger.checkpoints(), try ledger.failures())
                _ = (try ledger.allocations(), try ledger.keys(), try ledger.events(last: 9))
                try ledger.write(.end(attempt(1), .stored, reason: ""), at: date)
                _ = try ledger.forgiveFailures()
            }
        }
        #expect(damaged > 100)
    }

    @Test("a ledger of a later version is refused, and is not called damaged")
    func laterVersion() throws {
        do { _ = try Ledger(path) }
        try DatabaseQueue(path: path).write {
            try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('later')")
        }
        #expect {
            _ = try Ledger(path)
        } throws: { error in
            let error = error as? CoordinatorError
            return error?.isDamage == false
                && "\(String(describing: error?.description))".contains(
                    "a later version of grokmap")
        }
    }

    @Test("what a killed coordinator left in the write-ahead log is there, up to a torn end")
    func tornLog() throws {
        let copy = directory.path + "/copy.sqlite"
        do {
            let ledger = try Ledger(path)
            for number in 1...50 {
                try ledger.write(
                    .lease(attempt(number), Sample.slot("w"), Sample.process()), at: date)
            }
            // Both files as they lie there while the database is open, the log cut in the middle.
            let log = try Posix.read(path + "-wal")
            try Posix.writeDurably(try Posix.read(path), to: copy)
            try Posix.writeDurably(Array(log.prefix(log.count * 2 / 3)), to: copy + "-wal")
        }
        let found = try Ledger(copy).attempts().map(\.id.attempt)
        #expect(found == Array(1...max(1, found.count)))
        #expect(found.count >= 20)
        #expect(found.count < 50)
    }
}

@Suite("ResultSummary")
struct ResultSummaryTests {
    private let cell = CellID(canonicalConfiguration: "a")

    @Test("a summary comes back from its text, numbers that are none included")
    func roundTrip() throws {
        var summary = ResultSummary(Sample.outcome(), parameterSteps: [0, 2100], wallSeconds: 3.5)
        #expect(ResultSummary(decoding: try summary.encoded(for: cell), for: cell) == summary)
        summary.validation = nil
        summary.trainAccuracy = .infinity
        #expect(ResultSummary(decoding: try summary.encoded(for: cell), for: cell) == summary)
        summary.trainAccuracy = .nan
        let found = try #require(ResultSummary(decoding: try summary.encoded(for: cell), for: cell))
        #expect(found.trainAccuracy.isNaN)
        #expect(found.validationAccuracy == 0.92)
    }

    @Test("a summary with any flipped bit reads as none")
    func flipped() throws {
        let summary = ResultSummary(Sample.outcome(), parameterSteps: [0, 2100], wallSeconds: 3.5)
        let bytes = Array(try summary.encoded(for: cell).utf8)
        for place in bytes.indices {
            var damaged = bytes
            damaged[place] ^= 1 << UInt8(place % 7)
            let found = ResultSummary(
                decoding: String(decoding: damaged, as: UTF8.self), for: cell)
            #expect(found == nil, "byte \(place)")
        }
    }

    @Test("a summary is one of its own cell only; those of versions up to 0.1 are of none")
    func bound() throws {
        let summary = ResultSummary(Sample.outcome(), parameterSteps: [], wallSeconds: 3.5)
        let text = try summary.encoded(for: cell)
        #expect(
            ResultSummary(decoding: text, for: CellID(canonicalConfiguration: "b")) == nil)
        let json = text[..<(try #require(text.lastIndex(of: " ")))]
        let before = "\(json) \(SHA256Digest.hex(of: Array(json.utf8)).prefix(16))"
        #expect(ResultSummary(decoding: before, for: cell) == nil)
    }

    @Test("text that is no summary reads as none", arguments: ["", "{}", "[1]", "\u{0}"])
    func unreadable(_ text: String) {
        #expect(ResultSummary(decoding: text, for: cell) == nil)
    }

    @Test("an empty curve has no last accuracy")
    func empty() {
        var outcome = Sample.outcome()
        outcome.curve = Curve()
        let summary = ResultSummary(outcome, parameterSteps: [], wallSeconds: 0)
        #expect(summary.trainAccuracy.isNaN)
    }

    @Test("a verdict needs the thresholds the crossings were found with")
    func verdict() {
        let summary = ResultSummary(Sample.outcome(), parameterSteps: [], wallSeconds: 0)
        #expect(summary.status(under: PhaseRule())?.verdict?.phase == .grokking)
        #expect(summary.status(under: PhaseRule(gap: 3000))?.verdict?.phase == .comprehension)
        #expect(summary.status(under: PhaseRule(trainAccuracy: 0.8)) == nil)
        #expect(summary.status(under: PhaseRule(validationAccuracy: 0.8)) == nil)
        #expect(summary.status(under: PhaseRule(sustain: 2)) == nil)
        var predicted = summary
        predicted.stopReason = .predicted
        predicted.validation = nil
        #expect(predicted.status(under: PhaseRule()) == nil)
        let cut = EarlyCut(.trainLoss, steps: 40, threshold: 2, above: false)
        predicted.prediction = EarlyVerdict(cut, value: 3)
        let status = predicted.status(under: PhaseRule(gap: 3))
        #expect(status?.name == "predicted" && status?.verdict == nil)
        #expect(predicted.status(under: PhaseRule(sustain: 2)) == nil)
        #expect(predicted.satisfies(RecordRequest(), stop: .predicted(cut)))
        #expect(!predicted.satisfies(RecordRequest(), stop: .decided))
        predicted.stopReason = .diverged
        #expect(predicted.status(under: PhaseRule())?.verdict?.phase == .memorization)
    }

    @Test("what ended out of reach counts as that, and only under rules that it is out of reach of")
    func unreachable() {
        var summary = ResultSummary(Sample.outcome(), parameterSteps: [], wallSeconds: 0)
        summary.stopReason = .unreachable
        summary.validation = nil
        summary.reachable = 0.6
        for rule in [PhaseRule(), PhaseRule(gap: 3)] {
            let status = summary.status(under: rule)
            #expect(status?.name == "unreachable" && status?.verdict == nil)
            #expect(status?.vote?.phase == .memorization && status?.isLeftOut == false)
            #expect(status?.unmeasuredPhase == .memorization)
        }
        #expect(summary.status(under: PhaseRule(validationAccuracy: 0.6)) == nil)
        #expect(summary.status(under: PhaseRule(sustain: 2)) == nil)
        summary.reachable = 0.9
        #expect(summary.status(under: PhaseRule()) == nil)
        #expect(summary.satisfies(RecordRequest(), stop: .reachable))
        for stop in [StopPolicy.decided, .budget] {
            #expect(!summary.satisfies(RecordRequest(), stop: stop))
        }
        // Rows of versions that had no such cells are read as before.
        let old = ResultSummary(Sample.outcome(), parameterSteps: [], wallSeconds: 0)
        #expect(old.reachable == nil)
    }

    @Test("a file satisfies a record that it holds, and a budget only when it used it")
    func satisfies() {
        var summary = ResultSummary(Sample.outcome(), parameterSteps: [0], wallSeconds: 0)
        let weight = RecordRequest()
        #expect(summary.satisfies(weight, stop: .decided))
        #expect(!summary.satisfies(weight, stop: .budget))
        #expect(!summary.satisfies(RecordRequest(measures: [.rqi]), stop: .decided))
        #expect(
            summary.satisfies(
                RecordRequest(parameters: [.step(0), .step(9000)]), stop: .decided))
        #expect(!summary.satisfies(RecordRequest(parameters: [.last]), stop: .decided))
        summary.parameterSteps = [2100]
        #expect(summary.satisfies(RecordRequest(parameters: [.last]), stop: .decided))
        summary.chosenTensors = ["representation"]
        #expect(!summary.satisfies(RecordRequest(parameters: [.last]), stop: .decided))
        summary.stopReason = .diverged
        #expect(summary.satisfies(weight, stop: .budget))
    }
}

@Suite("HostProcess")
struct HostProcessTests {
    @Test("this process is here, and its stamp does not change")
    func own() throws {
        let stamp = try #require(HostProcess.stamp(of: getpid()))
        #expect(HostProcess.stamp(of: getpid()) == stamp)
        #expect(stamp.split(separator: "/").count == 2)
        let process = SlotProcess(host: HostProcess.host, pid: getpid(), stamp: stamp)
        #expect(process.isGone == false)
    }

    @Test("a process id that went to another process, or to none, is gone")
    func gone() {
        let recycled = SlotProcess(host: HostProcess.host, pid: getpid(), stamp: "boot/1")
        #expect(recycled.isGone == true)
        // Above the largest process id there can be (proc(5): 2^22).
        let absent = SlotProcess(host: HostProcess.host, pid: 1 << 23, stamp: "boot/1")
        #expect(absent.isGone == true)
    }

    @Test("of a process on another host nobody here can tell")
    func elsewhere() {
        let far = SlotProcess(host: "another-\(HostProcess.host)", pid: getpid(), stamp: "x")
        #expect(far.isGone == nil)
    }
}
