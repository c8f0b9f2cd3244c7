import Core
import Training

/// A lease that passed its checks: what the trainer needs.
struct TrainingJob: Sendable, Equatable {
    /// The attempt.
    var attempt: AttemptID
    /// The sweep it belongs to.
    var sweep: String
    /// The cell.
    var definition: CellDefinition
    /// The rule that crossings are found with.
    var rule: PhaseRule
    /// When to stop.
    var stop: StopPolicy
    /// What to record.
    var record: RecordRequest
    /// Where to go on, nil for step 0.
    var checkpoint: Checkpoint?
    /// Whose state that is, in the coordinator's words.
    var stateFrom: String?
    /// The images that the cell's task is made of, once they are read; nil for all other tasks.
    var images: Images?
    /// The parameters that the cell's file gives, once it is read; nil where there is no file.
    var given: GivenParameters?

    /// A cell to train, taken on trust.
    init(
        attempt: AttemptID, sweep: String, definition: CellDefinition, rule: PhaseRule,
        stop: StopPolicy, record: RecordRequest
    ) {
        self.attempt = attempt
        self.sweep = sweep
        self.definition = definition
        self.rule = rule
        self.stop = stop
        self.record = record
    }

    /// Checks a lease: the definition must be the cell it claims to be, for this build.
    ///
    /// - Throws: `WorkerFailure` with the reason that goes back to the coordinator.
    init(_ lease: Lease, sweep: String) throws(WorkerFailure) {
        let cell = lease.attempt.cell
        guard CellID(canonicalConfiguration: lease.definition) == cell else {
            throw WorkerFailure(
                "lease", subject: cell.short, why: "the definition does not hash to the cell")
        }
        do {
            definition = try CellDefinition(parsing: lease.definition)
        } catch {
            throw WorkerFailure("lease", subject: cell.short, why: "\(error)")
        }
        guard definition.id == cell else {
            throw WorkerFailure(
                "lease", subject: cell.short,
                why: "this build reads the definition as another cell, \(definition.id.short)",
                hint: "use a worker and a coordinator of one version")
        }
        try TrainingJob.checkVersion(of: definition)
        attempt = lease.attempt
        self.sweep = sweep
        rule = lease.rule
        stop = lease.stop
        record = lease.record
    }

    /// - Throws: `WorkerFailure` when the cell is one that an earlier version trained otherwise.
    static func checkVersion(of definition: CellDefinition) throws(WorkerFailure) {
        guard !definition.isCurrent else { return }
        throw WorkerFailure(
            "train", subject: definition.id.short,
            why: "science version \(definition.scienceVersion) trained such a cell otherwise than"
                + " version \(definition.configuration.scienceVersion), which this build trains",
            hint: "drop science_version, or use an earlier grokmap")
    }

    /// What a checkpoint of this training says of itself.
    func origin(engine: String, blasCore: String) -> Checkpoint.Origin {
        Checkpoint.Origin(
            cell: attempt.cell, rule: rule, stop: stop, record: record, engine: engine,
            blasCore: blasCore)
    }
}
