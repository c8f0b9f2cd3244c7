import Core

/// Decides at which steps both whole sets are evaluated: often enough to pin down where an accuracy crosses its threshold.
///
/// Where evaluating costs little beside a step it is done at every step. Otherwise steps lie so far apart that it adds
/// about a tenth to the work, and come closer as an accuracy heads for its threshold: the next one is due after a
/// quarter of the steps that the last rise would still take, and after at most twice as many as the last.
struct EvaluationSchedule {
    /// Most steps between two evaluations.
    let interval: Int
    /// Thresholds of training and validation accuracy, one pair per clock.
    private let thresholds: [[Double]]
    private let isFixed: Bool
    private var accuracies: [Double] = [0, 0]
    private var last = 0
    private var next = 0

    /// Share of a step's work that evaluating may add.
    static let overhead = 0.1
    /// Examples up to which every step is evaluated.
    static let fewExamples = 256
    /// Most steps between two evaluations, as a part of the phase rule's gap.
    static let partOfGap = 10

    /// The schedule of a run.
    init(_ problem: borrowing CellProblem, rule: PhaseRule, clocks: [Clock] = []) {
        let free = EvaluationSchedule.interval(problem)
        isFixed = problem.configuration.evaluateEvery > 0
        interval =
            isFixed ? free : max(1, min(free, rule.gap / EvaluationSchedule.partOfGap))
        thresholds = ([rule.clock] + clocks).map { [$0.trainAccuracy, $0.validationAccuracy] }
    }

    /// Steps between two evaluations that the configuration asks for, or that keep the overhead small.
    static func interval(_ problem: borrowing CellProblem) -> Int {
        let configuration = problem.configuration
        if configuration.evaluateEvery > 0 { return configuration.evaluateEvery }
        let examples = problem.examples.count
        guard examples > fewExamples else { return 1 }
        // Forward and backward over the batch against forward over the rest.
        let batch = configuration.batchSize
        let cost = Double(examples - batch) / Double(3 * batch)
        return max(1, Int((cost / overhead).rounded()))
    }

    /// Whether this step is evaluated.
    func isDue(_ step: Int) -> Bool { step >= next }

    /// Takes in what an evaluation found and sets the next one.
    mutating func note(_ evaluation: Evaluation, step: Int) {
        let now = [evaluation.trainAccuracy, evaluation.validationAccuracy]
        var wait = interval
        if !isFixed, interval > 1 {
            // One evaluation that happens to show no rise must not end a close watch.
            wait = min(wait, max(1, 2 * (step - last)))
            for (place, threshold) in thresholds.flatMap({ $0.enumerated() })
            where now[place] < threshold {
                let rise = now[place] - accuracies[place]
                guard rise > 0, step > last else { continue }
                let steps = (threshold - now[place]) / rise * Double(step - last)
                wait = min(wait, max(1, Int(min(steps / 4, Double(interval)))))
            }
        }
        accuracies = now
        last = step
        next = step + wait
    }

    /// Writes where the schedule stands.
    func save(to state: inout StateWriter) {
        state.write(accuracies)
        state.write(last)
        state.write(next)
    }

    /// Takes over what `save` wrote.
    mutating func restore(from state: inout StateReader) throws(StateError) {
        accuracies = try state.doubles()
        last = try state.count()
        next = try state.count()
        guard accuracies.count == 2, accuracies.allSatisfy({ (0...1).contains($0) }) else {
            throw StateError("the schedule of evaluations is not one")
        }
    }
}
