/// What coordinator and slots say to each other; `docs/protocol.md` is the table of these.
package enum Message: Sendable, Equatable {
    /// Slot → coordinator: who it is and what it still holds. Sent on every (re)connection.
    case hello(Hello)
    /// Coordinator → slot: registered.
    case welcome(Welcome)
    /// Slot → coordinator: ready for this many cells.
    case request(Request)
    /// Coordinator → slot: train this cell.
    case lease(Lease)
    /// Slot → coordinator: alive, and how far; the coordinator answers with the same kind and no attempt.
    case progress(Progress)
    /// Slot → coordinator: a piece of a result file, as the message's payload.
    case resultChunk(FileChunk)
    /// Coordinator → slot: how much of a result has arrived, or what became of it.
    case resultAck(FileAck)
    /// Slot → coordinator: a piece of the state of an attempt that is being trained.
    case checkpoint(FileChunk)
    /// Coordinator → slot: how much of a checkpoint has arrived, or what became of it.
    case checkpointAck(FileAck)
    /// Slot → coordinator: it wants the piece at this offset of the checkpoint that its lease offers.
    case checkpointRequest(CheckpointRequest)
    /// Coordinator → slot: that piece.
    case checkpointChunk(FileChunk)
    /// Slot → coordinator: an attempt is given back untrained or has failed.
    case release(Release)
    /// Coordinator → slot: finish what you hold, ask for nothing more.
    case drain(Drain)
    /// Slot → coordinator: leaving, holding nothing.
    case goodbye(Goodbye)
    /// Coordinator → slot: not understood or not known.
    case reject(Reject)
    /// `grokmap explain` → coordinator of this machine: what of this?
    case explain(Explain)
    /// Coordinator → `grokmap explain`: that.
    case explanation(Explanation)
}

/// One execution of a cell, numbered from 1 within its cell.
package struct AttemptID: Sendable, Hashable, Codable {
    /// The cell.
    package var cell: CellID
    /// The attempt's number.
    package var attempt: Int

    /// An attempt.
    package init(cell: CellID, attempt: Int) {
        self.cell = cell
        self.attempt = attempt
    }
}

/// A slot introduces itself.
package struct Hello: Sendable, Equatable, Codable {
    /// An attempt the slot holds.
    package struct Held: Sendable, Equatable, Codable {
        /// The attempt.
        package var attempt: AttemptID
        /// The steps done so far.
        package var step: Int
        /// Whether its result file is ready to be sent.
        package var finished: Bool

        /// A held attempt.
        package init(attempt: AttemptID, step: Int, finished: Bool) {
            self.attempt = attempt
            self.step = step
            self.finished = finished
        }
    }

    /// The supervisor the slot belongs to: random, made once per supervisor start.
    package var worker: String
    /// Which of the supervisor's slots it is, from 0.
    package var slot: Int
    /// This process' start: random, made once per slot process.
    package var incarnation: String
    /// Host name.
    package var host: String
    /// Process id of the slot.
    package var pid: Int32
    /// The kernel's boot id and the process' start time, which make a pid unambiguous on a host.
    package var processStamp: String
    /// Version of grokmap.
    package var version: String
    /// Science version that the slot trains.
    package var scienceVersion: Int
    /// OpenBLAS core the slot computes with.
    package var blasCore: String
    /// The coordinator launch that spawned the slot, nil for one started by hand.
    package var launch: String?
    /// Attempts in flight or finished and not acknowledged.
    package var held: [Held]
    /// Seconds until the slot's machine takes it away, nil when nobody said so.
    package var wallSeconds: Double?
    /// The libraries that the slot's self-test ran with, for the record.
    package var libraries: String?
    /// How the process ended that was this slot before, nil for the first one: `signal 9`.
    package var predecessor: String?
    /// What was granted for the slot to run in, as whoever launched it names it: `slurm:1234_5`; nil for one started by hand.
    package var allocation: String?

    /// An introduction.
    package init(
        worker: String, slot: Int, incarnation: String, host: String, pid: Int32,
        processStamp: String, version: String, scienceVersion: Int, blasCore: String,
        launch: String?, held: [Held], wallSeconds: Double? = nil, libraries: String? = nil,
        predecessor: String? = nil, allocation: String? = nil
    ) {
        self.worker = worker
        self.slot = slot
        self.incarnation = incarnation
        self.host = host
        self.pid = pid
        self.processStamp = processStamp
        self.version = version
        self.scienceVersion = scienceVersion
        self.blasCore = blasCore
        self.launch = launch
        self.held = held
        self.wallSeconds = wallSeconds
        self.libraries = libraries
        self.predecessor = predecessor
        self.allocation = allocation
    }
}

