import Core

/// Checks that a cell's parts agree with one another: what is written must be readable, what is read must make sense.
enum CellConsistency {
    /// - Throws: `Mismatch` saying which parts disagree.
    static func check(_ cell: StoredCell) throws(Mismatch) {
        try checkProvenance(cell.provenance)
        try checkRun(cell.outcome, budget: cell.definition.configuration.steps)
        try checkCurve(cell.outcome.curve, stepsRun: cell.outcome.stepsRun)
        try checkCrossings(cell.outcome)
        try checkSplit(cell.outcome.split, of: cell.definition.configuration)
        if let reachable = cell.outcome.reachable,
            reachable != cell.outcome.split.reachableAccuracy
        {
            throw Mismatch("reachable_accuracy is \(reachable), which is not that of its split")
        }
        try checkTargets(cell.outcome.targets)
        try checkParameters(cell.outcome.parameters, stepsRun: cell.outcome.stepsRun)
        try checkChosen(cell.outcome.chosenTensors, of: cell.outcome.parameters)
    }

    /// - Throws: `Mismatch` saying which parts disagree; what a summary leaves out is not looked at.
    static func check(_ summary: CellSummary) throws(Mismatch) {
        try checkProvenance(summary.provenance)
        try checkRun(summary.outcome, budget: summary.definition.configuration.steps)
        try checkCurve(summary.outcome.curve, stepsRun: summary.outcome.stepsRun)
        try checkCrossings(summary.outcome)
    }

    private static func checkProvenance(_ provenance: CellProvenance) throws(Mismatch) {
        for (name, text) in [
            ("sweep", provenance.sweep), ("worker", provenance.worker), ("host", provenance.host),
            ("engine", provenance.engine), ("blas_core", provenance.blasCore),
            ("started", provenance.started), ("finished", provenance.finished),
        ] where text.utf8.contains(0) {
            throw Mismatch("\(name) holds a zero byte")
        }
        guard provenance.attempt >= 0 else {
            throw Mismatch("attempt is \(provenance.attempt)")
        }
        guard provenance.wallSeconds.isFinite, provenance.wallSeconds >= 0 else {
            throw Mismatch("wall_seconds is \(provenance.wallSeconds)")
        }
    }

    private static func checkRun(_ outcome: CellOutcome, budget: Int) throws(Mismatch) {
        guard (0...budget).contains(outcome.stepsRun) else {
            throw Mismatch("steps_run is \(outcome.stepsRun) of a budget of \(budget)")
        }
        guard outcome.evaluationInterval >= 1 else {
            throw Mismatch("evaluation_interval is \(outcome.evaluationInterval)")
        }
        switch outcome.stopReason {
        case .budget where outcome.stepsRun != budget:
            throw Mismatch("stopped by its budget of \(budget) after \(outcome.stepsRun) steps")
        case .decided
        where outcome.readings.contains(where: { $0.train == nil || $0.validation == nil }):
            throw Mismatch("stopped as decided although a crossing is missing")
        case .predicted:
            guard let prediction = outcome.prediction, prediction.isHopeless,
                outcome.stepsRun >= prediction.cut?.steps ?? 0, outcome.trainCrossing != nil,
                outcome.validationCrossing == nil
            else { throw Mismatch("stopped as predicted, which nothing in it predicts") }
        case .unreachable where outcome.rule.unreachable(outcome) == nil:
            throw Mismatch("stopped as out of reach, which it was not")
        case .budget, .decided, .diverged, .settled, .unreachable, .cycled: break
        }
        guard outcome.prediction == nil || outcome.stopReason == .predicted else {
            throw Mismatch("a prediction did not end it")
        }
    }

