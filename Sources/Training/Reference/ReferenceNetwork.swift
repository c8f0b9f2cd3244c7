import Core

/// The readable definition of each model: outputs as a function of parameters and examples, one row per example.
struct ReferenceNetwork<Scalar: BinaryFloatingPoint> {
    typealias Node = Tape<Scalar>.Node

    let tape: Tape<Scalar>
    let problem: CellProblem
    /// Every parameter by its name; vectors are rows.
    let parameters: [String: Node]
    /// Whether batches are normalised by their own statistics.
    let isTraining: Bool
    /// By the name of a batch normalisation: what evaluation normalises with.
    let running: [String: RunningStatistics<Scalar>.Channels]
    /// Is told the statistics of a training pass.
    let observe: (_ name: String, RunningStatistics<Scalar>.Channels) -> Void

    /// Outputs for these examples, one row each; of a training pass where that draws something.
    func outputs(_ examples: [Int], _ pass: ReferencePass? = nil) -> Node {
        switch problem.configuration.model {
        case .pairDecoder(let model):
            decoded(
                combined(model, examples, pass), model.activation, dropout: model.dropout, pass)
        case .mlp(let model):
            decoded(
                perturbed(inputs(model, examples), pass), model.activation,
                dropout: model.dropout, pass)
        case .residualNetwork(let model):
            residual(model, problem.configuration.task.picture, perturbed(rows(examples), pass))
        case .transformer(let model):
            tape.stacked(
                examples.indices.map {
                    transformed(model, problem.examples.symbols(of: examples[$0]), pass?.only($0))
                })
        }
    }

    /// Rows of examples with noise, whose number of a row is the feature's, beginning with `first`.
    private func perturbed(_ x: Node, first: Int = 0, _ pass: ReferencePass?) -> Node {
        guard let pass else { return x }
        let noise: [Scalar] = x.value.indices.map {
            pass.noise(row: first + $0 % x.columns, example: $0 / x.columns)
        }
        return tape.sum(x, tape.matrix(x.rows, x.columns, noise))
    }

    /// A parameter that the model is known to have.
    func parameter(_ name: TensorName) -> Node {
        guard let node = parameters[name.text] else {
            preconditionFailure("no parameter \(name.text)")
        }
        return node
    }

    /// What an example's symbols are, of which it has some.
    private var symbols: ExampleSymbols {
        guard let symbols = problem.examples.symbols else {
            preconditionFailure("a model of symbols has examples of symbols")
        }
        return symbols
    }

    private func symbol(_ example: Int, _ place: Int) -> Int {
        Int(problem.examples.symbols(of: example).dropFirst(place).first ?? 0)
    }

    /// The embeddings of the examples' symbols at a place.
    private func embedded(_ examples: [Int], _ place: Int) -> Node {
        let first = symbols.embeddingRows[place]
        return tape.rows(parameter(.representation), examples.map { first + symbol($0, place) })
    }
}

// Fully connected networks.
extension ReferenceNetwork {
    /// Linear layers with a nonlinearity between them, and dropout after it.
    private func decoded(
        _ input: Node, _ activation: ModelConfiguration.Activation, dropout: Double = 0,
        _ pass: ReferencePass? = nil
    ) -> Node {
        let layers = parameters.keys.filter { $0.hasSuffix(".weight") }.count
        return (0..<layers).reduce(input) { x, layer in
            let y = tape.linear(
                x, parameter(.decoder(layer).weight),
                parameters[TensorName.decoder(layer).bias.text])
            guard layer < layers - 1 else { return y }
            let h = tape.activated(y, activation)
            guard let pass, dropout > 0 else { return h }
            return tape.scaled(
                h,
                by: h.value.indices.map {
                    pass.mask(
                        dropout, site: layer, row: $0 % h.columns, example: $0 / h.columns)
                })
        }
    }

    /// E_a + E_b, or the product of both embeddings read as square matrices (Liu et al. 2022, §2 and App. H).
    /// Noise comes to each embedding by itself.
    private func combined(
        _ model: PairDecoderConfiguration, _ examples: [Int], _ pass: ReferencePass?
    ) -> Node {
        let first = perturbed(embedded(examples, 0), pass)
        let second = perturbed(embedded(examples, 1), first: model.embedding, pass)
        switch model.combination {
        case .sum: return tape.sum(first, second)
        case .matrixProduct:
            let side = Int(Double(model.embedding).squareRoot().rounded())
            return tape.stacked(
                examples.indices.map { row in
                    let a = tape.reshaped(tape.rows(first, [row]), side, side)
                    let b = tape.reshaped(tape.rows(second, [row]), side, side)
                    return tape.reshaped(tape.product(a, b), 1, model.embedding)
                })
        }
    }

    /// What goes into the first layer: unit vectors or embeddings side by side, or the task's numbers.
    private func inputs(_ model: MLPConfiguration, _ examples: [Int]) -> Node {
        switch model.input {
        case .embedding:
            return tape.beside((0..<symbols.places).map { embedded(examples, $0) })
        case .oneHot:
            let values = examples.flatMap { example in
                symbols.choices.enumerated().flatMap { place, count in
                    (0..<count).map { $0 == symbol(example, place) ? Scalar(1) : 0 }
                }
            }
            return tape.matrix(examples.count, values.count / examples.count, values)
        case .numbers: return rows(examples)
        }
    }