/// A slot is registered.
package struct Welcome: Sendable, Equatable, Codable {
    /// Name of the sweep.
    package var sweep: String
    /// Identity of this coordinator process: a slot that sees it change registers again.
    package var coordinator: String
    /// Seconds between two progress messages.
    package var heartbeatSeconds: Double
    /// Seconds without a word after which a lease expires.
    package var leaseSeconds: Double
    /// Held attempts that are of no use any more: stop training them.
    package var abandon: [AttemptID]

    /// A registration.
    package init(
        sweep: String, coordinator: String, heartbeatSeconds: Double, leaseSeconds: Double,
        abandon: [AttemptID]
    ) {
        self.sweep = sweep
        self.coordinator = coordinator
        self.heartbeatSeconds = heartbeatSeconds
        self.leaseSeconds = leaseSeconds
        self.abandon = abandon
    }
}

/// A slot asks for work.
package struct Request: Sendable, Equatable, Codable {
    /// Cells it can take now.
    package var credit: Int

    /// A request.
    package init(credit: Int) { self.credit = credit }
}

/// A cell handed to a slot.
package struct Lease: Sendable, Equatable, Codable {
    /// The attempt.
    package var attempt: AttemptID
    /// Canonical text of the cell's definition; its SHA-256 is the cell's identity.
    package var definition: String
    /// The rule that crossings are found with.
    package var rule: PhaseRule
    /// When to stop.
    package var stop: StopPolicy
    /// What to record.
    package var record: RecordRequest
    /// Where the cell can be resumed, nil when it begins at step 0.
    package var checkpoint: CheckpointOffer?

    /// A lease.
    package init(
        attempt: AttemptID, definition: String, rule: PhaseRule, stop: StopPolicy,
        record: RecordRequest, checkpoint: CheckpointOffer? = nil
    ) {
        self.attempt = attempt
        self.definition = definition
        self.rule = rule
        self.stop = stop
        self.record = record
        self.checkpoint = checkpoint
    }
}

/// A sign of life.
package struct Progress: Sendable, Equatable, Codable {
    /// What is being trained, nil for an idle slot and for the coordinator.
    package var attempt: AttemptID?
    /// Steps done.
    package var step: Int
    /// Latest training loss, nil when not finite or not known.
    package var trainLoss: Double?
    /// Latest training accuracy.
    package var trainAccuracy: Double?
    /// Latest validation accuracy.
    package var validationAccuracy: Double?

    /// A sign of life.
    package init(
        attempt: AttemptID? = nil, step: Int = 0, trainLoss: Double? = nil,
        trainAccuracy: Double? = nil, validationAccuracy: Double? = nil
    ) {
        self.attempt = attempt
        self.step = step
        self.trainLoss = trainLoss.flatMap { $0.isFinite ? $0 : nil }
        self.trainAccuracy = trainAccuracy
        self.validationAccuracy = validationAccuracy
    }
}

/// An attempt given back.
package struct Release: Sendable, Equatable, Codable {
    /// The attempt.
    package var attempt: AttemptID
    /// Whether it failed, as opposed to being handed back unharmed.
    package var failed: Bool
    /// Why.
    package var reason: String

    /// A release.
    package init(attempt: AttemptID, failed: Bool, reason: String) {
        self.attempt = attempt
        self.failed = failed
        self.reason = reason
    }
}

/// No more work for this slot.
package struct Drain: Sendable, Equatable, Codable {
    /// Why.
    package var reason: String

    /// A drain.
    package init(reason: String) { self.reason = reason }
}

/// A slot leaves.
package struct Goodbye: Sendable, Equatable, Codable {
    /// Why.
    package var reason: String

    /// A farewell.
    package init(reason: String) { self.reason = reason }
}

/// A question about a cell, a slot, a worker or a host.
package struct Explain: Sendable, Equatable, Codable {
    /// The cell's identity, or the beginning of the slot's, worker's or host's name.
    package var subject: String

    /// A question.
    package init(subject: String) { self.subject = subject }
}

/// What the coordinator knows at this moment.
package struct Explanation: Sendable, Equatable, Codable {
    /// One thing a line; none when it knows of no such subject.
    package var lines: [String]

    /// An answer.
    package init(lines: [String]) { self.lines = lines }
}

/// Something was not accepted.
package struct Reject: Sendable, Equatable, Codable {
    /// What the slot should make of it.
    package enum Code: String, Sendable, Codable {
        /// The coordinator does not know this connection: say hello.
        case unknownSlot = "unknown-slot"
        /// The versions differ: do not come back.
        case version
        /// The message could not be read.
        case malformed
        /// The worker is not welcome (quarantined or refused): do not come back.
        case refused
    }

    /// The kind of rejection.
    package var code: Code
    /// One line for the log.
    package var reason: String

    /// A rejection.
    package init(code: Code, reason: String) {
        self.code = code
        self.reason = reason
    }
}
