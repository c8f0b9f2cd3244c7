import Core
import Foundation
import Logging
import System

/// Keeps one process per slot alive until all of them have left.
struct Supervisor {
    /// What it is to keep alive.
    struct Plan: Sendable {
        /// Number of slots.
        var slots: Int
        /// Arguments of every slot, without its number.
        var arguments: [String]
        /// Environment of every slot.
        var environment: [String: String]
        /// The CPUs that each slot is kept on; nothing for any.
        var places: [[Int]] = []
        /// Whom to tell that all goes well, nil for nobody.
        var notifier: ServiceNotifier?
        /// When slots are to hand over what they hold, because the machine's wall time ends soon; nil for never.
        var drainAfter: Duration?
    }

    private let plan: Plan
    private let logger: Logger
    private let signals: Int32
    private let clock = SuspendingClock()
    private let origin: SuspendingClock.Instant
    private var slots: [Slot]
    private var policy = SignalPolicy()
    private var isDraining = false
    private var killAt: Duration?
    /// When the service manager is to hear from us.
    private var nextSign: Duration?

    /// How long slots may take to give everything back when they are told to stop.
    private static let stopGrace = Duration.seconds(5)

    private struct Slot {
        var child: SlotChild?
        var policy = RestartPolicy()
        var startAt: Duration?
        /// How the process before ended, once there was one.
        var predecessor: ChildExit?
        /// Set once the slot is not started again.
        var ended: Int32?
    }

    /// A supervisor that has started nothing yet; from here on signals are its business.
    init(_ plan: Plan, logger: Logger) throws(WorkerFailure) {
        self.plan = plan
        self.logger = logger
        // Whoever started this process may watch a descriptor for its end; a slot that lives on must not hold it open.
        PrivatePipe.keepDescriptorsFromChildren()
        signals = try SignalPipe.open(ControlThread.signals + [SIGCHLD])
        origin = clock.now
        slots = Array(repeating: Slot(startAt: .zero), count: plan.slots)
    }

    private var children: [SlotChild] { slots.compactMap(\.child) }

    private var now: Duration { clock.now - origin }

    /// Runs until no slot is left.
    ///
    /// - Returns: the exit code of the program.
    mutating func run() throws(WorkerFailure) -> Int32 {
        while slots.contains(where: { $0.ended == nil }) {
            try startDue()
            giveSignOfLife()
            var item = pollfd(fd: signals, events: Int16(POLLIN), revents: 0)
            _ = poll(&item, 1, waitMilliseconds())
            for signal in SignalPipe.read(signals) where signal != SIGCHLD { obey(signal) }
            reap()
            if let after = plan.drainAfter, now >= after, !isDraining {
                drain("the wall time ends soon: draining")
            }
            if let killAt, now >= killAt {
                self.killAt = nil
                for child in children { child.kill() }
            }
        }
        return SlotExit.summary(slots.compactMap(\.ended))
    }

    /// Tells the service manager, first that the slots are started, then that this loop goes round.
    private mutating func giveSignOfLife() {
        guard let notifier = plan.notifier else { return }
        if nextSign == nil { notifier.ready("\(plan.slots) slots") }
        guard now >= nextSign ?? .zero else { return }
        notifier.giveSignOfLife()
        nextSign = now + .seconds(notifier.interval ?? 1e6)
    }

    private mutating func startDue() throws(WorkerFailure) {
        for number in slots.indices {
            guard let due = slots[number].startAt, due <= now else { continue }
            slots[number].startAt = nil
            let before = slots[number].predecessor.map { ["--predecessor", "\($0)"] } ?? []
            let cpus = plan.places.indices.contains(number) ? plan.places[number] : []
            let place =
                cpus.isEmpty ? [] : ["--cpus", cpus.map(String.init).joined(separator: ",")]
            slots[number].child = try SlotChild(
                arguments: plan.arguments + ["--slot", "\(number)"] + before + place,
                environment: plan.environment, now: now)
        }
    }

    private func waitMilliseconds() -> Int32 {
        let drainAt = isDraining ? nil : plan.drainAfter
        let due = (slots.compactMap(\.startAt) + [killAt, drainAt, nextSign].compactMap(\.self))
            .min()
        guard let due else { return -1 }
        return Int32(min(1e9, max(0, ((due - now) / .milliseconds(1)).rounded(.up))))
    }

    private mutating func obey(_ signal: Int32) {
        switch policy.signalled(signal, at: now) {
        case .ignore: break
        case .drain:
            drain("signal \(signal): draining; a second one stops at once")
        case .stop:
            logger.warning("signal \(signal): stopping")
            for child in children { child.say("stop") }
            killAt = now + Supervisor.stopGrace
        }
    }

    private mutating func drain(_ why: String) {
        logger.info("\(why)")
        plan.notifier?.stopping()
        isDraining = true
        for child in children { child.say("drain") }
        for number in slots.indices where slots[number].startAt != nil {
            slots[number].startAt = nil
            slots[number].ended = 0
        }
    }

    private mutating func reap() {
        var status: Int32 = 0
        while true {
            let pid = waitpid(-1, &status, WNOHANG)
            guard pid > 0 else { return }
            guard let number = slots.firstIndex(where: { $0.child?.pid == pid }),
                let child = slots[number].child
            else { continue }
            slots[number].child = nil
            slots[number].predecessor = ChildExit(status: status)
            ended(number, ChildExit(status: status), ranFor: now - child.startedAt)
        }
    }

    private mutating func ended(_ number: Int, _ exit: ChildExit, ranFor: Duration) {
        let decision = slots[number].policy.decide(
            exit, ranFor: ranFor, jitter: Double.random(in: 0..<1))
        switch (decision, exit) {
        case (.leave, .code(let code)):
            slots[number].ended = code
        case (.restart(let wait), _) where !isDraining:
            let seconds = (wait / .milliseconds(100)).rounded() / 10
            logger.warning("slot \(number) died (\(exit)): starting it again in \(seconds) s")
            slots[number].startAt = now + wait
        case (.giveUp, _):
            logger.error("slot \(number) died (\(exit)) too often: giving it up")
            slots[number].ended = SlotExit.crashedCode
        case (.restart, _), (.leave, .signal):
            logger.warning("slot \(number) died (\(exit))")
            slots[number].ended = SlotExit.crashedCode
        }
    }
}
