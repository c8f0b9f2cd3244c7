/// Why a cell's training ended.
package enum StopReason: String, Sendable, Codable, CaseIterable {
    /// No further step could change its phase.
    case decided
    /// It took every step of its budget.
    case budget
    /// Loss or parameters were no longer finite.
    case diverged
    /// No step could change a parameter any more.
    case settled
    /// It had fitted, and its first steps were such that it is taken not to generalise; its phase is not measured.
    case predicted
    /// It had fitted, and its split puts the validation threshold out of reach; that it never gets there is not measured.
    case unreachable
    /// A state came back, bit for bit, so that it would only repeat itself.
    case cycled
}

extension StopReason {
    /// Whether nothing is left to see: the budget was used up, or the run could only go on as it was.
    package var isComplete: Bool {
        switch self {
        case .budget, .diverged, .settled, .cycled: true
        case .decided, .predicted, .unreachable: false
        }
    }

    /// Whether its phase is measured, and not what was predicted or expected of it.
    package var isMeasured: Bool { self != .predicted && self != .unreachable }

    /// The reason in words.
    package var words: String {
        switch self {
        case .decided: "no further step could change the phase"
        case .budget: "budget used up"
        case .diverged: "loss or parameters were no longer finite"
        case .settled: "no step could change a parameter any more"
        case .predicted: "its first steps had it taken for one that does not generalise"
        case .unreachable: "it had fitted, and its split puts the validation threshold out of reach"
        case .cycled: "a state came back, so that it would have repeated itself for ever"
        }
    }
}

/// What a cell records along its way.
package struct Curve: Sendable, Equatable {
    /// The recorded steps, ascending; step s is the state after s updates.
    package var steps: [Int] = []
    /// Training loss at each recorded step.
    package var trainLoss: [Double] = []
    /// Fraction of training examples that are right, at each recorded step.
    package var trainAccuracy: [Double] = []
    /// Validation loss at each recorded step.
    package var validationLoss: [Double] = []
    /// Fraction of validation examples that are right, at each recorded step.
    package var validationAccuracy: [Double] = []
    /// Each measure asked for, in the order asked for.
    package var measures: [MeasuredCurve] = []
    /// Loss of the step's batch as trained on, with its dropout and noise, at every step from 0 to at most 399.
    package var earlyTrainLoss: [Double] = []

    /// An empty curve.
    package init() {}

    /// Whether two curves hold the same bits, so that a NaN equals itself.
    package static func == (left: Curve, right: Curve) -> Bool {
        func same(_ a: [Double], _ b: [Double]) -> Bool {
            a.count == b.count && zip(a, b).allSatisfy { $0.bitPattern == $1.bitPattern }
        }
        return left.steps == right.steps && same(left.trainLoss, right.trainLoss)
            && same(left.trainAccuracy, right.trainAccuracy)
            && same(left.validationLoss, right.validationLoss)
            && same(left.validationAccuracy, right.validationAccuracy)
            && same(left.earlyTrainLoss, right.earlyTrainLoss)
            && left.measures == right.measures
    }
}

/// Which examples a cell trained on and which it was validated on.
package struct ExampleSplit: Sendable, Equatable {
    /// Symbols of each example: examples × symbols per example, row-major; empty where an example is a row of numbers.
    package var inputs: [Int32]
    /// Symbols per example; 0 where there are none.
    package var symbolsPerExample: Int
    /// Numbers of each example: examples × numbers per example, row-major; empty where an example is a pair of symbols, or
    /// an image, whose content the configuration's digest stands for.
    package var features: [Float]
    /// Numbers per example; 0 where `features` is empty.
    package var featuresPerExample: Int
    /// Label of each example, as trained and validated on; empty where numbers are predicted.
    package var labels: [Int32]
    /// Numbers to predict: examples × numbers per example, row-major; empty where there are labels.
    package var values: [Float]
    /// Numbers to predict per example; 0 where there are none.
    package var valuesPerExample: Int
    /// Examples that are trained on, in the order of the training batch.
    package var train: [Int32]
    /// Examples that are validated on.
    package var validation: [Int32]

    /// A split of examples.
    package init(
        inputs: [Int32] = [], symbolsPerExample: Int = 0, features: [Float] = [],
        featuresPerExample: Int = 0, labels: [Int32] = [], values: [Float] = [],
        valuesPerExample: Int = 0, train: [Int32], validation: [Int32]
    ) {
        self.inputs = inputs
        self.symbolsPerExample = symbolsPerExample
        self.features = features
        self.featuresPerExample = featuresPerExample
        self.labels = labels
        self.values = values
        self.valuesPerExample = valuesPerExample
        self.train = train
        self.validation = validation
    }

    /// Number of examples.
    package var count: Int {
        labels.isEmpty ? values.count / max(valuesPerExample, 1) : labels.count
    }

    /// How many validation examples have a label that some training example has too. A network is never shown the target
    /// of any other label, so this is as many as it can be expected to get right.
    package var reachableValidationCount: Int {
        guard !labels.isEmpty else { return validation.count }
        let trained = Set(train.map { labels[Int($0)] })
        return validation.count { trained.contains(labels[Int($0)]) }
    }

    /// The validation accuracy that a network can be expected to reach at most, as the share of the examples above; nil where
    /// every label occurs in training.
    package var reachableAccuracy: Double? {
        let reachable = reachableValidationCount
        return reachable < validation.count
            ? Double(reachable) / Double(validation.count) : nil
    }
}

