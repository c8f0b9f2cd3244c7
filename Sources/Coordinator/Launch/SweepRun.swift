import Core
import Foundation
@preconcurrency import Glibc
import Report
import Sweeps
import System
import ZeroMQ

/// One launch of a sweep: the server on its thread, the workers of this machine, and the picture on the terminal.
struct SweepRun {
    private let open: OpenSweep
    private let plan: LaunchPlan
    private let talk: TalkOptions

    /// A launch that trains what is missing of an open sweep.
    init(_ open: OpenSweep, _ plan: LaunchPlan, talk: TalkOptions) {
        self.open = open
        self.plan = plan
        self.talk = talk
    }

    /// Runs until the sweep is complete or interrupted.
    ///
    /// - Returns: what was wished for in the end.
    /// - Throws: what made the server stop.
    func run() throws -> SweepServer.Control.Wish {
        let signals = InterruptSignals()
        let launch = "\(HostProcess.host)-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
        let endpoint = try LocalEndpoint.endpoint(for: open.directory.path)
        LocalEndpoint.removeRemains(beside: "\(endpoint)")
        defer { LocalEndpoint.remove("\(endpoint)") }
        let local = plan.localSlots(cells: open.table.missing.count)
        if local > SlotCount.allowed(), !talk.quiet {
            Screen.write(
                "\(local) slots on \(SlotCount.allowed()) cores will slow each other down\n")
        }
        let control = try SweepServer.Control()
        let board = StatusBoard(SweepStatus(cells: open.table.statuses))
        let launches = LaunchLog()
        let workers = try plan.start(
            open.plan.spec.name, in: open.directory, cells: open.table.missing.count,
            launch: launch, LaunchThread.Parts(board: board, log: launches))
        let server = ServerThread(
            ServerThread.Parts(
                plan: open.plan, scheduler: try restoredScheduler(launch: launch),
                ledger: open.ledger, directory: open.directory.path,
                ownership: open.directory.ownership,
                endpoints: [endpoint] + (plan.bind.map { [$0] } ?? []), security: try security(),
                control: control, board: board, launches: launches,
                log: talk.logger("grokmap")))
        defer { end(workers, launches, patience: control.current == .stop ? 0 : 3) }
        try watch(server, board, control, signals, workers)
        return control.current
    }

    /// Ends everything that was launched, and says what could not be ended.
    private func end(_ workers: [LaunchThread], _ launches: LaunchLog, patience: Double) {
        for worker in workers { worker.end(patience: patience) }
        for worker in workers {
            while !worker.hasEnded { usleep(10_000) }
            for complaint in worker.complaints { Screen.write("grokmap: \(complaint)\n") }
        }
        // The server's thread has left the ledger alone by now; what it did not take is history only.
        try? open.ledger.write(launches.take())
    }

    /// The keys that connections from other machines are made with, nil without a ring.
    private func security() throws(CoordinatorError) -> ServerThread.Security? {
        guard let ring = plan.ring else { return nil }
        let workers = try ring.entries()
        guard !workers.isEmpty else {
            throw CoordinatorError(
                "listen with keys", ring.path, "no worker is let in",
                hint: "grokmap keys create NAME --keys \(ring.path)")
        }
        return ServerThread.Security(
            keys: try ring.coordinatorKeys(), workers: workers,
            reload: { try? ring.entries(passingOverDamage: true) })
    }

    /// Keeps the picture fresh and the workers alive until the server has ended.
    private func watch(
        _ server: ServerThread, _ board: StatusBoard, _ control: SweepServer.Control,
        _ signals: InterruptSignals, _ workers: [LaunchThread]
    ) throws {
        let style = Screen.style(
            quiet: talk.quiet, isTerminal: isatty(STDERR_FILENO) == 1,
            environment: ProcessInfo.processInfo.environment)
        var screen = Screen(style)
        var line = ProgressLine(budget: open.plan.spec.cell.steps)
        var told = false
        var said: String?
        var lastSign = 0.0
        let notifier = ServiceNotifier(ProcessInfo.processInfo.environment)
        var lastNews: Double?
        let clock = ContinuousClock()
        var stopAt: ContinuousClock.Instant?
        while server.result == nil {
            let signal = signals.wait(milliseconds: 200)
            if signal != nil {
                control.interrupt()
                var what = "stopping; run again to resume"
                if control.current == .drain, signal == SIGTERM {
                    // Whoever says TERM says KILL soon after.
                    stopAt = clock.now + SweepRun.patienceAfterTerm
                    for worker in workers { worker.handOver() }
                    what = "handing over the running cells"
                } else if control.current == .drain {
                    what = "finishing the running cells; interrupt again to stop at once"
                }
                screen.say("\n\(what)")
            }
            if let due = stopAt, clock.now >= due, control.current == .drain { control.interrupt() }
            if signal != nil { notifier?.stopping() }
            let status = board.current
            // Of the server's thread, not of this one: it is the one that must not hang.
            if let notifier, !status.endpoints.isEmpty {
                if lastNews == nil { notifier.ready(open.plan.spec.name) }
                if status.seconds - (lastNews ?? -.infinity) >= notifier.interval ?? .infinity
                    || lastNews == nil
                {
                    notifier.giveSignOfLife()
                    lastNews = status.seconds
                }
            }
            if status.seconds - lastSign >= SweepOwner.signInterval {
                open.directory.giveSignOfLife()
                lastSign = status.seconds
            }
            if let note = status.note, note != said, !talk.quiet {
                screen.say(note)
                said = note
            }
            if !told, plan.bind != nil, let address = status.endpoints.dropFirst().first {
                if plan.isFar {
                    try LaunchAddress(directory: open.directory.path).remember(address)
                } else {
                    screen.say(
                        try SweepRun.invitation(
                            address, host: HostAddress.own,
                            serverKey: try plan.ring?.coordinatorKeys().publicKey.z85))
                }
                told = true
            }
            let failures = workers.compactMap(\.failure)
            if let first = failures.first, failures.count == workers.count { throw first }
            show(status, &screen, &line, final: false)
        }
        show(board.current, &screen, &line, final: true)
        try server.result?.get()
    }

