import Core

extension DecoderNetwork {
    /// The pair decoder of a problem on these parameters.
    convenience init(
        _ problem: CellProblem, _ model: PairDecoderConfiguration, _ parameters: Parameters,
        mostColumns: Int = DecoderNetwork.mostColumns, _ kernels: KernelSet
    ) {
        let embeddings = parameters[.representation]
        let examples = problem.examples
        let columns = min(examples.count, mostColumns)
        let noisy = { (input: any InputStage) in
            NoisyInput(input, seed: problem.seed(.noise), columns: columns, kernels)
        }
        let input: any InputStage =
            switch model.combination {
            case _ where problem.configuration.perturbation.isOn:
                PairCombination(
                    noisy(EmbeddingConcatenation(embeddings, examples, columns: columns, kernels)),
                    model.combination, columns: columns, kernels)
            case .sum: PairEmbedding(embeddings, examples, columns: columns, kernels)
            case .matrixProduct: PairProduct(embeddings, pairs: examples.inputs)
            }
        self.init(
            problem, input, activation: Activation(kind: model.activation),
            dropout: model.dropout, parameters, columns: columns, kernels)
    }

    /// The MLP of a problem on these parameters.
    convenience init(
        _ problem: CellProblem, _ model: MLPConfiguration, _ parameters: Parameters,
        mostColumns: Int = DecoderNetwork.mostColumns, _ kernels: KernelSet
    ) {
        let examples = problem.examples
        let columns = min(examples.count, mostColumns)
        let rows = model.input == .numbers ? examples.rows : []
        // Noise makes every input dense.
        let isNoisy = problem.configuration.perturbation.isOn
        let input: any InputStage =
            switch model.input {
            case .embedding:
                EmbeddingConcatenation(
                    parameters[.representation], examples, columns: columns, kernels)
            case .numbers
            where !isNoisy
                && SparseLayer.density(rows) <= SparseLayer.largestDensity:
                SparseLayer(
                    weight: parameters[.decoder(0).weight],
                    bias: parameters.tensor(.decoder(0).bias), rows: examples.features,
                    columns: columns,
                    kernels)
            case .numbers:
                NumberRows(rows, features: examples.featureCount, kernels)
            case .oneHot where isNoisy: UnitVectors(examples, columns: columns)
            case .oneHot:
                OneHotLayer(
                    weight: parameters[.decoder(0).weight],
                    bias: parameters.tensor(.decoder(0).bias), examples, columns: columns, kernels)
            }
        self.init(
            problem,
            isNoisy
                ? NoisyInput(input, seed: problem.seed(.noise), columns: columns, kernels) : input,
            activation: Activation(kind: model.activation), dropout: model.dropout, parameters,
            columns: columns, kernels)
    }
}