    /// The task's numbers.
    private func rows(_ examples: [Int]) -> Node {
        let values = examples.flatMap { problem.examples.row($0).map { Scalar($0) } }
        return tape.matrix(examples.count, problem.examples.featureCount, values)
    }
}

// The transformer, one sequence at a time: rows are positions.
extension ReferenceNetwork {
    /// The outputs for the symbols of one example, as a row.
    private func transformed(
        _ model: TransformerConfiguration, _ example: ArraySlice<Int32>, _ pass: ReferencePass?
    ) -> Node {
        let tokens = TokenLayout(model, symbols).tokens(example)
        let embedded = tape.rows(parameter(.representation), tokens)
        var x = tape.sum(embedded, parameter(.positions))
        if let pass {
            let noise: [Scalar] = x.value.indices.map { pass.noise(row: $0, example: 0) }
            x = tape.sum(x, tape.matrix(x.rows, x.columns, noise))
        }
        for layer in 0..<model.layers {
            let (names, site) = (TensorName.layer(layer), 4 * layer)
            x = residual(model, x, norm: names.firstNorm) { x in
                dropped(
                    attention(model, x, names, site: site + 1, pass), model.residualDropout,
                    site: site, pass)
            }
            x = residual(model, x, norm: names.secondNorm) { x in
                let hidden = dropped(
                    tape.activated(linear(x, names.up), model.activation),
                    model.decoderDropout, site: site + 2, pass)
                return dropped(
                    linear(hidden, names.down), model.residualDropout, site: site + 3, pass)
            }
        }
        if model.normalisation == .pre { x = normalised(x, TensorName.lastNorm) }
        let read =
            switch model.readOut {
            case .last: tape.rows(x, [x.rows - 1])
            case .all: tape.reshaped(x, 1, x.rows * model.width)
            }
        return tape.linear(read, unembedding(model), nil)
    }

    /// x plus what a block makes of it, with layer normalisation where the model has it.
    private func residual(
        _ model: TransformerConfiguration, _ x: Node, norm: TensorName.Norm, _ block: (Node) -> Node
    ) -> Node {
        switch model.normalisation {
        case .none: tape.sum(x, block(x))
        case .pre: tape.sum(x, block(normalised(x, norm)))
        case .post: normalised(tape.sum(x, block(x)), norm)
        }
    }

    /// Dropout of positions × features; positions are counted from the last one.
    private func dropped(
        _ x: Node, _ probability: Double, site: Int, _ pass: ReferencePass?
    ) -> Node {
        guard let pass, probability > 0 else { return x }
        return tape.scaled(
            x,
            by: x.value.indices.map {
                let (position, feature) = ($0 / x.columns, $0 % x.columns)
                return pass.mask(
                    probability, site: site,
                    row: feature + (x.rows - 1 - position) * x.columns, example: 0)
            })
    }

    private func attention(
        _ model: TransformerConfiguration, _ x: Node, _ names: TensorName.Layer, site: Int,
        _ pass: ReferencePass?
    ) -> Node {
        let heads = tape.attention(
            query: turned(model, tape.linear(x, parameter(names.query), nil)),
            key: turned(model, tape.linear(x, parameter(names.key), nil)),
            value: tape.linear(x, parameter(names.value), nil), heads: model.heads
        ) { head, weights in
            guard let pass, model.attentionDropout > 0 else { return weights }
            let positions = weights.columns
            return tape.scaled(
                weights,
                by: weights.value.indices.map {
                    let row = ($0 / positions * model.heads + head) * positions + $0 % positions
                    return pass.mask(model.attentionDropout, site: site, row: row, example: 0)
                })
        }
        return tape.linear(heads, parameter(names.output), nil)
    }

    /// Queries or keys, positions × features, by rotary positions: x cos + x⊥ sin, (x, y)⊥ being (−y, x) for each pair of
    /// features.
    private func turned(_ model: TransformerConfiguration, _ x: Node) -> Node {
        guard model.positionKind == .rotary else { return x }
        var upright = [Scalar](repeating: 0, count: x.columns * x.columns)
        for first in stride(from: 0, to: x.columns, by: 2) {
            upright[(first + 1) * x.columns + first] = -1
            upright[first * x.columns + first + 1] = 1
        }
        let angles = x.value.indices.map { place in
            RotaryPositions.angle(
                place / x.columns, place % x.columns % model.headWidth / 2,
                width: model.headWidth)
        }
        let across = tape.product(x, tape.matrix(x.columns, x.columns, upright))
        return tape.sum(
            tape.scaled(x, by: angles.map { Scalar(cosine($0)) }),
            tape.scaled(across, by: angles.map { Scalar(sine($0)) }))
    }

    private func linear(_ x: Node, _ name: TensorName.Linear) -> Node {
        tape.linear(x, parameter(name.weight), parameter(name.bias))
    }

    private func normalised(_ x: Node, _ name: TensorName.Norm) -> Node {
        tape.normalised(x, gain: parameter(name.gain), bias: parameter(name.bias))
    }

    private func unembedding(_ model: TransformerConfiguration) -> Node {
        switch model.unembedding {
        case .free: parameter(.unembedding)
        case .tied:
            tape.rows(parameter(.representation), Array(0..<symbols.count))
        }
    }
}
