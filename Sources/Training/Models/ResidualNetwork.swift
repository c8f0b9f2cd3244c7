import CKernels
import Core

/// A residual network on pictures (He et al. 2016), on the vector kernels.
final class ResidualNetwork: Network {
    private let kernels: KernelSet
    private let input: any InputStage
    private let plan: ResidualPlan
    private var stem: NormedConvolution
    private var pool: MaximumPool?
    private var blocks: [ResidualBlock]
    private let norms: [any ChannelNorm]
    private let head: Linear
    private let workspace: Workspace
    /// What enters; the stem's nonlinearity and its gradient.
    private var picture, stemmed, stemSlope: Matrix
    /// The mean over all places and its gradient; what the head puts out and its gradient.
    private var mean, meanSlope, scores, scoreSlope: Matrix
    private let scratch: UnsafeMutablePointer<Float>

    let blockColumns: Int
    let isStochastic: Bool
    var output: Matrix { scores }
    var outputGradient: Matrix { scoreSlope }
    var workspaceBytes: Int { workspace.byteCount }

    /// A product forwards; backwards one by the input and, but for the picture, one by the weights.
    var work: NetworkWork {
        let stem = plan.stem.output.pixels * plan.stem.channels * plan.stem.fanIn
        let all = Double(plan.products + head.inputs * head.outputs)
        return NetworkWork(forward: 2 * all, backward: 4 * all - 2 * Double(stem))
    }

    /// Most examples per block where they do not depend on one another.
    static let mostColumns = 32

    /// The network of a problem on these parameters.
    init(
        _ problem: CellProblem, _ model: ResidualNetworkConfiguration, _ picture: PictureShape,
        _ parameters: Parameters, _ kernels: KernelSet
    ) {
        self.kernels = kernels
        let plan = ResidualPlan(model, picture)
        self.plan = plan
        // A batch is normalised as a whole.
        let isWhole = model.normalisation == .batch
        let columns =
            isWhole
            ? problem.configuration.batchSize
            : min(problem.examples.count, ResidualNetwork.mostColumns)
        blockColumns = columns
        isStochastic = isWhole || problem.configuration.isStochastic
        input = ResidualNetwork.input(problem, columns: columns, kernels)
        head = Linear(
            weight: parameters[TensorName.head.weight], bias: parameters[TensorName.head.bias])
        let space = Workspace()
        workspace = space
        self.picture = space.matrix(rows: input.features, columns: columns)
        stem = NormedConvolution(plan.stem, model, parameters, columns: columns, space)
        let stemRows = plan.stem.output.pixels * plan.stem.channels
        stemmed = space.matrix(rows: stemRows, columns: columns)
        stemSlope = space.matrix(rows: stemRows, columns: columns)
        pool =
            model.stem.pool
            ? MaximumPool(from: plan.stem.output, to: plan.pooled, columns: columns, space) : nil
        let blocks = plan.blocks.map {
            ResidualBlock($0, model, parameters, columns: columns, space)
        }
        self.blocks = blocks
        norms = [stem.norm] + blocks.flatMap(\.norms)
        mean = space.matrix(rows: head.inputs, columns: columns)
        meanSlope = space.matrix(rows: head.inputs, columns: columns)
        scores = space.matrix(rows: head.outputs, columns: columns)
        scoreSlope = space.matrix(rows: head.outputs, columns: columns)
        let sizes = plan.convolutions.map { Convolution.scratchSize($0, examples: columns) }
        scratch = space.take(
            max(
                sizes.max() ?? 0, Linear.scratchSize(inputs: head.inputs, examples: columns)))
    }

    private static func input(
        _ problem: CellProblem, columns: Int, _ kernels: KernelSet
    ) -> any InputStage {
        let examples = problem.examples
        let rows: any InputStage =
            if let mosaic = examples.mosaic {
                MosaicRows(mosaic, columns: columns, kernels)
            } else {
                NumberRows(examples.features, features: examples.featureCount, kernels)
            }
        return problem.configuration.perturbation.isOn
            ? NoisyInput(rows, seed: problem.seed(.noise), columns: columns, kernels) : rows
    }

    func forward(_ examples: UnsafeBufferPointer<Int32>, _ pass: Pass) {
        let columns = examples.count
        (picture.columns, stemmed.columns) = (columns, columns)
        (mean.columns, scores.columns) = (columns, columns)
        input.forward(examples, output: picture, pass)
        stem.forward(kernels, input: picture, output: stemmed, isTraining: pass.isTraining)
        kernels.table.relu_forward(stemmed.rows, columns, stemmed.base, stemmed.stride)
        pool?.forward(kernels, input: stemmed)
        for number in blocks.indices {
            blocks[number].forward(
                kernels, input: inputOfBlock(number), isTraining: pass.isTraining)
        }
        average()
        head.forward(kernels, input: mean, output: scores)
    }

    /// What enters a block, or after the last one the mean.
    private func inputOfBlock(_ number: Int) -> Matrix {
        number > 0 ? blocks[number - 1].output : pool?.output ?? stemmed
    }

    /// The gradient of that.
    private func slopeOfInput(_ number: Int) -> Matrix {
        number > 0 ? blocks[number - 1].slope : pool?.slope ?? stemSlope
    }

    /// Fills the mean over all places.
    private func average() {
        let last = inputOfBlock(blocks.count)
        mean.clear()
        for place in 0..<plan.last.pixels {
            kernels.table.add_rows(
                mean.rows, mean.columns, last.row(place * mean.rows), last.stride, mean.base,
                mean.stride)
        }
        for row in 0..<mean.rows {
            kernels.table.scale(mean.columns, 1 / Float(plan.last.pixels), mean.row(row))
        }
    }

    func backward(_ examples: UnsafeBufferPointer<Int32>, graded: Int, isFirst: Bool) {
        (scoreSlope.columns, meanSlope.columns, stemSlope.columns) = (graded, graded, graded)
        pool?.slope.columns = graded
        for number in blocks.indices { blocks[number].setGraded(graded) }
        head.backward(
            kernels, input: mean, outputGradient: scoreSlope, inputGradient: meanSlope,
            scratch: scratch, accumulates: !isFirst)
        let last = slopeOfInput(blocks.count)
        for row in 0..<meanSlope.rows {
            kernels.table.scale(graded, 1 / Float(plan.last.pixels), meanSlope.row(row))
        }
        for row in 0..<last.rows {
            last.row(row).update(from: meanSlope.row(row % meanSlope.rows), count: graded)
        }
        for number in blocks.indices.reversed() {
            blocks[number].backward(
                kernels, input: inputOfBlock(number), inputGradient: slopeOfInput(number),
                scratch: scratch, accumulates: !isFirst)
        }
        pool?.backward(kernels, inputGradient: stemSlope)
        kernels.table.relu_backward(
            stemmed.rows, graded, stemmed.base, stemmed.stride, stemSlope.base, stemSlope.stride)
        stem.backward(
            kernels, input: picture, slope: stemSlope, inputGradient: nil, scratch: scratch,
            accumulates: !isFirst)
    }

    func advance() {
        for number in norms.indices { norms[number].advance() }
    }

    func save(to state: inout StateWriter) {
        for norm in norms { norm.save(to: &state) }
    }

    func restore(from state: inout StateReader) throws(StateError) {
        for norm in norms { try norm.restore(from: &state) }
    }
}
