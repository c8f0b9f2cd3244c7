package import Core

/// What theory says of a sweep before anything is trained.
package struct SweepTheory: Sendable {
    /// The effective theory of plain addition by embeddings on a line (Liu et al. 2022); nil where the sweep trains
    /// something else, or has more symbols than an exact rank can be computed for.
    package let addition: AdditionTheory?
    /// Products of permutations learnt as products of matrices; nil where the sweep trains something else.
    package let permutations: PermutationTheory?
    /// Coverage of tables of operations modulo p; nil where the sweep has none.
    package let coverage: CoverageTheory?
    /// Weight decay against the budget, one entry per pair of learning rate and weight decay in the sweep.
    package let decay: [DecayBudget]
    /// Where addition has no theory although the sweep trains it, why.
    package let remark: String?

    /// The decay of one parameter group within a budget.
    package struct DecayBudget: Sendable, Hashable {
        /// The parameter group, by its key.
        package var group: String
        /// Its learning rate η.
        package var learningRate: Double
        /// Its weight decay λ.
        package var weightDecay: Double
        /// Updates T.
        package var steps: Int
        /// e-folds of decay within the budget, T · −ln(1 − ηλ).
        package var folds: Double
    }

    /// The theory of a plan; the probability of a unique line is estimated from so many random splits.
    package init(_ plan: SweepPlan, splits: Int) {
        var seen: Set<DecayBudget> = []
        decay = plan.cells.flatMap { SweepTheory.budgets($0.definition.configuration) }
            .filter { seen.insert($0).inserted }
        let all = plan.cells.map(\.definition)
        coverage = CoverageTheory(all)
        let products = all.filter(PermutationTheory.applies)
        permutations = products.isEmpty ? nil : PermutationTheory(cells: products, splits: splits)
        let cells = all.filter(AdditionTheory.applies)
        guard let first = cells.first, let symbols = first.configuration.task.symbols?.count else {
            addition = nil
            remark = nil
            return
        }
        guard Set(cells.map(\.configuration.task)).count == 1 else {
            addition = nil
            remark = "the effective theory is computed for sweeps with one number of symbols"
            return
        }
        guard symbols <= SweepTheory.mostSymbols else {
            addition = nil
            remark =
                "the effective theory is computed for up to \(SweepTheory.mostSymbols) symbols;"
                + " explain has it for one cell"
            return
        }
        addition = AdditionTheory(symbols: symbols, cells: cells, splits: splits)
        remark = nil
    }

    /// Thousands of splits of more symbols than these take minutes.
    private static let mostSymbols = 60

    private static func budgets(_ configuration: CellConfiguration) -> [DecayBudget] {
        let optimizer = configuration.optimizer
        var groups = [("decoder", optimizer.decoder)]
        if configuration.model.hasRepresentation {
            groups.insert(("representation", optimizer.representation), at: 0)
        }
        if let lastLayer = optimizer.lastLayer { groups.append(("last_layer", lastLayer)) }
        return groups.filter {
            $0.1.weightDecay > 0 && ($0.1.kind.isDecoupled || $0.1.kind == .sgd)
        }.map { group, rule in
            let decay = DecayTime(learningRate: rule.learningRate, weightDecay: rule.weightDecay)
            return DecayBudget(
                group: group, learningRate: rule.learningRate, weightDecay: rule.weightDecay,
                steps: configuration.steps, folds: decay.folds(within: configuration.steps))
        }
    }
}
