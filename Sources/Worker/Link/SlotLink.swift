import Core

/// What a slot says to the coordinator and when: a pure function of events and time.
///
/// The link thread feeds it events and performs its effects; it reads no clock, no socket and no file. Time is monotonic,
/// from any origin.
struct SlotLink: Sendable {
    /// What does not change while the slot lives.
    struct Settings: Sendable {
        /// The introduction, without what is held.
        var hello: Hello
        /// The coordinator's address, for messages.
        var coordinator = "its address"
        /// The engine that checkpoints must be of.
        var engine: String
        /// Silence after which the slot gives up.
        var patience: Duration
        /// Silence about a result or checkpoint after which it is sent, or asked for, again.
        var resendAfter: Duration = .seconds(5)
        /// How long an introduction may stay unanswered.
        var greetingPatience: Duration = .seconds(5)
        /// The longest wait between two attempts to connect.
        var longestBackoff: Duration
        /// When the slot's machine takes it away, from the same origin as all times here; nil when nobody said so.
        var wallTime: Duration?
        /// How long a trainer may be without a further step before its process is given up as hung.
        var stallAfter: Duration = .seconds(1200)
        /// Results that may wait for delivery before no more work is asked for.
        var mostWaitingResults = 2
        /// Seed of the jitter.
        var seed: UInt64
        /// Checks a lease of a sweep of this name.
        var read: @Sendable (Lease, String) throws(WorkerFailure) -> TrainingJob = {
            (lease, sweep) throws(WorkerFailure) in try TrainingJob(lease, sweep: sweep)
        }
    }

    /// How the slot stands with the coordinator.
    enum Connection: Sendable, Equatable {
        /// No socket until the time comes to connect.
        case waiting(until: Duration)
        /// Hello sent, no answer so far.
        case greeting(since: Duration)
        /// Welcome.
        case registered
    }

    /// What the trainer does.
    enum Trainer: Sendable, Equatable {
        case idle
        /// Free as yet: the cell's checkpoint is on its way.
        case fetching(CheckpointFetch)
        case training(AttemptID)
        /// Told to give up, not yet free.
        case stopping(AttemptID)

        /// The attempt it is at.
        var attempt: AttemptID? {
            switch self {
            case .idle: nil
            case .fetching(let fetch): fetch.job.attempt
            case .training(let attempt), .stopping(let attempt): attempt
            }
        }
    }

    /// What does not change.
    let settings: Settings
    /// How the slot stands with the coordinator.
    var connection = Connection.waiting(until: .zero)
    /// What the trainer does.
    var trainer = Trainer.idle
    /// Latest words of the trainer about the attempt it is at.
    var snapshot: Progress?
    /// Finished results without an acknowledgement, the first one being sent.
    var deliveries: [Delivery] = []
    /// Checkpoints of what is being trained, or was until it was handed over.
    var uploads = CheckpointUploads()
    /// An attempt that is given back as soon as its checkpoint has arrived.
    var handedOver: AttemptID?
    /// The last welcome.
    var welcome: Welcome?
    /// No more work is asked for.
    var isDraining = false
    /// Finished results in a row that could not be read any more.
    var lostResults = 0
    /// Why no cell can be trained here, once that is known: the slot ends as soon as it holds nothing.
    var brokenReason: String?
    /// The process is to end; nothing happens any more.
    var isOver = false
    /// Messages that meant nothing here.
    var ignoredMessages = 0
    /// Work was asked for and has not come.
    var hasRequested = false

    /// The attempt and step the trainer was last seen at, and since when.
    private var lastStep: (attempt: AttemptID, step: Int, since: Duration)?
    var lastHeard: Duration = .zero
    var nextHeartbeat: Duration = .zero
    var requestedAt: Duration = .zero
    var heartbeatsSent = 0
    var heartbeatsAnswered = 0
    var unconfirmedReleases: [(release: Release, afterHeartbeat: Int)] = []
    /// Silence after which the log hears of it next.
    private var complaintAfter = SlotLink.firstComplaint
    private var backoff: Backoff
    private var jitter: RandomStream

    /// A link that has not begun.
    init(settings: Settings) {
        self.settings = settings
        backoff = Backoff(shortest: .milliseconds(200), longest: settings.longestBackoff)
        jitter = RandomStream(state: settings.seed)
    }

    /// Whether nothing is held: no training, no result waiting, nothing being handed over.
    var holdsNothing: Bool { trainer == .idle && deliveries.isEmpty && handedOver == nil }

    /// The attempt in this slot's hands that has no result yet.
    var current: AttemptID? {
        switch trainer {
        case .idle, .stopping: handedOver
        case .fetching(let fetch): fetch.job.attempt
        case .training(let attempt): attempt
        }
    }

