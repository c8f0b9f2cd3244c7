/// States (width × columns) with what attention takes from them: Q = W_Q·X̂, K = W_K·X̂, V = W_V·X̂. Queries are taken of
/// the last columns only.
struct AttentionInputs {
    /// X and X̂.
    let states: NormedStates
    private let weights: TransformerWeights

    /// The projections of these states.
    init(_ weights: TransformerWeights, _ states: Matrix, _ space: Workspace) {
        self.weights = weights
        self.states = NormedStates(
            states, weights.normalisesFirst ? weights.firstNorm : nil, space)
    }

    /// Fills queries, keys and values; keys and values have as many columns as the states, queries as many or fewer.
    func forward(
        _ kernels: borrowing KernelSet, queries: Matrix, keys: Matrix, values: Matrix
    ) {
        let input = states.forward(kernels, columns: keys.columns)
        weights.key.forward(kernels, input: input, output: keys)
        weights.value.forward(kernels, input: input, output: values)
        guard queries.columns > 0 else { return }
        weights.query.forward(kernels, input: input.last(queries.columns), output: queries)
    }

    /// Takes the gradients of queries, keys and values back to the projections, which are overwritten or added to, and to
    /// the states, whose `slope` is added to. `room` is for the gradient of X̂.
    func backward(
        _ kernels: borrowing KernelSet, queries: Matrix, keys: Matrix, values: Matrix,
        slope: Matrix, room: Matrix, scratch: UnsafeMutablePointer<Float>, accumulates: Bool
    ) {
        let input = states.output(slope.columns)
        let (target, adds) = states.slope(slope, room: room)
        weights.key.backward(
            kernels, input: input, outputGradient: keys, inputGradient: target, scratch: scratch,
            accumulates: accumulates, addsToInput: adds)
        weights.value.backward(
            kernels, input: input, outputGradient: values, inputGradient: target,
            scratch: scratch, accumulates: accumulates, addsToInput: true)
        if queries.columns > 0 {
            weights.query.backward(
                kernels, input: input.last(queries.columns), outputGradient: queries,
                inputGradient: target.last(queries.columns), scratch: scratch,
                accumulates: accumulates, addsToInput: true)
        }
        states.backward(kernels, slope: slope, room: room, accumulates: accumulates)
    }
}
