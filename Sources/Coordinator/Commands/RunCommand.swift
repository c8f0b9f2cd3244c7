import ArgumentParser
import Core
import Foundation
@preconcurrency import Glibc
import Report
import Sweeps
import System
import ZeroMQ

/// `grokmap run`: trains what is missing of a sweep and draws its phase diagram.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Train what is missing of a sweep, then draw it.",
        discussion: """
            Run it again to resume: cells that are there are never trained twice. The first \
            interrupt lets running cells finish, the second stops at once; nothing is lost.
            """)

    @Argument(help: "The sweep file.")
    var sweep: String

    @Option(help: "The sweep's directory (default: results/<sweep>).")
    var out: String?

    @Option(
        help:
            "Trainer processes on this machine (default: one per core; none with --slurm or --ssh)."
    )
    var slots: Int?

    @Option(help: "Also listen here for workers: tcp://HOST:PORT.")
    var bind: String?

    @Option(help: "Directory of grokmap keys; --bind beyond this machine needs it.")
    var keys: String?

    @Option(
        help: ArgumentHelp(
            "Show the report on http://127.0.0.1:PORT while the sweep runs; 0 takes a free port.",
            valueName: "port"))
    var live: Int?

    @Option(
        help: ArgumentHelp(
            "Also train in jobs of Slurm, as this file says (cluster/slurm/profile.yaml).",
            valueName: "profile"))
    var slurm: String?

    @Flag(help: "Ask Slurm whether it would take the jobs, and run nothing.")
    var slurmCheck = false

    @Option(
        help: ArgumentHelp(
            "Also train on these hosts: a file of them, or host,host:slots (cluster/ssh/README.md).",
            valueName: "hosts"))
    var ssh: String?

    @Option(name: .customLong("set"), help: "Replace a key of the sweep file: key.path=value.")
    var settings: [String] = []

    @Flag(help: "Measure the grid only where its phases meet, as refine: {} in the sweep file.")
    var refine = false

    @Option(help: "OpenBLAS kernels for the slots: auto, inherit, or a name.")
    var blasCore = "auto"

    @Option(
        help: ArgumentHelp(
            "Training time between two checkpoints of a cell; 0 for none.", valueName: "seconds"))
    var checkpointEvery = 60.0

    @Option(help: "Directory for results that are not stored yet (default: a new one in TMPDIR).")
    var scratch: String?

    @OptionGroup var files: DataOptions

    @OptionGroup var talk: TalkOptions

    func validate() throws {
        guard (0..<1e9).contains(checkpointEvery) else {
            throw ValidationError("--checkpoint-every must not be negative")
        }
        if let slots, !(0...4096).contains(slots) {
            throw ValidationError("--slots \(slots): must be between 0 and 4096")
        }
        if let live, !(0...65_535).contains(live) {
            throw ValidationError("--live \(live): a port is a number from 0 to 65535")
        }
        if slots == 0, bind == nil, slurm == nil, ssh == nil {
            throw ValidationError("--slots 0 needs --bind, --slurm or --ssh, or nobody would train")
        }
        if slurmCheck, slurm == nil { throw ValidationError("--slurm-check needs --slurm") }
    }

    func run() throws {
        let spec = try SweepSpec(
            try Posix.read(sweep), named: sweep, overrides: settings,
            refined: refine, files: files.cellFiles(launchedIn: out))
        let plan = try SweepPlan(spec)
        let directory = SweepDirectory(out ?? "results/\(spec.name)")
        var launch = try launchPlan(directory)
        if slurmCheck, let profile = launch.slurm {
            try Posix.makeDirectory(directory.path)
            let script = try launch.script(profile, spec.name, directory)
            StandardOutput.data(try SlurmLauncher.check(script))
            return
        }
        // Before anything is made or changed. A ledger that cannot be read is mended or told of below.
        let missing = try? SweepReader(directory.path).table(plan).tally.missing
        if launch.localSlots(cells: missing ?? 1) > 0, missing != 0 { try files.check(spec) }
        try directory.claim(for: spec.name)
        if launch.isFar, launch.bind == nil {
            launch.bind = LaunchAddress(directory: directory.path).endpoint
        }
        let open = try OpenSweep(directory, plan)
        if let growth = BudgetGrowth(open.table, directory) {
            for line in growth.lines { Screen.write(line + "\n") }
            for path in try growth.setAside(in: directory) {
                Screen.write("kept what was drawn at \(growth.before) steps: \(path)\n")
            }
        }
        let changed = try store(spec, in: directory)
        if changed { try open.ledger.recordPlan(plan) }
        if let news = open.decidedAnew { Screen.write("\(news)\n") }
        guard !open.table.missing.isEmpty else {
            try finish(open, trained: 0)
            return
        }
        try directory.outdateReport()
        let ending = try SweepRun(
            open, launch, talk: talk, live: live.map { UInt16(clamping: $0) }
        ).run()
        if ending == .stop {
            // The files are not looked through, and no library's exit handler waits for a thread that is busy with one.
            Screen.write("stopped: run again to resume\n")
            fflush(nil)
            _exit(2)
        }
        let after = try OpenSweep(directory, plan)
        let before = Set(open.table.trained.map(\.id))
        let trained = after.table.trained.count { !before.contains($0.id) }
        try finish(after, trained: trained)
    }

    /// Which workers the options ask for; those on other machines are let in with keys, be they named or not.
    private func launchPlan(_ directory: SweepDirectory) throws -> LaunchPlan {
        var plan = LaunchPlan(
            slots: slots, ring: keys.map(KeyRing.init),
            slurm: try slurm.map { try SlurmProfile(file: $0) },
            hosts: try ssh.map { try HostList(option: $0) },
            options: WorkerOptions(
                blasCore: blasCore, data: files.directory.path, checkpointEvery: checkpointEvery,
                scratch: scratch))
        if plan.isFar, plan.ring == nil { plan.ring = KeyRing(directory.path + "/keys") }
        plan.bind = try bind.map { try ListenAddress.check($0, encrypted: plan.ring != nil) }
        return plan
    }

    /// Keeps the sweep file as launched.
    ///
    /// - Returns: whether it differs from the one kept before.
    private func store(
        _ spec: SweepSpec, in directory: SweepDirectory
    ) throws(CoordinatorError) -> Bool {
        let bytes = Array(spec.sourceText.utf8)
        if directory.holdsSweep, try Posix.read(directory.specPath) == bytes { return false }
        try directory.outdateReport()
        try Posix.writeDurably(bytes, to: directory.specPath)
        return true
    }

    private func finish(_ open: OpenSweep, trained: Int) throws {
        let table = open.table
        let report = SweepReport(
            table, cellsIn: open.directory, to: SweepReport.Place(of: open.directory),
            figures: open.plan.spec.report.figures.isEmpty
                ? nil : SweepFigures(try SweepReader(open.directory.path), table),
            attempts: try open.ledger.attempts())
        if open.directory.hasOutdatedReport || !report.exists {
            try open.directory.outdateReport()
            try report.write()
            open.directory.settleReport()
        }
        let tally = table.tally
        Screen.write(
            RunCommand.closingWords(trained: trained, tally, begun: table.resumable) + "\n")
        Screen.write("\(tally.phaseWords)\n")
        for line in GrowthText(table)?.lines ?? [] { Screen.write("\(line)\n") }
        if let words = StatusCommand.predictionWords(table) { Screen.write("\(words)\n") }
        if let reach = ReachAudit(table) { Screen.write("\(ReachText(reach).line)\n") }
        for (cell, reason) in table.failed {
            let words = "failed: \(cell.id.short) (\(open.plan.label(cell.point))): \(reason)"
            Screen.write(words.onOneLine + "\n")
        }
        StandardOutput.data("\(open.directory.reportPath)/phase-diagram.svg")
        if tally.failed > 0 {
            Screen.write(
                "try failed cells again with: grokmap retry \(open.directory.path) --failed\n")
            throw ExitCode(1)
        }
        if tally.missing > 0 { throw ExitCode(2) }
    }

    /// How the sweep stands, in one line.
    static func closingWords(trained: Int, _ tally: CellTally, begun: Int) -> String {
        let wanted = tally.cells - tally.inferred - tally.deferred
        let ended = tally.predicted + tally.unreachable
        let isOver = trained == 0 && tally.verified + ended == wanted
        guard !isOver || ended > 0 else {
            return "nothing to train: all \(wanted) cells are there"
        }
        var words =
            isOver
            ? "nothing to train: \(tally.verified) of \(wanted) cells are there"
            : "trained \(trained) cells: \(tally.verified) of \(wanted) are there"
        if tally.predicted > 0 { words += ", \(tally.predicted) predicted" }
        if tally.unreachable > 0 { words += ", \(tally.unreachable) out of reach" }
        if tally.failed > 0 { words += ", \(tally.failed) failed" }
        let missing = tally.missing + tally.running
        if missing > 0 {
            let share = begun > 0 ? " (\(begun) of them begun)" : ""
            words += ", \(missing) still missing\(share): run again to resume"
        }
        return words
    }
}
