import Core
import HDF5

/// Which cell a file must be.
enum CellExpectation {
    /// Any.
    case any
    /// The one with this identity.
    case id(CellID)
    /// This one, whose config need not be parsed once more.
    case definition(CellDefinition)

    /// The identity, nil for any.
    var id: CellID? {
        switch self {
        case .any: nil
        case .id(let id): id
        case .definition(let definition): definition.id
        }
    }
}

/// Reads a cell file and refuses whatever the schema does not allow.
///
/// It opens everything by name and lists nothing: HDF5 1.10.8 ends the process when it iterates over a group whose link
/// heap is damaged (`H5G__link_release_table` frees what it never read), where opening by name is an error.
struct CellFileReader {
    private let root: Group
    private let attributes: Attributes
    private let expected: CellExpectation

    init(root: Group, expecting expected: CellExpectation) {
        self.root = root
        attributes = root.attributes
        self.expected = expected
    }

    /// Attributes and curves; `split`, `targets` and the tensors of `parameters` are left empty.
    func summary() throws -> CellSummary {
        try checkSchema()
        let definition = try definition()
        let layout = try parameterLayout()
        let outcome = CellOutcome(
            curve: try curve(), rule: try rule(), trainCrossing: try crossing("train_step"),
            validationCrossing: try crossing("validation_step"), clocks: try clocks(),
            prediction: try prediction(),
            reachable: try attributes.contains(Schema.reachable)
                ? attributes.value(Schema.reachable) : nil,
            stopReason: try stopReason(),
            stepsRun: try integer("steps_run"),
            evaluationInterval: try integer("evaluation_interval"),
            split: ExampleSplit(train: [], validation: []),
            targets: nil,
            parameters: layout.steps.map { ParameterSnapshot(step: $0, tensors: []) },
            chosenTensors: layout.chosen
        ).bracketed
        try checkVerdict(outcome)
        return CellSummary(
            definition: definition, outcome: outcome, provenance: try provenance())
    }

    /// The whole cell: what a summary leaves out is read and put in.
    func complete(_ summary: CellSummary) throws -> StoredCell {
        var outcome = summary.outcome
        let group = try root.group("split")
        outcome.split = try split(group)
        if try group.contains("targets") {
            let targets = try group.dataset("targets")
            outcome.targets = NamedTensor(
                name: "targets", shape: try targets.checkedShape(axes: 2),
                values: try targets.values())
        }
        let layout = try parameterLayout()
        outcome.parameters = try layout.steps.map { step in
            let below = try root.group("parameters").group(String(step))
            return ParameterSnapshot(
                step: step,
                tensors: try layout.tensors.map { name in
                    let tensor = try below.dataset(name)
                    return NamedTensor(
                        name: name, shape: try tensor.checkedShape(), values: try tensor.values())
                })
        }
        return StoredCell(
            definition: summary.definition, outcome: outcome, provenance: summary.provenance)
    }

    /// The split, of which a task of images has no inputs, and a task without classes values in place of labels.
    private func split(_ group: Group) throws -> ExampleSplit {
        var split = ExampleSplit(
            train: try group.dataset("train").column(),
            validation: try group.dataset("validation").column())
        if try group.contains("inputs") {
            let inputs = try group.dataset("inputs")
            let width = try inputs.checkedShape(axes: 2)[1]
            if try inputs.elementType() == Float.elementType {
                split.features = try inputs.values()
                split.featuresPerExample = width
            } else {
                split.inputs = try inputs.values()
                split.symbolsPerExample = width
            }
        }
        if try group.contains("values") {
            let values = try group.dataset("values")
            split.valuesPerExample = try values.checkedShape(axes: 2)[1]
            split.values = try values.values()
        } else {
            split.labels = try group.dataset("labels").column()
        }
        return split
    }

    /// Checks that split, targets and parameters are there in the right shapes, without reading them.
    func checkBulk() throws {
        let group = try root.group("split")
        let examples =
            try group.contains("values")
            ? try group.dataset("values").checkedShape(axes: 2)[0]
            : try group.dataset("labels").checkedShape(axes: 1)[0]
        if try group.contains("inputs") {
            let rows = try group.dataset("inputs").checkedShape(axes: 2)[0]
            guard rows == examples else {
                throw Mismatch("split: \(rows) rows of inputs for \(examples) examples")
            }
        }
        let used = try ["train", "validation"].reduce(0) {
            try $0 + group.dataset($1).checkedShape(axes: 1)[0]
        }
        guard used <= examples else {
            throw Mismatch("split: \(used) rows are used of \(examples)")
        }
        if try group.contains("targets") {
            _ = try group.dataset("targets").checkedShape(axes: 2)
        }
        let layout = try parameterLayout()
        for step in layout.steps {
            let below = try root.group("parameters").group(String(step))
            for name in layout.tensors { _ = try below.dataset(name).checkedShape() }
        }
    }

