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
        func norm(_ name: String) -> LayerNorm? {
            model.normalisation == .none ? nil : LayerNorm(parameters, "layer.\(layer).\(name)")
        }
        func projection(_ name: String) -> Linear {
            Linear(weight: parameters["layer.\(layer).\(name)"], bias: nil)
        }
        func linear(_ name: String) -> Linear {
            Linear(
                weight: parameters["layer.\(layer).\(name).weight"],
                bias: parameters["layer.\(layer).\(name).bias"])
        }
        firstNorm = norm("norm1")
        secondNorm = norm("norm2")
        normalisesFirst = model.normalisation == .pre
        query = projection("query")
        key = projection("key")
        value = projection("value")
        output = projection("output")
        up = linear("up")
        down = linear("down")
    }
}
