import Core
import Testing

@testable import Coordinator

/// A scheduler under a clock that only tests move; every event is followed by a check of its invariants.
struct SchedulerBench {
    var scheduler: Scheduler
    var now = 0.0
    let cells: [CellDefinition]

    init(_ count: Int, _ change: (inout Scheduler.Settings) -> Void = { _ in }) throws {
        cells = try Sample.cells(count)
        var settings = Scheduler.Settings()
        settings.sweep = "tiny"
        settings.coordinator = "c1"
        change(&settings)
        scheduler = Scheduler(cells, settings: settings)
    }

    mutating func handle(
        _ event: SchedulerEvent, _ location: SourceLocation = #_sourceLocation
    ) -> [SchedulerEffect] {
        let effects = scheduler.handle(event, now: now)
        let broken = scheduler.brokenInvariant()
        #expect(broken == nil, sourceLocation: location)
        return effects
    }

    func attempt(_ place: Int, _ number: Int = 1) -> AttemptID {
        AttemptID(cell: cells[place].id, attempt: number)
    }

    func state(_ place: Int) -> Scheduler.CellState { scheduler.cells[place].state }

    /// The two effects of a lease, in their order.
    func leaseEffects(_ place: Int, _ number: Int, _ slot: TestSlot) -> [SchedulerEffect] {
        [
            .recordLease(attempt(place, number), slot.id, slot.process),
            .send(
                slot.connection,
                .lease(
                    Lease(
                        attempt: attempt(place, number), definition: cells[place].canonicalText,
                        rule: PhaseRule(), stop: .decided, record: RecordRequest()))),
        ]
    }

    func welcome(_ slot: TestSlot, abandon: [AttemptID] = []) -> SchedulerEffect {
        .send(
            slot.connection,
            .welcome(
                Welcome(
                    sweep: "tiny", coordinator: "c1", heartbeatSeconds: 2, leaseSeconds: 30,
                    abandon: abandon)))
    }

    /// The word that an attempt is of no use any more.
    func calledOff(_ attempt: AttemptID, _ slot: TestSlot) -> SchedulerEffect {
        .send(
            slot.connection,
            .resultAck(FileAck(attempt: attempt, state: .superfluous, offset: 0, credit: 0)))
    }

    /// Registers a slot and lets it ask for cells.
    mutating func join(_ slot: TestSlot, credit: Int = 1) -> [SchedulerEffect] {
        _ = handle(slot.hello())
        return handle(.request(slot.connection, credit: credit))
    }

    /// Lets a slot ask, fail on what it gets, and returns the effects of the failure.
    mutating func fail(_ slot: TestSlot, _ attempt: AttemptID) -> [SchedulerEffect] {
        handle(
            .release(slot.connection, Release(attempt: attempt, failed: true, reason: "NaN")))
    }
}

/// A slot as the scheduler sees it.
struct TestSlot {
    var id: SlotID
    var process: SlotProcess
    var connection: Connection
    var launch: String?
    var wallSeconds: Double?
    var predecessor: String?
    var owner: String?
    var blasCore = "Haswell"

    init(_ worker: String, _ incarnation: String = "i1", host: String = "node") {
        id = Sample.slot(worker, 0, incarnation)
        process = Sample.process(host, pid: 7)
        connection = Connection(bytes: Array("\(worker)-\(incarnation)".utf8))
    }

    func hello(_ held: [Hello.Held] = [], version: String = Grokmap.version) -> SchedulerEvent {
        .hello(
            connection,
            Hello(
                worker: id.worker, slot: id.slot, incarnation: id.incarnation,
                host: process.host, pid: process.pid, processStamp: process.stamp,
                version: version, scienceVersion: Science.version, blasCore: blasCore,
                launch: launch, held: held, wallSeconds: wallSeconds,
                predecessor: predecessor), owner: owner)
    }

    func progress(_ attempt: AttemptID?, step: Int = 0) -> SchedulerEvent {
        .progress(connection, Progress(attempt: attempt, step: step))
    }

    var recorded: SchedulerEffect { .recordSlot(id, process, blasCore: "Haswell", owner: owner) }
    var drained: (String) -> SchedulerEffect {
        { .send(connection, .drain(Drain(reason: $0))) }
    }
    var answered: SchedulerEffect { .send(connection, .progress(Progress())) }
}
