import CKernels
import Core

/// What the stacks of a transformer have in common.
struct TransformerPlan {
    let model: TransformerConfiguration
    /// What an example consists of, and where its symbols stand.
    let symbols: ExampleSymbols
    let layout: TokenLayout
    let outputs: Int
    let parameters: Parameters
    let weights: [TransformerWeights]
    let dropouts: [LayerDropouts]
    let noise: Noise?
    let table: TokenTable
    let kernels: KernelSet

    /// The plan of a problem's network on these parameters.
    init(
        _ problem: CellProblem, _ model: TransformerConfiguration, _ parameters: Parameters,
        sharing: Bool, _ kernels: KernelSet, _ space: Workspace
    ) {
        guard let symbols = problem.examples.symbols else {
            preconditionFailure("a transformer's examples are symbols")
        }
        self.model = model
        self.symbols = symbols
        layout = TokenLayout(model, symbols)
        self.parameters = parameters
        self.kernels = kernels
        outputs = problem.outputs
        weights = (0..<model.layers).map { TransformerWeights(parameters, model, layer: $0) }
        dropouts = (0..<model.layers).map {
            LayerDropouts(model, layer: $0, seed: problem.seed(.noise))
        }
        noise = problem.configuration.perturbation.isOn ? Noise(seed: problem.seed(.noise)) : nil
        table = TokenTable(
            model, layout, parameters, weights[0], sharing: sharing, kernels, space)
    }
}

/// A decoder-only transformer of any depth on the vector kernels.
///
/// In the shared form everything is computed as often as it differs: the positions that see no symbol but a once per symbol, the first
/// layer's projections once per token and position, and without normalisation what its output and up-projections make of
/// values too, the last layer where it is read out. In the dense form, and while dropout or noise make examples differ,
/// every position is computed for every example.
final class TransformerNetwork: Network {
    private let plan: TransformerPlan
    private let workspace: Workspace
    /// The symbols of all examples, row-major.
    private let symbols: [Int32]
    /// The positions that see no symbol but a, once per symbol; nil where nothing but the table is taken from them.
    private let prefix: TransformerStack?
    /// What the first layer makes of each token, where it is folded into a table.
    private let folded: FoldedValueTable?
    /// What training passes go through, and what evaluating ones do.
    private let training, evaluating: TransformerStack
    /// The stack of the present block.
    private var current: TransformerStack
    /// Whether projections and prefix are those of the present parameters.
    private var isPrepared = false

    let blockColumns: Int
    let isStochastic: Bool
    var output: Matrix { current.output }
    var outputGradient: Matrix { current.outputSlope }
    var workspaceBytes: Int { workspace.byteCount }

    /// Most columns of a block over all its positions: activations and weights share the second-level cache.
    static let mostColumns = 128

    /// The network of a problem on these parameters.
    init(
        _ problem: CellProblem, _ model: TransformerConfiguration, _ parameters: Parameters,
        mostColumns: Int = TransformerNetwork.mostColumns, _ kernels: KernelSet
    ) {
        let space = Workspace()
        let symbols = problem.examples.symbolCount
        isStochastic = model.hasDropout || problem.configuration.perturbation.isOn
        // In a batch of fewer examples than there are symbols, examples have less in common than sharing costs.
        let shares =
            model.computation == .shared && model.positionKind != .rotary
            && (isStochastic || problem.configuration.batchSize >= symbols)
        let plan = TransformerPlan(
            problem, model, parameters, sharing: shares, kernels, space)
        let first = shares ? plan.layout.secondPosition : 0
        let positions = plan.layout.count - (isStochastic ? 0 : first)
        blockColumns = min(problem.examples.count, max(mostColumns / positions & ~15, 16))
        prefix =
            shares && (model.layers > 1 || model.readOut == .all)
            ? TransformerStack(
                plan, positions: 0..<first, columns: symbols, sharing: true, before: nil, space)
            : nil
        // Tables of all symbols are made in every step, which must have more examples to gain by it.
        let folds =
            shares && model.layers > 1 && model.normalisation == .none
            && problem.configuration.batchSize >= 4 * symbols
        folded =
            folds
            ? FoldedValueTable(model, plan.table, plan.weights[0], kernels, space) : nil
        evaluating = TransformerStack(
            plan, positions: first..<plan.layout.count, columns: blockColumns, sharing: shares,
            before: prefix, folding: folded, space)
        training =
            isStochastic && shares
            ? TransformerStack(
                plan, positions: 0..<plan.layout.count, columns: blockColumns, sharing: false,
                before: nil, space)
            : evaluating
        current = training
        (self.plan, self.symbols, workspace) = (plan, problem.examples.inputs, space)
        prefix?.arrangeSymbols()
    }

    /// The table and the prefix once per step, each example through the stack that trains.
    var work: NetworkWork {
        let shared =
            training.isSharing
            ? plan.table.products + plan.symbols.count * (prefix?.productsPerColumn ?? 0)
                + (folded?.products ?? 0) : 0
        let example = Double(training.productsPerColumn)
        return NetworkWork(
            shared: 6 * Double(shared), forward: 2 * example, backward: 4 * example)
    }

    func begin() {
        plan.table.forward()
        isPrepared = false
    }

    func forward(_ examples: UnsafeBufferPointer<Int32>, _ pass: Pass) {
        current = pass.isTraining ? training : evaluating
        if current.isSharing, !isPrepared {
            plan.table.project()
            folded?.fold()
            prefix?.forward()
            isPrepared = true
        }
        current.arrange(examples, symbols: symbols, pass)
        current.forward()
    }

    func backward(_ examples: UnsafeBufferPointer<Int32>, graded: Int, isFirst: Bool) {
        if isFirst {
            plan.table.clearSlopes(projections: current.isSharing)
            if current.isSharing { folded?.clearSlopes() }
            prefix?.clearLater()
        }
        current.backward(graded: graded, accumulates: !isFirst)
    }

    func finish() {
        if training.isSharing {
            folded?.unfold()
            prefix?.backward(graded: plan.symbols.count, accumulates: true)
        }
        plan.table.backward(projections: training.isSharing)
    }

    func inner(_ place: InnerPlace) -> [Matrix] { current.inner(place) }
}
