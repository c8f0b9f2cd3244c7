package import Core

/// Who trained a cell, when, and with what.
package struct CellProvenance: Sendable, Equatable, Codable {
    /// The sweep's name.
    package var sweep: String
    /// The worker's name.
    package var worker: String
    /// The machine's host name.
    package var host: String
    /// Which attempt at the cell this was, from 1.
    package var attempt: Int
    /// The engine and its version.
    package var engine: String
    /// The kernel set that OpenBLAS used.
    package var blasCore: String
    /// When training began, ISO 8601 in UTC.
    package var started: String
    /// When training ended, ISO 8601 in UTC.
    package var finished: String
    /// Seconds between the two, on a monotonic clock.
    package var wallSeconds: Double
    /// Whose state training resumed from, nil when it began at step 0.
    package var stateFrom: String?

    /// A provenance.
    package init(
        sweep: String, worker: String, host: String, attempt: Int, engine: String,
        blasCore: String, started: String, finished: String, wallSeconds: Double,
        stateFrom: String? = nil
    ) {
        self.sweep = sweep
        self.worker = worker
        self.host = host
        self.attempt = attempt
        self.engine = engine
        self.blasCore = blasCore
        self.started = started
        self.finished = finished
        self.wallSeconds = wallSeconds
        self.stateFrom = stateFrom
    }
}

/// Everything that a cell file holds.
package struct StoredCell: Sendable, Equatable {
    /// What was trained.
    package var definition: CellDefinition
    /// What training produced.
    package var outcome: CellOutcome
    /// Who trained it.
    package var provenance: CellProvenance

    /// A cell to store.
    package init(definition: CellDefinition, outcome: CellOutcome, provenance: CellProvenance) {
        self.definition = definition
        self.outcome = outcome
        self.provenance = provenance
    }
}

/// A cell file's attributes and curves: all that a phase, a figure or a ledger needs.
package struct CellSummary: Sendable, Equatable {
    /// What was trained.
    package let definition: CellDefinition
    /// What training produced, complete but for bulk: `split` and `targets` are empty, and `parameters` names the steps
    /// kept without their tensors. Phase rules and `RecordRequest.isSatisfied` work on it as on the whole.
    package let outcome: CellOutcome
    /// Who trained it.
    package let provenance: CellProvenance

    /// The identity of the cell.
    package var id: CellID { definition.id }

    /// The steps at which parameters were kept, ascending.
    package var parameterSteps: [Int] { outcome.parameters.map(\.step) }
}
