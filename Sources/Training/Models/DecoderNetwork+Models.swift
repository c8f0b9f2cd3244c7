import Core

extension DecoderNetwork {
    /// The pair decoder of a problem on these parameters.
    convenience init(
        _ problem: CellProblem, _ model: PairDecoderConfiguration, _ parameters: Parameters,
        mostColumns: Int = DecoderNetwork.mostColumns, _ kernels: KernelSet
    ) {
        let embeddings = parameters["representation"]
        let pairs = problem.examples.inputs
        let columns = min(problem.examples.count, mostColumns)
        let input: any InputStage =
            switch model.combination {
            case .sum: PairEmbedding(embeddings, pairs: pairs, columns: columns, kernels)
            case .matrixProduct: PairProduct(embeddings, pairs: pairs)
            }
        self.init(
            input, activation: Activation(kind: model.activation), parameters, columns: columns,
            kernels)
    }

    /// The MLP of a problem on these parameters.
    convenience init(
        _ problem: CellProblem, _ model: MLPConfiguration, _ parameters: Parameters,
        mostColumns: Int = DecoderNetwork.mostColumns, _ kernels: KernelSet
    ) {
        let pairs = problem.examples.inputs
        let columns = min(problem.examples.count, mostColumns)
        let input: any InputStage =
            switch model.input {
            case .embedding:
                PairConcatenation(
                    parameters["representation"], pairs: pairs, columns: columns, kernels)
            case .numbers
            where SparseLayer.density(problem.examples.features) <= SparseLayer.largestDensity:
                SparseLayer(
                    weight: parameters["decoder.0.weight"],
                    bias: parameters.tensor("decoder.0.bias"), rows: problem.examples.features,
                    columns: columns, kernels)
            case .numbers:
                NumberRows(
                    problem.examples.features, features: problem.examples.featureCount, kernels)
            case .oneHot where problem.configuration.perturbation.isOn:
                // Noise makes the input dense.
                PairConcatenation(
                    unitVectorsOf: problem.examples.symbolCount, pairs: pairs, columns: columns,
                    kernels)
            case .oneHot:
                OneHotLayer(
                    weight: parameters["decoder.0.weight"],
                    bias: parameters.tensor("decoder.0.bias"), pairs: pairs, columns: columns,
                    kernels)
            }
        self.init(
            input, activation: Activation(kind: model.activation), parameters, columns: columns,
            kernels)
    }
}