    private static func checkCurve(_ curve: Curve, stepsRun: Int) throws(Mismatch) {
        let count = curve.steps.count
        let columns =
            [
                (CurveColumn.trainLoss.name, curve.trainLoss.count),
                (CurveColumn.trainAccuracy.name, curve.trainAccuracy.count),
                (CurveColumn.validationLoss.name, curve.validationLoss.count),
                (CurveColumn.validationAccuracy.name, curve.validationAccuracy.count),
            ]
        for (name, values) in columns where values != count {
            throw Mismatch("\(name) has \(values) values for \(count) steps")
        }
        guard Set(curve.measures.map(\.measure)).count == curve.measures.count else {
            throw Mismatch("a measure is recorded twice")
        }
        for measured in curve.measures {
            try checkMeasure(measured, curveSteps: count, stepsRun: stepsRun)
        }
        guard zip(curve.steps, curve.steps.dropFirst()).allSatisfy({ $0 < $1 }),
            curve.steps.first ?? 0 >= 0, curve.steps.last ?? 0 <= stepsRun
        else {
            throw Mismatch("the recorded steps do not ascend from 0 to at most \(stepsRun)")
        }
        guard curve.earlyTrainLoss.count <= stepsRun + 1 else {
            throw Mismatch(
                "\(CurveColumn.earlyTrainLoss.name) has \(curve.earlyTrainLoss.count) values "
                    + "after \(stepsRun) steps")
        }
    }

    private static func checkMeasure(
        _ measured: MeasuredCurve, curveSteps: Int, stepsRun: Int
    ) throws(Mismatch) {
        let name = measured.measure.name
        guard (measured.ownSteps == nil) == measured.request.followsCurve else {
            throw Mismatch("\(name) is recorded at other steps than were asked for")
        }
        let steps = measured.ownSteps?.count ?? curveSteps
        guard measured.width >= 0, measured.measure.shape != .scalar || measured.width == 1,
            measured.values.count == steps * measured.width
        else {
            throw Mismatch("\(name) has \(measured.values.count) values for \(steps) steps")
        }
        let own = measured.ownSteps ?? []
        guard zip(own, own.dropFirst()).allSatisfy({ $0 < $1 }), own.first ?? 0 >= 0,
            own.last ?? 0 <= stepsRun
        else {
            throw Mismatch("the steps of \(name) do not ascend from 0 to at most \(stepsRun)")
        }
    }

    private static func checkCrossings(_ outcome: CellOutcome) throws(Mismatch) {
        let readings = outcome.readings
        guard Set(readings.map(\.clock)).count == readings.count else {
            throw Mismatch("a clock is read twice")
        }
        for reading in readings {
            let clock = reading.clock
            try checkCrossing(
                "train", reading.train, outcome.curve.trainAccuracy, clock.trainAccuracy, clock,
                outcome)
            try checkCrossing(
                "validation", reading.validation, outcome.curve.validationAccuracy,
                clock.validationAccuracy, clock, outcome)
        }
    }

    /// With `sustain` 1 the curve holds every new maximum, so the first step at or over the threshold is the crossing.
    /// A sustained run need not be recorded whole, so of it only its beginning can be held against the curve.
    private static func checkCrossing(
        _ name: String, _ crossing: Crossing?, _ accuracies: [Double], _ threshold: Double,
        _ clock: Clock, _ outcome: CellOutcome
    ) throws(Mismatch) {
        let steps = outcome.curve.steps
        let first = accuracies.firstIndex { $0 >= threshold }.map { steps[$0] }
        if clock.sustain == 1 {
            guard crossing?.step == first else {
                throw Mismatch(
                    "\(name)_step is \(text(crossing?.step)) but \(name)_accuracy reaches "
                        + "\(threshold) at \(text(first))")
            }
        } else if let crossing {
            guard let first, first <= crossing.step else {
                throw Mismatch(
                    "\(name)_step is \(crossing.step) but \(name)_accuracy reaches \(threshold) "
                        + "at \(text(first))")
            }
        }
        guard let crossing else { return }
        guard (0...crossing.step).contains(crossing.notBefore), crossing.step <= outcome.stepsRun
        else {
            throw Mismatch(
                "\(name)_step \(crossing.step) is not bracketed by "
                    + "\(crossing.notBefore) and \(outcome.stepsRun)")
        }
    }