    /// When the next tick is due, nil once it is over.
    var deadline: Duration? {
        guard !isOver else { return nil }
        var due = lastHeard + settings.patience
        if let lastStep { due = min(due, lastStep.since + settings.stallAfter) }
        switch connection {
        case .waiting(let until): due = min(due, until)
        case .greeting(let since): due = min(due, since + settings.greetingPatience)
        case .registered:
            due = min(due, nextHeartbeat, lastHeard + silenceLimit)
            let patience = settings.resendAfter
            if let first = deliveries.first { due = min(due, first.window.due(patience)) }
            if let upload = uploads.due(patience) { due = min(due, upload) }
            if case .fetching(let fetch) = trainer { due = min(due, fetch.due(patience)) }
        }
        return due
    }

    /// Takes in an event and says what is to be done.
    mutating func handle(_ event: LinkEvent, at now: Duration) -> [LinkEffect] {
        guard !isOver else { return [] }
        var effects: [LinkEffect] = []
        switch event {
        case .started:
            lastHeard = now
            connect(at: now, &effects)
        case .received(let message):
            lastHeard = now
            receive(message, at: now, &effects)
        case .malformed(let reason):
            ignore("unreadable message: \(reason)", &effects)
        case .tick:
            break
        case .trained(let attempt, let file):
            finishTraining(attempt, file, at: now, &effects)
        case .trainingFailed(let attempt, let reason):
            uploads.drop(attempt)
            guard trainer != .stopping(attempt) else {
                trainer = .idle
                break
            }
            trainer = .idle
            release(attempt, failed: true, reason: reason, &effects)
        case .scratchFailed(let attempt, let reason):
            breakDown(attempt, reason, &effects)
        case .resultLost(let attempt, let reason):
            loseResult(attempt, reason, at: now, &effects)
        case .trainingStopped(let attempt):
            if trainer == .training(attempt) || trainer == .stopping(attempt) { trainer = .idle }
            uploads.drop(attempt)
        case .checkpoint(let attempt, let checkpoint):
            keep(checkpoint, of: attempt, at: now, &effects)
        case .handedOver(let attempt, let checkpoint):
            handOver(attempt, checkpoint, at: now, &effects)
        case .startedOver(let attempt, let reason):
            effects.append(
                .note(.warning, "\(SlotLink.name(attempt)) begins at step 0: \(reason)"))
        case .remark(let attempt, let text):
            effects.append(.note(.warning, "\(SlotLink.name(attempt)): \(text)"))
        case .drain(let reason, let handOver):
            drain(reason, &effects)
            if handOver, case .training(let attempt) = trainer {
                effects.append(.handOver(attempt))
            }
        case .stop(let reason):
            stop(reason, &effects)
        }
        advance(at: now, &effects)
        return effects
    }

    /// Does whatever is due at this time in this state.
    private mutating func advance(at now: Duration, _ effects: inout [LinkEffect]) {
        guard !isOver else { return }
        if isDraining, holdsNothing {
            leave(brokenReason.map { .broken(reason: $0) } ?? .drained, reason: "drained", &effects)
            return
        }
        if let step = stalledStep(at: now) {
            leave(.stalled(step: step), reason: "", &effects)
            return
        }
        if now >= lastHeard + settings.patience {
            for delivery in deliveries { effects.append(.keep(delivery.file)) }
            leave(.lostCoordinator(registered: welcome != nil), reason: "", &effects)
            return
        }
        switch connection {
        case .waiting(let until):
            if now >= until { connect(at: now, &effects) }
        case .greeting(let since):
            if now >= since + settings.greetingPatience {
                complain(at: now, &effects)
                reconnect(at: now, &effects)
            }
        case .registered:
            guard now < lastHeard + silenceLimit else {
                effects.append(.note(.warning, "the coordinator is silent: connecting again"))
                reconnect(at: now, &effects)
                return
            }
            if now >= nextHeartbeat { heartbeat(at: now, &effects) }
            deliver(at: now, &effects)
            for chunk in uploads.chunks(at: now, resendAfter: settings.resendAfter) {
                effects.append(.send(.checkpoint(chunk)))
            }
            if case .fetching(let fetch) = trainer, now >= fetch.due(settings.resendAfter) {
                askAgain(at: now, &effects)
            }
            requestWork(at: now, &effects)
        }
    }

    /// The step that the trainer has not got beyond for too long, nil while it gets on.
    private mutating func stalledStep(at now: Duration) -> Int? {
        guard case .training(let attempt) = trainer else {
            lastStep = nil
            return nil
        }
        let step = snapshot?.attempt == attempt ? snapshot?.step ?? 0 : 0
        guard let last = lastStep, last.attempt == attempt, last.step == step else {
            lastStep = (attempt, step, now)
            return nil
        }
        return now >= last.since + settings.stallAfter ? step : nil
    }

