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
    private var quality: RepresentationQuality?

    /// Every step is kept up to this one.
    static let denseSteps = 100
    /// Ratio of two neighbouring scheduled steps beyond.
    static let ratio = 1.02
    /// Steps whose training loss is kept one by one.
    static let earlySteps = 400

    /// A recorder of one run of a problem.
    init(_ problem: borrowing CellProblem, measures: [Measure]) {
        if measures.contains(.rqi), let embeddings = problem.parameters.first?.tensor,
            embeddings.name == "representation"
        {
            quality = RepresentationQuality(
                symbols: embeddings.shape[0], dimensions: embeddings.shape[1])
        }
        curve.measures = measures.map { ($0, []) }
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
        for place in curve.measures.indices {
            let value: Double
            switch curve.measures[place].measure {
            case .weightNorm: value = model.squaredNorm.squareRoot()
            case .rqi: value = quality?.measure(model) ?? .nan
            }
            curve.measures[place].values.append(value)
        }
    }

    /// Writes what has been kept and what the schedule goes by.
    func save(to state: inout StateWriter) {
        state.write(nextScheduled)
        state.write(bestTrain)
        state.write(bestValidation)
        state.write(curve.steps)
        for values in columns { state.write(values) }
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
            curve.measures[place].values = try state.doubles()
        }
        curve.earlyTrainLoss = try state.doubles()
        let steps = curve.steps
        guard steps.allSatisfy({ (0..<step).contains($0) }),
            zip(steps, steps.dropFirst()).allSatisfy(<),
            columns.allSatisfy({ $0.count == steps.count }),
            curve.earlyTrainLoss.count == min(step, CurveRecorder.earlySteps)
        else { throw StateError("the curve is not one of \(step) steps") }
    }

    /// What there is one of per kept step.
    private var columns: [[Double]] {
        [curve.trainLoss, curve.trainAccuracy, curve.validationLoss, curve.validationAccuracy]
            + curve.measures.map(\.values)
    }
}