/// A named array of numbers with its shape, row-major.
package struct NamedTensor: Sendable, Equatable {
    /// Its name, made of the parameter group and the layer: `decoder.0.weight`.
    package var name: String
    /// Its dimensions, outermost first.
    package var shape: [Int]
    /// Its values, row-major.
    package var values: [Float]

    /// A tensor; the shape's product must be the number of values.
    package init(name: String, shape: [Int], values: [Float]) {
        precondition(shape.reduce(1, *) == values.count)
        self.name = name
        self.shape = shape
        self.values = values
    }
}

/// Parameters of a model at one step.
package struct ParameterSnapshot: Sendable, Equatable {
    /// The step: parameters after this many updates.
    package var step: Int
    /// Every trainable tensor, or those that were asked for.
    package var tensors: [NamedTensor]

    /// A snapshot.
    package init(step: Int, tensors: [NamedTensor]) {
        self.step = step
        self.tensors = tensors
    }
}

/// Everything one cell's training produced: what its HDF5 file holds apart from who ran it and when.
package struct CellOutcome: Sendable, Equatable {
    /// The recorded curve.
    package var curve: Curve
    /// The rule that the crossings below were found with.
    package var rule: PhaseRule
    /// Where training accuracy reached the rule's threshold.
    package var trainCrossing: Crossing?
    /// Where validation accuracy reached the rule's threshold.
    package var validationCrossing: Crossing?
    /// What further clocks said that the sweep asked for.
    package var clocks: [ClockReading]
    /// What ended a run that was predicted not to generalise; nil of all others.
    package var prediction: EarlyVerdict?
    /// The validation accuracy that the split lets one expect at most; nil where every label occurs in training, and where
    /// it is not known.
    package var reachable: Double?
    /// Why training ended.
    package var stopReason: StopReason
    /// Updates made.
    package var stepsRun: Int
    /// Steps between two evaluations of the validation set; 1 when every step was evaluated.
    package var evaluationInterval: Int
    /// Which examples were trained on.
    package var split: ExampleSplit
    /// Fixed regression targets, classes × outputs, where the loss has them.
    package var targets: NamedTensor?
    /// Parameters at the steps asked for.
    package var parameters: [ParameterSnapshot]
    /// Names of the tensors that were asked for, of which `parameters` has those that the network has; nil where it has all.
    package var chosenTensors: [String]?

    /// An outcome.
    package init(
        curve: Curve, rule: PhaseRule, trainCrossing: Crossing?, validationCrossing: Crossing?,
        clocks: [ClockReading] = [], prediction: EarlyVerdict? = nil, reachable: Double? = nil,
        stopReason: StopReason, stepsRun: Int,
        evaluationInterval: Int = 1, split: ExampleSplit,
        targets: NamedTensor?, parameters: [ParameterSnapshot], chosenTensors: [String]? = nil
    ) {
        self.curve = curve
        self.rule = rule
        self.trainCrossing = trainCrossing
        self.validationCrossing = validationCrossing
        self.clocks = clocks
        self.prediction = prediction
        self.reachable = reachable
        self.stopReason = stopReason
        self.stepsRun = stepsRun
        self.evaluationInterval = evaluationInterval
        self.split = split
        self.targets = targets
        self.parameters = parameters
        self.chosenTensors = chosenTensors
    }

    /// Whether nothing is left to see.
    package var isComplete: Bool { stopReason.isComplete }

    /// Every clock that was read along the run, the rule's own first.
    package var readings: [ClockReading] {
        [ClockReading(rule.clock, train: trainCrossing, validation: validationCrossing)] + clocks
    }

    /// The verdict of the rule that the cell was trained with; of a run that ended before it was measured what is said of it
    /// instead, which says so.
    package var verdict: PhaseVerdict {
        prediction?.verdict(train: trainCrossing) ?? rule.unreachable(self)
            ?? rule.classify(train: trainCrossing, validation: validationCrossing)
    }
}
