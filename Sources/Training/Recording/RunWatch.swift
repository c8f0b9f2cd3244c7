import Core
import Theory

/// Watches a run: records its curve, finds its crossings, says when it is over.
struct RunWatch {
    private let problem: CellProblem
    private let rule: PhaseRule
    private let stop: StopPolicy
    private let kept: [RecordStep]
    private let chosenTensors: [String]?
    /// The validation accuracy that the split lets one expect at most; nil where every label occurs in training.
    private let reachable: Double?
    private var schedule: EvaluationSchedule
    private var recorder: CurveRecorder
    /// That of the rule first.
    private var clocks: [ClockTracker]
    private var snapshots: [ParameterSnapshot] = []
    /// Sum of squares of the parameters at the last kept step.
    private var squaredNorm = Double.nan
    /// Parameters are known to move until here.
    private var movesUntil = CurveRecorder.denseSteps
    /// Whether a longer budget would have looked for a standstill where this one was too near its end.
    private var isBudgetNear = false
    /// What the run's first steps say; nil before it is asked for.
    private var prediction: EarlyVerdict?
    private var cycle = CycleWatch()
    /// The latest evaluation of both whole sets.
    private(set) var latest = Evaluation(
        trainLoss: .nan, trainAccuracy: 0, validationLoss: .nan, validationAccuracy: 0)

    /// A watch over one run of a problem.
    init(_ problem: CellProblem, rule: PhaseRule, stop: StopPolicy, record: RecordRequest) {
        self.problem = problem
        self.rule = rule
        self.stop = stop
        kept = record.parameters
        chosenTensors = record.tensors
        reachable = problem.split.reachableAccuracy
        schedule = EvaluationSchedule(problem, rule: rule, clocks: record.clocks)
        recorder = CurveRecorder(problem, measures: record.measures)
        clocks = ([rule.clock] + record.clocks).map { ClockTracker($0) }
    }

    /// Whether both whole sets are to be evaluated at this step.
    func wantsEvaluation(_ step: Int) -> Bool {
        schedule.isDue(step) || step == problem.configuration.steps
    }

    /// Takes in what a step said; returns why the run ends here, or nil when it goes on.
    mutating func measure(_ result: StepResult, step: Int, model: some Model) -> StopReason? {
        recorder.noteEarly(result)
        var ending: StopReason?
        if let evaluation = result.evaluation {
            latest = evaluation
            schedule.note(evaluation, step: step)
            for place in clocks.indices {
                clocks[place].observe(
                    train: evaluation.trainAccuracy, validation: evaluation.validationAccuracy,
                    step: step)
            }
            ending =
                reasonToStop(result.loss, evaluation, step: step)
                ?? reasonNotToGoRound(result.loss, step, model)
            if recorder.wants(evaluation, step: step, isLast: ending != nil) {
                ending = ending ?? reasonToGiveUp(step, model)
                recorder.record(evaluation, step: step, model: model)
            }
        }
        recorder.recordOwn(step: step, isLast: ending != nil, model: model)
        if keeps(step, isLast: ending != nil) {
            snapshots.append(
                ParameterSnapshot(step: step, tensors: model.parameters.filter(keeps)))
        }
        return ending
    }

    /// Whether parameters are kept at a step.
    private func keeps(_ step: Int, isLast: Bool) -> Bool {
        kept.contains { $0.includes(step, isLast: isLast) }
    }

    /// Whether a tensor is one of those that are kept.
    private func keeps(_ tensor: NamedTensor) -> Bool {
        chosenTensors?.contains(tensor.name) ?? true
    }

    private mutating func reasonToStop(
        _ loss: Double, _ evaluation: Evaluation, step: Int
    ) -> StopReason? {
        guard loss.isFinite, evaluation.trainLoss.isFinite, evaluation.validationLoss.isFinite
        else { return .diverged }
        if step == problem.configuration.steps { return .budget }
        if stop != .budget, clocks.allSatisfy(\.isDecided) { return .decided }
        if isHopeless(step) { return .predicted }
        return isOutOfReach ? .unreachable : nil
    }

    /// Whether the run has fitted, and by each clock has generalised or cannot be expected to; not by that of the rule.
    private var isOutOfReach: Bool {
        guard stop == .reachable, let reachable, clocks[0].reading.validation == nil else {
            return false
        }
        return clocks.allSatisfy { tracker in
            let (reading, clock) = (tracker.reading, tracker.clock)
            return reading.train != nil && !tracker.isPending
                && (reading.validation != nil || reachable < clock.validationAccuracy)
        }
    }

    /// Settled or cycled where the present state was there before: every later one was evaluated already, and so was what
    /// follows on it. No threshold is being held, so the next time round is counted as the last one was.
    private mutating func reasonNotToGoRound(
        _ loss: Double, _ step: Int, _ model: some Model
    ) -> StopReason? {
        guard stop != .budget, schedule.interval == 1,
            let period = cycle.period(loss, step: step, state: model.timelessState),
            !clocks.contains(where: \.isPending)
        else { return nil }
        return period == 1 ? .settled : .cycled
    }

