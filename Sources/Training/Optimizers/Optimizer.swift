import Core

/// Updates all parameters of a model, in the order that `OptimizerConfiguration` documents.
final class Optimizer {
    private let configuration: OptimizerConfiguration
    private let budget: Int
    private let kernels: KernelSet
    let parameters: Parameters
    private let groups: [any GroupOptimizer]
    private let anchors: [InitialAnchor]
    private let grokfast: Grokfast?
    private let initialNorm: Double
    /// Updates made.
    private var step = 0

    /// The optimiser that a problem's configuration asks for; the parameters have their initial values.
    init(_ problem: borrowing CellProblem, _ parameters: Parameters, _ kernels: KernelSet) {
        let configuration = problem.configuration.optimizer
        self.configuration = configuration
        budget = problem.configuration.steps
        self.kernels = kernels
        self.parameters = parameters
        let ruled = parameters.blocks.flatMap { block in
            let rule = configuration.rule(block.group)
            return configuration.decaysBiases && rule.kind != .muon
                ? [(rule, block)]
                : parameters.parts(of: block, rule, decaysBiases: configuration.decaysBiases)
        }
        groups = ruled.map { rule, block in
            switch rule.kind {
            case .muon:
                let tensors = parameters.tensors.filter { block.holds($0) }
                // Every tensor of such a stretch is a matrix, or none is.
                return tensors.allSatisfy { $0.shape.count == 2 }
                    ? Muon(rule, block, tensors) : Adam(rule, block)
            case .adamw, .adam: return Adam(rule, block)
            case .sgd, .sgdw: return GradientDescent(rule, block)
            case .lion: return Lion(rule, block)
            case .rmsprop: return RMSprop(rule, block)
            case .egd:
                return EgalitarianDescent(rule, parameters.tensors.filter { block.holds($0) })
            }
        }
        let isAnchored = configuration.decayTarget == .initial
        anchors = ruled.filter { isAnchored && $0.0.weightDecay > 0 }.map(InitialAnchor.init)
        grokfast = configuration.grokfast.map { Grokfast($0, parameters) }
        initialNorm = parameters.squaredNorm(kernels).squareRoot()
    }

    /// One update by the present gradients, which it may change.
    func update() {
        step += 1
        if configuration.clip > 0 { parameters.clipGradients(to: configuration.clip, kernels) }
        grokfast?.filter(kernels)
        if configuration.orthogonal { parameters.makeGradientsOrthogonal(kernels) }
        let factor = configuration.learningRateFactor(update: step, budget: budget)
        // By index: unoptimised, an array's iterator takes memory for every element.
        for place in anchors.indices { anchors[place].beforeUpdate(kernels) }
        for place in groups.indices { groups[place].update(kernels, step: step, factor: factor) }
        for place in anchors.indices { anchors[place].afterUpdate(kernels, factor: factor) }
        if configuration.constrainedNorm { parameters.restoreNorm(initialNorm, kernels) }
    }

    /// Writes everything that later updates depend on; what the seed fixes is not among it.
    func save(to state: inout StateWriter) {
        state.write(step)
        for group in groups { group.save(to: &state) }
        grokfast?.save(to: &state)
    }

    /// Whether no later update depends on the number of updates made.
    var isTimeless: Bool {
        guard configuration.schedule.kind == .constant, step >= configuration.warmup else {
            return false
        }
        return groups.allSatisfy { $0.isTimeless(after: step) } && grokfast?.isTimeless ?? true
    }

    /// Writes everything that later updates depend on, where they do not depend on their number.
    func saveTimeless(to state: inout StateWriter) {
        for group in groups { group.save(to: &state) }
        grokfast?.saveMemories(to: &state)
    }

    /// Takes over what `save` wrote.
    func restore(from state: inout StateReader) throws(StateError) {
        step = try state.count()
        for group in groups { try group.restore(from: &state) }
        try grokfast?.restore(from: &state)
    }
}

/// Updates one contiguous parameter group.
protocol GroupOptimizer: AnyObject {
    /// The step-th update, counted from 1, with `factor` times the configured learning rate.
    func update(_ kernels: borrowing KernelSet, step: Int, factor: Double)
    /// Writes everything that later updates depend on.
    func save(to state: inout StateWriter)
    /// Takes over what `save` wrote.
    func restore(from state: inout StateReader) throws(StateError)
    /// Whether updates behind this one do not depend on their number, at a constant learning rate.
    func isTimeless(after step: Int) -> Bool
}

extension GroupOptimizer {
    /// Rules that correct no bias never do.
    func isTimeless(after step: Int) -> Bool { true }
}

extension OptimizerConfiguration {
    /// The settings of a parameter group.
    func rule(_ group: ParameterGroup) -> UpdateRule {
        switch group {
        case .representation: representation
        case .decoder: decoder
        case .lastLayer: lastLayer ?? decoder
        }
    }
}