    // MARK: Identity

    private func checkSchema() throws {
        guard try attributes.contains("schema") else {
            throw Mismatch("not a cell file: it has no schema attribute")
        }
        let schema = try attributes.string("schema")
        guard schema == Schema.cell else {
            throw Mismatch(
                "its schema is \(schema), not \(Schema.cell)",
                hint: "use the version of grokmap that wrote it")
        }
        guard try attributes.contains("complete"), try integer("complete") == 1 else {
            throw Mismatch("incomplete: it was not written to its end")
        }
    }

    private func definition() throws -> CellDefinition {
        let definition = try parsedDefinition()
        guard try attributes.value("seed", as: Int64.self) == Int64(definition.seed) else {
            throw Mismatch("its seed is not that of its config")
        }
        try checkCoordinate(definition)
        return definition
    }

    /// No checksum covers a scalar, but it says what an attribute says too.
    private func checkCoordinate(_ definition: CellDefinition) throws {
        guard try root.contains(Schema.coordinate) else { return }
        let dataset = try root.dataset(Schema.coordinate)
        _ = try dataset.checkedShape(axes: 0)
        guard try dataset.readStrings() == [definition.id.hex] else {
            throw Mismatch("its coordinate is not its identity")
        }
    }

    private func parsedDefinition() throws -> CellDefinition {
        let claimed = try attributes.string("cell")
        guard let id = CellID(hex: claimed) else {
            throw Mismatch("\"\(claimed)\" is no cell identity")
        }
        if let expected = expected.id, expected != id {
            throw Mismatch("it is cell \(id.short), not \(expected.short)")
        }
        let text = try attributes.string("config")
        if case .definition(let known) = expected, text == known.canonicalText { return known }
        let actual = CellID(canonicalConfiguration: text)
        guard actual == id else {
            throw Mismatch("its config is that of cell \(actual.short), not of \(id.short)")
        }
        let definition: CellDefinition
        do {
            definition = try CellDefinition(parsing: text)
        } catch {
            throw Mismatch("config: \(error.problem)", hint: error.hint)
        }
        guard definition.canonicalText == text else {
            throw Mismatch("its config is not in canonical form")
        }
        return definition
    }

    private func provenance() throws -> CellProvenance {
        CellProvenance(
            sweep: try attributes.string("sweep"), worker: try attributes.string("worker"),
            host: try attributes.string("host"), attempt: try integer("attempt"),
            engine: try attributes.string("engine"),
            blasCore: try attributes.string("blas_core"),
            started: try attributes.string("started"), finished: try attributes.string("finished"),
            wallSeconds: try attributes.value("wall_seconds"),
            stateFrom: try attributes.contains("state_from")
                ? attributes.string("state_from") : nil)
    }

    // MARK: Run

    private func rule() throws -> PhaseRule {
        try PhaseRule(ofFile: try attributes.string("phase_rule"))
    }

    private func stopReason() throws -> StopReason {
        let text = try attributes.string("stop_reason")
        guard let reason = StopReason(rawValue: text) else {
            throw Mismatch("unknown stop_reason \"\(text)\"")
        }
        return reason
    }

    private func crossing(_ name: String) throws -> Crossing? {
        guard try attributes.contains(name) else { return nil }
        let step = try integer(name)
        let bracket = "\(name)_not_before"
        guard try attributes.contains(bracket) else { return Crossing(step: step) }
        let notBefore = try integer(bracket)
        // Said here, because brackets of older files are widened when they are read.
        guard (0...step).contains(notBefore) else {
            let end = try integer("steps_run")
            throw Mismatch("\(name) \(step) is not bracketed by \(notBefore) and \(end)")
        }
        return Crossing(step: step, notBefore: notBefore)
    }

    private func clocks() throws -> [ClockReading] {
        guard try attributes.contains(Schema.clocks) else { return [] }
        return try ClockText.readings(try attributes.string(Schema.clocks))
    }

