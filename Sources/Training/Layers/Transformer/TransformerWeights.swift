import Core

/// One layer's parameters.
struct TransformerWeights {
    /// Before attention, or after it has been added; nil where there is none.
    let firstNorm: LayerNorm?
    /// Before the MLP, or after it has been added; nil where there is none.
    let secondNorm: LayerNorm?
    /// Whether normalisation stands before what it normalises for, rather than after.
    let normalisesFirst: Bool
    /// What becomes of a position's state in attention.
    let query, key, value, output: Linear
    /// The MLP's two layers.
    let up, down: Linear

    /// The parameters of one layer by their names.
    init(_ parameters: Parameters, _ model: TransformerConfiguration, layer: Int) {
        let names = TensorName.layer(layer)
        func norm(_ name: TensorName.Norm) -> LayerNorm? {
            model.normalisation == .none ? nil : LayerNorm(parameters, name)
        }
        func projection(_ name: TensorName) -> Linear {
            Linear(weight: parameters[name], bias: nil)
        }
        func linear(_ name: TensorName.Linear) -> Linear {
            Linear(weight: parameters[name.weight], bias: parameters[name.bias])
        }
        firstNorm = norm(names.firstNorm)
        secondNorm = norm(names.secondNorm)
        normalisesFirst = model.normalisation == .pre
        query = projection(names.query)
        key = projection(names.key)
        value = projection(names.value)
        output = projection(names.output)
        up = linear(names.up)
        down = linear(names.down)
    }
}