    private static let patienceAfterTerm = Duration.seconds(10)

    /// The command that joins from elsewhere: an address that others can use, and the keys to give.
    static func invitation(
        _ actual: String, host: Endpoint.Host, serverKey: String?
    ) throws -> String {
        let address = try Endpoint(actual, to: .listen).reached(at: host)
        // Z85 has characters that a shell takes for its own.
        let keys = serverKey.map { " --key NAME.key --server-key '\($0)'" } ?? ""
        return "listening: grokmap-worker --connect \(address)\(keys)"
    }

    private func show(
        _ status: SweepStatus, _ screen: inout Screen, _ line: inout ProgressLine, final: Bool
    ) {
        var map: [String] = []
        if case .live(let colour) = screen.style {
            map = TerminalMap(width: Terminal.size().columns - 1, colour: colour)
                .lines(SweepReport.input(open.plan, status.cells))
        }
        screen.show(map: map, line: line.text(status), now: status.seconds, final: final)
    }

    /// A scheduler that knows what ledger and files know.
    private func restoredScheduler(launch: String) throws -> Scheduler {
        let spec = open.plan.spec
        var settings = Scheduler.Settings()
        settings.sweep = spec.name
        settings.coordinator = launch
        settings.launch = launch
        if !["auto", "inherit"].contains(plan.options.blasCore) {
            settings.blasCore = plan.options.blasCore
        }
        settings.rule = spec.phaseRule
        settings.stop = spec.stop
        settings.record = spec.record
        var scheduler = Scheduler(open.plan.cells.map(\.definition), settings: settings)
        let verified = Set(
            open.table.rows.filter { $0.status.verdict != nil }.map(\.cell.id))
        for id in verified { scheduler.restoreVerified(id) }
        for (cell, reason) in open.table.failed { scheduler.restoreFailed(cell.id, reason: reason) }
        let checkpoints = try open.usableCheckpoints()
        for (id, checkpoint) in checkpoints { scheduler.restoreCheckpoint(id, checkpoint) }
        let history = Dictionary(grouping: try open.ledger.attempts(), by: \.id.cell)
        for (id, attempts) in history {
            scheduler.restore(
                id, lastAttempt: attempts.map(\.id.attempt).max() ?? 0,
                failures: Dictionary(
                    uniqueKeysWithValues: attempts.filter { $0.outcome == "failed" }.map {
                        ($0.id.attempt, $0.process.host)
                    }),
                losses: Dictionary(
                    uniqueKeysWithValues: attempts.filter {
                        $0.outcome == "lost" && $0.id.attempt >= checkpoints[id]?.attempt ?? 0
                    }.map { ($0.id.attempt, $0.process.host) }),
                owners: Dictionary(
                    uniqueKeysWithValues: attempts.map { ($0.id.attempt, $0.slot) }))
            for attempt in attempts where attempt.endedAt == nil {
                try restore(attempt, verified.contains(id), &scheduler)
            }
        }
        return scheduler
    }

    /// An attempt without an end was in a slot's hands: the slot may still be at it, unless its process is gone.
    private func restore(
        _ attempt: LedgerAttempt, _ isVerified: Bool, _ scheduler: inout Scheduler
    ) throws {
        if isVerified {
            // The file was published, the end of the attempt not yet written down.
            try open.ledger.write(.end(attempt.id, .stored, reason: ""))
        } else if attempt.process.isGone == true {
            try open.ledger.write(
                .end(attempt.id, .released, reason: "its process ended with the coordinator"))
        } else {
            scheduler.restoreLease(
                attempt.id, slot: attempt.slot, process: attempt.process, now: 0)
        }
    }
}
