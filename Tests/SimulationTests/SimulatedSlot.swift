import Core

@testable import Coordinator
@testable import Worker

/// A slot process: a real link, and a trainer that takes its time.
struct SimulatedSlot {
    /// What the trainer is at.
    struct Training {
        var job: TrainingJob
        var since: Double
        var hangs = false
    }

    let worker: String
    let host: String
    let launch: String?
    /// Steps a second.
    let speed: Double
    /// Counts process starts and whatever else makes plans of before void.
    var life = 0
    var incarnation = 0
    var isAlive = false
    /// Gone for good: nobody starts it again.
    var isRetired = false
    var link: SlotLink?
    var startedAt = 0.0
    var connection: Connection?
    var training: Training?
    var frozenUntil = 0.0
    /// Messages and wakes that wait for a frozen process.
    var waiting: [Simulation.Action] = []
    var wakeAt = Double.infinity

    var blasCore: String { host == "host1" ? "Zen" : "Haswell" }
    var id: SlotID { SlotID(worker: worker, slot: 0, incarnation: "\(incarnation)") }

    /// How far the training is.
    func step(at now: Double) -> Int {
        guard let training else { return 0 }
        let first = training.job.checkpoint?.step ?? 0
        return training.hangs ? first : first + Int((now - training.since) * speed)
    }
}

extension Simulation {
    /// The budget of the sample cells, in steps.
    static let budget = 100_000

    func addSlot(host: String, launch: String?) {
        let mean = Double(Simulation.budget) / 2 / world.trainingSeconds
        slots.append(
            SimulatedSlot(
                worker: "w\(slots.count)", host: host, launch: launch,
                speed: mean * random.uniform(0.5, 2)))
    }

    /// The step at which a cell is decided: somewhere in its budget, the same for every attempt.
    private func lastStep(of cell: CellID) -> Int {
        let digits = Int(cell.hex.prefix(6), radix: 16) ?? 0
        return 1 + digits % Simulation.budget
    }

    // MARK: Life

    func begin(_ place: Int) {
        guard !slots[place].isAlive, !slots[place].isRetired else { return }
        slots[place].life += 1
        slots[place].incarnation += 1
        slots[place].isAlive = true
        slots[place].startedAt = now
        slots[place].frozenUntil = 0
        slots[place].waiting = []
        slots[place].training = nil
        slots[place].wakeAt = .infinity
        let slot = slots[place]
        let hello = Hello(
            worker: slot.worker, slot: 0, incarnation: "\(slot.incarnation)", host: slot.host,
            pid: Int32(slot.incarnation), processStamp: slot.worker, version: Grokmap.version,
            scienceVersion: Science.version, blasCore: slot.blasCore, launch: slot.launch,
            held: [])
        slots[place].link = SlotLink(
            settings: SlotLink.Settings(
                hello: hello, engine: "engine", patience: .seconds(600),
                longestBackoff: .seconds(10), stallAfter: .seconds(min(world.stallSeconds, 1e6)),
                seed: random.next(), read: trust))
        happen(place, .started)
    }

    /// Ends a process at once.
    func crash(_ place: Int, restartIn seconds: Double) {
        guard slots[place].isAlive else { return }
        slots[place].isAlive = false
        slots[place].life += 1
        slots[place].link = nil
        slots[place].training = nil
        if let connection = slots[place].connection { owners[connection] = nil }
        slots[place].connection = nil
        schedule(.begin(slot: place), in: seconds)
    }

    func freeze(_ place: Int, _ seconds: Double) {
        guard slots[place].isAlive, slots[place].frozenUntil <= now else { return }
        slots[place].frozenUntil = now + seconds
        slots[place].waiting = []
        schedule(.wake(slot: place, life: slots[place].life), in: seconds + 0.001)
    }

    func tellToGo(_ place: Int) {
        guard slots[place].isAlive, slots[place].frozenUntil <= now else { return }
        happen(place, .drain(reason: "told to go", handOver: true))
    }

    // MARK: Events

    func receive(_ place: Int, _ connection: Connection, _ message: Message) {
        guard slots[place].isAlive, slots[place].connection == connection else { return }
        guard slots[place].frozenUntil <= now else {
            slots[place].waiting.append(.toSlot(connection, message))
            return
        }
        happen(place, .received(message))
    }

    func wake(_ place: Int, _ life: Int) {
        guard slots[place].life == life, slots[place].frozenUntil <= now else { return }
        let waiting = slots[place].waiting
        slots[place].waiting = []
        for action in waiting {
            guard slots[place].life == life else { return }
            switch action {
            case .toSlot(let connection, let message): receive(place, connection, message)
            case .trained(_, _, let attempt): trained(place, life, attempt)
            case .checkpoint(_, _, let attempt): leaveCheckpoint(place, life, attempt)
            default: break
            }
        }
        guard slots[place].life == life else { return }
        if slots[place].wakeAt <= now { slots[place].wakeAt = .infinity }
        happen(place, .tick)
    }

    func trained(_ place: Int, _ life: Int, _ attempt: AttemptID) {
        guard slots[place].life == life, let training = slots[place].training,
            training.job.attempt == attempt
        else { return }
        guard slots[place].frozenUntil <= now else {
            slots[place].waiting.append(.trained(slot: place, life: life, attempt))
            return
        }
        if poison.contains(attempt.cell) {
            mishaps["poison took a slot down", default: 0] += 1
            crash(place, restartIn: random.uniform(1, 5))
            return
        }
        slots[place].training = nil
        if let why = failure(of: attempt, on: slots[place].host) {
            mishaps[why, default: 0] += 1
            happen(place, .trainingFailed(attempt, reason: why))
            return
        }
        // Small files and some of several pieces.
        let size = random.index(below: 20) == 0 ? 3 * FileChunk.largestPayload + 7 : 9000
        let file = ResultFile(path: "", size: size, sha256: String(repeating: "a", count: 64))
        happen(place, .trained(attempt, file))
    }

