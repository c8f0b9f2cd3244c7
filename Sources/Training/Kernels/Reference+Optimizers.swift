import Core

// Optimisers over contiguous arrays of parameters.
extension Reference {
    /// One AdamW update, counted from 1, in PyTorch's order of operations.
    static func adamW<T: BinaryFloatingPoint>(
        _ settings: UpdateRule, step: Int, parameters: inout [T], gradients: [T],
        first: inout [T], second: inout [T]
    ) {
        let constants = AdamWConstants(settings, step: step)
        for place in parameters.indices {
            let g = gradients[place]
            first[place] += T(1 - settings.beta1) * (g - first[place])
            second[place] = second[place] * T(settings.beta2) + T(1 - settings.beta2) * g * g
            let denominator =
                second[place].squareRoot() * T(constants.rootScale) + T(settings.epsilon)
            parameters[place] =
                parameters[place] * T(constants.decay)
                - T(constants.stepSize) * first[place] / denominator
        }
    }
}
