import Core

/// Decides which steps of a run are kept and keeps them.
///
/// Kept are every step up to 100, then steps about 2 % apart, the last step, and every step at which an accuracy reached
/// a new maximum, so that the first crossing of any threshold can be read off the stored curve exactly.
struct CurveRecorder {
    private(set) var curve = Curve()
    private var nextScheduled = 0
    private var bestTrain = -1.0
    private var bestValidation = -1.0
    private var probes: [any MeasureProbe] = []
    /// The next step of each measure's own; `Int.max` where it follows the curve.
    private var ownSteps: [Int] = []
    /// The least of them.
    private var nextOwnStep = Int.max

    /// Every step is kept up to this one.
    static let denseSteps = 100
    /// Ratio of two neighbouring scheduled steps beyond.
    static let ratio = 1.02
    /// Steps whose training loss is kept one by one.
    static let earlySteps = 400

    /// A recorder of one run of a problem.
    init(_ problem: borrowing CellProblem, measures: [MeasureRequest]) {
        for request in measures {
            let probe = MeasureProbes.probe(of: request.measure, problem)
            probes.append(probe)
            curve.measures.append(
                MeasuredCurve(
                    request, ownSteps: request.followsCurve ? nil : [], width: probe.width,
                    values: []))
        }
        scheduleOwnSteps()
        let budget = problem.configuration.steps
        curve.earlyTrainLoss.reserveCapacity(min(budget + 1, CurveRecorder.earlySteps))
    }

    /// Whether the schedule, a new maximum, or the end of the run asks for this step.
    mutating func wants(_ evaluation: Evaluation, step: Int, isLast: Bool) -> Bool {
        var wanted = isLast
        if step >= nextScheduled {
            wanted = true
            nextScheduled = CurveRecorder.scheduled(after: step)
        }
        if evaluation.trainAccuracy > bestTrain {
            bestTrain = evaluation.trainAccuracy
            wanted = true
        }
        if evaluation.validationAccuracy > bestValidation {
            bestValidation = evaluation.validationAccuracy
            wanted = true
        }
        return wanted
    }

    /// The schedule's next step after this one.
    static func scheduled(after step: Int) -> Int {
        guard step >= denseSteps else { return step + 1 }
        return max(step + 1, Int((Double(step) * ratio).rounded()))
    }

    /// Keeps the loss of an early step's batch, as trained on.
    mutating func noteEarly(_ result: StepResult) {
        guard curve.earlyTrainLoss.count < CurveRecorder.earlySteps else { return }
        curve.earlyTrainLoss.append(result.loss)
    }

    /// Keeps a step with its measures.
    mutating func record(_ evaluation: Evaluation, step: Int, model: some Model) {
        curve.steps.append(step)
        curve.trainLoss.append(evaluation.trainLoss)
        curve.trainAccuracy.append(evaluation.trainAccuracy)
        curve.validationLoss.append(evaluation.validationLoss)
        curve.validationAccuracy.append(evaluation.validationAccuracy)
        for place in curve.measures.indices where curve.measures[place].ownSteps == nil {
            measure(place, model)
        }
    }

    /// Keeps the measures that have steps of their own, where this is one of them or the last of all.
    mutating func recordOwn(step: Int, isLast: Bool, model: some Model) {
        guard step >= nextOwnStep || (isLast && nextOwnStep < Int.max) else { return }
        for place in curve.measures.indices {
            guard curve.measures[place].ownSteps != nil, isLast || step >= ownSteps[place] else {
                continue
            }
            curve.measures[place].ownSteps?.append(step)
            measure(place, model)
        }
        scheduleOwnSteps()
    }

    private mutating func measure(_ place: Int, _ model: some Model) {
        let values = probes[place].values(model)
        precondition(values.count == curve.measures[place].width, "a measure keeps its width")
        curve.measures[place].values += values
    }

    private mutating func scheduleOwnSteps() {
        ownSteps = curve.measures.map { measured in
            measured.ownSteps.map { measured.request.step(after: $0.last ?? -1) } ?? Int.max
        }
        nextOwnStep = ownSteps.min() ?? Int.max
    }

    /// Writes what has been kept and what the schedule goes by.
    func save(to state: inout StateWriter) {
        state.write(nextScheduled)
        state.write(bestTrain)
        state.write(bestValidation)
        state.write(curve.steps)
        for values in columns { state.write(values) }
        for measured in curve.measures {
            if let steps = measured.ownSteps { state.write(steps) }
            state.write(measured.values)
        }
        state.write(curve.earlyTrainLoss)
    }

    /// Takes over what `save` wrote before an update led to `step`.
    mutating func restore(from state: inout StateReader, step: Int) throws(StateError) {
        nextScheduled = try state.count()
        bestTrain = try state.double()
        bestValidation = try state.double()
        curve.steps = try state.integers()
        curve.trainLoss = try state.doubles()
        curve.trainAccuracy = try state.doubles()
        curve.validationLoss = try state.doubles()
        curve.validationAccuracy = try state.doubles()
        for place in curve.measures.indices {
            if curve.measures[place].ownSteps != nil {
                curve.measures[place].ownSteps = try state.integers()
            }
            curve.measures[place].values = try state.doubles()
        }
        scheduleOwnSteps()
        curve.earlyTrainLoss = try state.doubles()
        let steps = curve.steps
        func ascend(_ steps: [Int]) -> Bool {
            steps.allSatisfy { (0..<step).contains($0) }
                && zip(steps, steps.dropFirst()).allSatisfy(<)
        }
        guard ascend(steps), columns.allSatisfy({ $0.count == steps.count }),
            curve.measures.allSatisfy({
                ascend($0.ownSteps ?? [])
                    && $0.values.count == ($0.ownSteps ?? steps).count * $0.width
            }),
            curve.earlyTrainLoss.count == min(step, CurveRecorder.earlySteps)
        else { throw StateError("the curve is not one of \(step) steps") }
    }

    /// What there is one of per kept step.
    private var columns: [[Double]] {
        [curve.trainLoss, curve.trainAccuracy, curve.validationLoss, curve.validationAccuracy]
    }
}