    private static func text(_ step: Int?) -> String { step.map { "step \($0)" } ?? "no step" }

    private static func checkSplit(
        _ split: ExampleSplit, of configuration: CellConfiguration
    ) throws(Mismatch) {
        try checkExamples(split, of: configuration)
        let examples = split.count
        var used = [Bool](repeating: false, count: examples)
        for (name, rows) in [("train", split.train), ("validation", split.validation)] {
            for row in rows {
                guard used.indices.contains(Int(row)) else {
                    throw Mismatch("split: \(name) holds example \(row) of \(examples)")
                }
                guard !used[Int(row)] else {
                    throw Mismatch("split: example \(row) is used twice")
                }
                used[Int(row)] = true
            }
        }
    }

    /// Examples are symbols or numbers, which of images are not kept; with labels or values.
    private static func checkExamples(
        _ split: ExampleSplit, of configuration: CellConfiguration
    ) throws(Mismatch) {
        let (task, symbols) = (configuration.task, configuration.symbols)
        guard split.symbolsPerExample == symbols?.places ?? 0,
            (split.featuresPerExample > 0)
                == (symbols == nil && task.kind != .images && task.kind != .polygons),
            (split.valuesPerExample > 0) == (task.classCount == nil)
        else {
            throw Mismatch("split: its examples are not of the task \(task.kind.rawValue)")
        }
        for (noun, count, width) in [
            ("symbols", split.inputs.count, split.symbolsPerExample),
            ("numbers", split.features.count, split.featuresPerExample),
            ("values", split.values.count, split.valuesPerExample),
        ] where count != split.count * width {
            throw Mismatch("split: \(count) \(noun) for \(split.count) examples of \(width) each")
        }
    }

    private static func checkTargets(_ targets: NamedTensor?) throws(Mismatch) {
        guard let targets else { return }
        guard targets.name == "targets", targets.shape.count == 2 else {
            throw Mismatch("targets: \(targets.name) has \(targets.shape.count) axes, not 2")
        }
    }

    private static func checkParameters(
        _ snapshots: [ParameterSnapshot], stepsRun: Int
    ) throws(Mismatch) {
        let steps = snapshots.map(\.step)
        guard zip(steps, steps.dropFirst()).allSatisfy({ $0 < $1 }), steps.first ?? 0 >= 0,
            steps.last ?? 0 <= stepsRun
        else {
            throw Mismatch("parameters: their steps do not ascend from 0 to at most \(stepsRun)")
        }
        guard let first = snapshots.first else { return }
        guard Set(first.tensors.map(\.name)).count == first.tensors.count else {
            throw Mismatch("parameters: a tensor is named twice")
        }
        for tensor in first.tensors {
            guard ParameterName.isValid(tensor.name), !tensor.shape.isEmpty else {
                throw Mismatch("parameters: \"\(tensor.name)\" cannot be stored")
            }
        }
        for snapshot in snapshots.dropFirst() {
            guard snapshot.tensors.map(\.name) == first.tensors.map(\.name),
                snapshot.tensors.map(\.shape) == first.tensors.map(\.shape)
            else {
                throw Mismatch("parameters: step \(snapshot.step) has other tensors than the first")
            }
        }
    }

    private static func checkChosen(
        _ chosen: [String]?, of snapshots: [ParameterSnapshot]
    ) throws(Mismatch) {
        guard let chosen else { return }
        let held = snapshots.first?.tensors.map(\.name)
        guard let held, Set(held).isSubset(of: chosen), chosen.allSatisfy(ParameterName.isValid)
        else { throw Mismatch("parameters: it holds others than were chosen") }
    }
}

/// Names of tensors double as HDF5 links and stand in a list separated by spaces.
enum ParameterName {
    static func isValid(_ name: String) -> Bool {
        !name.isEmpty && name != "." && name != ".."
            && name.utf8.allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: "/") && $0 != 0x7f }
    }
}