    /// Whether the run has fitted, has not generalised, and its first steps call it hopeless.
    private mutating func isHopeless(_ step: Int) -> Bool {
        guard case .predicted(let cut) = stop, step >= cut.steps,
            clocks.allSatisfy({ $0.reading.train != nil }), clocks[0].reading.validation == nil
        else { return false }
        if prediction == nil {
            // The curve keeps the first steps, so that a resumed run comes to the same.
            let early = EarlyRun(recorder.curve, window: cut.steps)
            prediction = EarlyVerdict(
                cut, value: Predictor(cut.quantity).value(early) ?? .nan)
        }
        return prediction?.isHopeless ?? false
    }

    /// Diverged where a parameter is not finite, which behind a saturated tanh leaves the loss finite for a while; settled
    /// where no update that is left can change any.
    private mutating func reasonToGiveUp(_ step: Int, _ model: some Model) -> StopReason? {
        let norm = model.squaredNorm
        defer { squaredNorm = norm }
        guard norm.isFinite else { return .diverged }
        // Parameters that moved since the last kept step need no closer look, a crossing that has begun is
        // awaited, and a schedule that has all but ended is no standstill.
        let left = problem.configuration.steps - step
        guard norm == squaredNorm, step >= movesUntil, !clocks.contains(where: \.isPending)
        else { return nil }
        guard left >= step / 10 else {
            isBudgetNear = true
            return nil
        }
        let idle = model.idleUpdates(upTo: left)
        movesUntil = step + idle
        return idle == left ? .settled : nil
    }

    /// The outcome of the run that ended at `step`.
    func outcome(_ reason: StopReason, step: Int) -> CellOutcome {
        let readings = clocks.map(\.reading)
        return CellOutcome(
            curve: recorder.curve, rule: rule, trainCrossing: readings[0].train,
            validationCrossing: readings[0].validation, clocks: Array(readings.dropFirst()),
            prediction: reason == .predicted ? prediction : nil, reachable: reachable,
            stopReason: reason, stepsRun: step, evaluationInterval: schedule.interval,
            split: problem.split,
            targets: problem.targets, parameters: snapshots,
            chosenTensors: snapshots.isEmpty ? nil : chosenTensors
        ).bracketed
    }

    /// Writes what has been recorded and found so far.
    func save(to state: inout StateWriter) {
        schedule.save(to: &state)
        recorder.save(to: &state)
        state.write(clocks.flatMap(\.memory))
        let budget = isBudgetNear ? Double(problem.configuration.steps) : 0
        state.write(latest.numbers + [squaredNorm, budget])
        state.write(cycle.memory)
        state.write(snapshots.map(\.step))
        for tensor in snapshots.flatMap(\.tensors) { state.write(tensor.values) }
    }

    private mutating func restore(clocks memory: [Int]) -> Bool {
        let count = ClockTracker.memoryCount
        guard memory.count == clocks.count * count else { return false }
        return clocks.indices.allSatisfy {
            clocks[$0].restore(memory: Array(memory[$0 * count..<($0 + 1) * count]))
        }
    }

    /// Takes over what `save` wrote before an update led to `step`.
    mutating func restore(from state: inout StateReader, step: Int) throws(StateError) {
        guard step <= problem.configuration.steps else {
            throw StateError("step \(step) is beyond the budget")
        }
        try schedule.restore(from: &state)
        try recorder.restore(from: &state, step: step)
        let memory = try state.integers()
        let numbers = try state.doubles()
        let seen = try state.integers()
        let steps = try state.integers()
        guard restore(clocks: memory), numbers.count == 6, cycle.restore(memory: seen),
            let latest = Evaluation(Array(numbers.dropLast())),
            steps == (0..<step).filter({ keeps($0, isLast: false) })
        else { throw StateError("the record is not one of \(step) steps of this run") }
        guard numbers[5] == 0 || numbers[5] == Double(problem.configuration.steps) else {
            throw StateError("a run of another budget may have stood still before")
        }
        self.latest = latest
        squaredNorm = numbers[4]
        isBudgetNear = numbers[5] != 0
        snapshots = []
        for step in steps {
            var tensors: [NamedTensor] = []
            for tensor in problem.parameters.map(\.tensor).filter(keeps) {
                tensors.append(
                    NamedTensor(
                        name: tensor.name, shape: tensor.shape,
                        values: try state.floats(tensor.values.count)))
            }
            snapshots.append(ParameterSnapshot(step: step, tensors: tensors))
        }
    }
}

extension Evaluation {
    /// The four numbers.
    fileprivate var numbers: [Double] {
        [trainLoss, trainAccuracy, validationLoss, validationAccuracy]
    }

    fileprivate init?(_ numbers: [Double]) {
        guard numbers.count == 5 else { return nil }
        self.init(
            trainLoss: numbers[0], trainAccuracy: numbers[1], validationLoss: numbers[2],
            validationAccuracy: numbers[3])
    }
}