    private func failure(of attempt: AttemptID, on host: String) -> String? {
        if hopeless.contains(attempt.cell) { return "hopeless cell failed" }
        if let left = failuresLeft[attempt.cell] {
            guard left > 0, now < world.calmAfter else { return nil }
            failuresLeft[attempt.cell] = left - 1
            return "training failed"
        }
        return host == blackHole && now < world.calmAfter ? "black hole failed" : nil
    }

    func leaveCheckpoint(_ place: Int, _ life: Int, _ attempt: AttemptID) {
        guard slots[place].life == life, slots[place].training?.job.attempt == attempt else {
            return
        }
        guard slots[place].frozenUntil <= now else {
            slots[place].waiting.append(.checkpoint(slot: place, life: life, attempt))
            return
        }
        schedule(.checkpoint(slot: place, life: life, attempt), in: 8)
        if let sealed = checkpoint(place) { happen(place, .checkpoint(attempt, sealed)) }
    }

    private func checkpoint(_ place: Int) -> SealedCheckpoint? {
        guard let training = slots[place].training else { return nil }
        return SealedCheckpoint(
            Checkpoint(
                origin: training.job.origin(engine: "engine", blasCore: slots[place].blasCore),
                step: slots[place].step(at: now), seconds: 1, state: [1, 2, 3]))
    }

    // MARK: The link

    /// Lets something happen to a slot's link, and does what it says.
    private func happen(_ place: Int, _ event: LinkEvent) {
        guard var link = slots[place].link else { return }
        let life = slots[place].life
        if let training = slots[place].training {
            link.snapshot = Progress(
                attempt: training.job.attempt, step: slots[place].step(at: now))
        }
        let effects = link.handle(event, at: .seconds(now - slots[place].startedAt))
        slots[place].link = link
        for effect in effects {
            guard slots[place].life == life else { return }
            perform(effect, place)
        }
        guard slots[place].life == life, let due = slots[place].link?.deadline else { return }
        let at = slots[place].startedAt + due / .seconds(1) + 0.0001
        // A wake that comes too early finds nothing due and sets the next one.
        guard at < slots[place].wakeAt - 0.001 else { return }
        slots[place].wakeAt = at
        schedule(.wake(slot: place, life: life), in: at - now)
    }

    private func perform(_ effect: LinkEffect, _ place: Int) {
        switch effect {
        case .connect: slots[place].connection = newConnection(of: place)
        case .disconnect:
            if let connection = slots[place].connection { owners[connection] = nil }
            slots[place].connection = nil
        case .send(let message): say(place, message)
        case .sendChunk(let attempt, let file, let offset, let length):
            let chunk = FileChunk(
                attempt: attempt, offset: offset, size: file.size, sha256: file.sha256,
                payload: [])
            say(place, .resultChunk(chunk), length: length)
        case .train(let job): train(job, place)
        case .stopTraining(let attempt):
            guard slots[place].training?.job.attempt == attempt else { return }
            slots[place].training = nil
            happen(place, .trainingStopped(attempt))
        case .handOver(let attempt):
            guard slots[place].training?.job.attempt == attempt,
                let sealed = checkpoint(place)
            else { return }
            slots[place].training = nil
            happen(place, .handedOver(attempt, sealed))
        case .discard, .keep, .note: break
        case .exit(let exit): leave(place, exit)
        }
    }

    private func say(_ place: Int, _ message: Message, length: Int = 0) {
        guard let connection = slots[place].connection else { return }
        send(.toCoordinator(connection, message, length: length), slots[place].host)
    }

    private func train(_ job: TrainingJob, _ place: Int) {
        let hangs = happens("trainer hung", 0.003)
        if job.checkpoint != nil { mishaps["(began at a checkpoint)", default: 0] += 1 }
        slots[place].training = SimulatedSlot.Training(job: job, since: now, hangs: hangs)
        guard !hangs else { return }
        let steps = max(1, lastStep(of: job.attempt.cell) - (job.checkpoint?.step ?? 0))
        let life = slots[place].life
        schedule(
            .trained(slot: place, life: life, job.attempt),
            in: Double(steps) / slots[place].speed)
        schedule(.checkpoint(slot: place, life: life, job.attempt), in: 4)
    }

    /// A process ends by itself: its supervisor, or whoever told it to go, starts it again; one that was drained because the
    /// sweep is done, or whose coordinator has a successor, stays away.
    private func leave(_ place: Int, _ exit: SlotExit) {
        let link = slots[place].link
        if let connection = slots[place].connection {
            // The goodbye gets out before the socket closes; answers find nobody.
            owners[connection] = nil
        }
        slots[place].isAlive = false
        slots[place].life += 1
        slots[place].link = nil
        slots[place].training = nil
        slots[place].connection = nil
        if case .stalled = exit { mishaps["(hung trainer's process ended)", default: 0] += 1 }
        slots[place].isRetired = slots[place].launch != nil && link?.isDraining == true
        schedule(.begin(slot: place), in: random.uniform(2, 20))
    }
}