    private var silenceLimit: Duration { .seconds((welcome?.leaseSeconds ?? 10) / 2) }
    private var repeatRequestAfter: Duration { .seconds(welcome?.leaseSeconds ?? 30) }

    private mutating func heartbeat(at now: Duration, _ effects: inout [LinkEffect]) {
        guard let welcome else { return }
        heartbeatsSent += 1
        nextHeartbeat = now + .seconds(welcome.heartbeatSeconds)
        guard let attempt = current else {
            effects.append(.send(.progress(Progress())))
            return
        }
        var progress = Progress(attempt: attempt)
        if let snapshot, snapshot.attempt == attempt { progress = snapshot }
        effects.append(.send(.progress(progress)))
    }

    private mutating func deliver(at now: Duration, _ effects: inout [LinkEffect]) {
        guard let first = deliveries.first else { return }
        let pieces = deliveries[0].window.pieces(at: now, resendAfter: settings.resendAfter)
        for piece in pieces {
            effects.append(
                .sendChunk(
                    first.attempt, first.file, offset: piece.offset, length: piece.length))
        }
    }

    private mutating func requestWork(at now: Duration, _ effects: inout [LinkEffect]) {
        guard !isDraining, trainer == .idle, deliveries.count < settings.mostWaitingResults
        else { return }
        // A credit is how many cells the slot can take, not how many more: saying it again is harmless and makes up for
        // a lease that was lost.
        guard !hasRequested || now >= requestedAt + repeatRequestAfter else { return }
        hasRequested = true
        requestedAt = now
        effects.append(.send(.request(Request(credit: 1))))
    }

    /// Opens a connection and introduces the slot with what it holds.
    private mutating func connect(at now: Duration, _ effects: inout [LinkEffect]) {
        effects.append(.connect)
        greet(at: now, &effects)
    }

    /// Says hello on the present connection.
    mutating func greet(at now: Duration, _ effects: inout [LinkEffect]) {
        var hello = settings.hello
        if let wallTime = settings.wallTime {
            hello.wallSeconds = max(0, (wallTime - now) / .seconds(1))
        }
        if let attempt = current {
            let step = snapshot?.attempt == attempt ? snapshot?.step : nil
            hello.held.append(.init(attempt: attempt, step: step ?? 0, finished: false))
        }
        for delivery in deliveries {
            hello.held.append(.init(attempt: delivery.attempt, step: 0, finished: true))
        }
        // Still claimed, so that the coordinator hears the reason and not merely that they are gone.
        for (release, _) in unconfirmedReleases {
            hello.held.append(.init(attempt: release.attempt, step: 0, finished: false))
        }
        hasRequested = false
        heartbeatsSent = 0
        heartbeatsAnswered = 0
        connection = .greeting(since: now)
        effects.append(.send(.hello(hello)))
    }

    private mutating func reconnect(at now: Duration, _ effects: inout [LinkEffect]) {
        effects.append(.disconnect)
        connection = .waiting(until: now + backoff.wait(jitter: jitter.uniform()))
    }

    /// Silence after which a person first hears of it, and the longest time between two such lines.
    private static let firstComplaint = Duration.seconds(5)
    private static let complaintInterval = Duration.seconds(60)

    /// Tells whoever reads the log that nobody answers: soon, and now and then after. The slots of a worker share their
    /// lot, so the first one speaks for all.
    private mutating func complain(at now: Duration, _ effects: inout [LinkEffect]) {
        let silence = now - lastHeard
        guard silence >= complaintAfter else { return }
        complaintAfter = silence + min(silence, SlotLink.complaintInterval)
        let left = (lastHeard + settings.patience - now).components.seconds
        let text =
            "no answer from \(settings.coordinator) for \(silence.components.seconds) s: nobody listens"
            + " there, the network does not let us through, or our key is not let in; giving up in"
            + " \(max(0, left)) s"
        effects.append(.note(settings.hello.slot == 0 ? .warning : .debug, text))
    }

    /// The time to the first heartbeat: at random, so that slots that registered together do not all beat together.
    mutating func firstBeat(_ seconds: Double) -> Duration {
        .seconds(seconds) * (0.5 + jitter.uniform() / 2)
    }

    /// The coordinator has answered: the next trouble begins with short waits again.
    mutating func resetBackoff() {
        backoff.reset()
        complaintAfter = SlotLink.firstComplaint
    }

    /// Counts a message that means nothing here.
    mutating func ignore(_ what: String, _ effects: inout [LinkEffect]) {
        ignoredMessages += 1
        effects.append(.note(.debug, "ignored: \(what)"))
    }
}
