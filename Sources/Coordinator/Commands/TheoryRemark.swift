import Core
import Theory

/// What the effective theory says of a cell's training set (Liu et al. 2022, §3.2).
enum TheoryRemark {
    /// The remark; nil where the theory says nothing: it is about sums of one-dimensional embeddings.
    static func text(of cell: CellDefinition) -> String? {
        let configuration = cell.configuration
        guard case .addition(let symbols) = configuration.task, symbols >= 3,
            case .pairDecoder(let model) = configuration.model, model.embedding == 1,
            model.combination == .sum, configuration.split.kind == .random
        else { return nil }
        let pairs = SymbolPair.trainingSet(
            symbols: symbols, count: configuration.trainCount,
            seed: configuration.streams.seed(.split, of: cell.seed))
        let set = ParallelogramSet(symbols: symbols, among: pairs)
        let (freedom, loss) = (set.degreesOfFreedom(), EffectiveLoss(set))
        guard freedom == 2 else {
            return "theory: the training set leaves \(freedom) degrees of freedom, more than a line"
                + " has: no unique linear representation"
        }
        let lambda = CanonicalJSON.number((loss.grokkingRate * 1e4).rounded() / 1e4)
        return "theory: the training set fixes the linear representation (n0 = 2), λ3 = \(lambda), "
            + pace(loss, configuration.optimizer.representation.learningRate)
    }

    private static func pace(_ loss: EffectiveLoss, _ rate: Double) -> String {
        guard let scale = loss.stepScale(representationLearningRate: rate) else {
            return "which a representation learning rate of 0 never reaches"
        }
        return "step scale 1/(λ3 η_R) = \(scale.grouped)"
    }
}