    private func prediction() throws -> EarlyVerdict? {
        guard try attributes.contains(Schema.prediction) else { return nil }
        let text = try attributes.string(Schema.prediction)
        let value: Double = try attributes.value(Schema.predictionValue)
        guard let verdict = EarlyVerdict(text: text, value: value) else {
            throw Mismatch("\(Schema.prediction) \"\(text)\" is no cut")
        }
        return verdict
    }

    private func checkVerdict(_ outcome: CellOutcome) throws {
        let stored = try attributes.string("phase")
        let verdict = outcome.verdict
        guard stored == verdict.phase.name else {
            throw Mismatch(
                "its phase is \(stored), but its crossings make it \(verdict.phase.name)")
        }
    }

    private func curve() throws -> Curve {
        var curve = Curve()
        let steps: [Int64] = try root.dataset("step").column()
        curve.steps = steps.map(Int.init)
        curve.trainLoss = try column(.trainLoss)
        curve.trainAccuracy = try column(.trainAccuracy)
        curve.validationLoss = try column(.validationLoss)
        curve.validationAccuracy = try column(.validationAccuracy)
        for name in try attributes.string("measures").split(separator: " ") {
            guard let measure = Measure(name: String(name)) else {
                throw Mismatch("unknown measure \"\(name)\"")
            }
            curve.measures.append(try measured(measure))
        }
        curve.earlyTrainLoss = try column(.earlyTrainLoss)
        return curve
    }

    private func measured(_ measure: Measure) throws -> MeasuredCurve {
        let dataset = try root.dataset(measure.name)
        let attributes = dataset.attributes
        let every =
            try attributes.contains(Schema.every)
            ? Int(try attributes.value(Schema.every, as: Int64.self)) : nil
        guard every.map(MeasureRequest.intervals.contains) ?? true else {
            throw Mismatch("\(measure.name): its interval is out of range")
        }
        var measured = MeasuredCurve(MeasureRequest(measure, every: every), values: [])
        if !measured.request.followsCurve {
            let steps: [Int64] = try root.dataset(Schema.ownSteps(measure)).column()
            measured.ownSteps = steps.map(Int.init)
        }
        if measure.shape == .scalar {
            measured.values = try dataset.column()
        } else {
            measured.width = try dataset.checkedShape(axes: 2)[1]
            measured.values = try dataset.values()
        }
        return measured
    }

    private func column(_ column: CurveColumn) throws -> [Double] {
        try root.dataset(column.name).column()
    }

    // MARK: Parameters

    private func parameterLayout() throws -> (
        steps: [Int], tensors: [String], chosen: [String]?
    ) {
        guard try root.contains("parameters") else { return ([], [], nil) }
        let attributes = try root.group("parameters").attributes
        let steps = try attributes.values("steps", as: Int64.self)
        func names(_ attribute: String) throws -> [String] {
            try attributes.string(attribute).split(separator: " ").map(String.init)
        }
        return (
            steps.map(Int.init), try names("tensors"),
            try attributes.contains("chosen") ? try names("chosen") : nil
        )
    }

    private func integer(_ name: String) throws -> Int {
        Int(try attributes.value(name, as: Int64.self))
    }
}

extension Dataset {
    /// The extent, of so many axes where that is given, small enough to be read into memory.
    fileprivate func checkedShape(axes: Int? = nil) throws -> [Int] {
        let shape = try shape()
        if let axes, shape.count != axes {
            throw Mismatch("\(path) has \(shape.count) axes, not \(axes)")
        }
        // Eight bytes is the widest element there is.
        var bytes = 8
        for extent in shape {
            let (product, overflow) = bytes.multipliedReportingOverflow(by: extent)
            guard !overflow, product <= Schema.largestDataset else {
                throw Mismatch("\(path) claims a shape of \(shape)")
            }
            bytes = product
        }
        return shape
    }

    /// All values, of exactly the type that the schema gives them.
    fileprivate func values<T: Element>() throws -> [T] {
        guard try elementType() == T.elementType else {
            throw Mismatch("\(path) is not of type \(T.elementType)")
        }
        _ = try checkedShape()
        return try read()
    }

    /// All values of an array with one axis.
    fileprivate func column<T: Element>() throws -> [T] {
        _ = try checkedShape(axes: 1)
        return try values()
    }
}
