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

    /// The same with weight decay as an L2 term of the gradient: `torch.optim.Adam`.
    static func adamL2<T: BinaryFloatingPoint>(
        _ settings: UpdateRule, step: Int, parameters: inout [T], gradients: [T],
        first: inout [T], second: inout [T]
    ) {
        var rule = settings
        rule.weightDecay = 0
        adamW(
            rule, step: step, parameters: &parameters,
            gradients: axpy(T(settings.weightDecay), parameters, gradients), first: &first,
            second: &second)
    }

    /// One update by gradient descent with momentum and an L2 term: `torch.optim.SGD`; velocities begin at 0.
    static func sgd<T: BinaryFloatingPoint>(
        _ settings: UpdateRule, parameters: inout [T], gradients: [T], velocity: inout [T]
    ) {
        let slopes = axpy(T(settings.weightDecay), parameters, gradients)
        velocity = axpy(T(settings.momentum), velocity, slopes)
        parameters = axpy(-T(settings.learningRate), velocity, parameters)
    }

    /// One update by Lion (Chen et al. 2023, Alg. 2).
    static func lion<T: BinaryFloatingPoint>(
        _ settings: UpdateRule, parameters: inout [T], gradients: [T], momentum: inout [T]
    ) {
        for place in parameters.indices {
            let (g, m) = (gradients[place], momentum[place])
            let blend = T(settings.beta1) * m + T(1 - settings.beta1) * g
            let sign: T = blend > 0 ? 1 : blend < 0 ? -1 : blend
            parameters[place] =
                T(1 - settings.learningRate * settings.weightDecay) * parameters[place]
                - T(settings.learningRate) * sign
            momentum[place] = T(settings.beta2) * m + T(1 - settings.beta2) * g
        }
    }

    /// One update as `torch.optim.RMSprop`.
    static func rmsprop<T: BinaryFloatingPoint>(
        _ settings: UpdateRule, parameters: inout [T], gradients: [T], square: inout [T],
        velocity: inout [T]
    ) {
        for place in parameters.indices {
            let g = gradients[place] + T(settings.weightDecay) * parameters[place]
            square[place] = T(settings.beta2) * square[place] + T(1 - settings.beta2) * g * g
            velocity[place] =
                T(settings.momentum) * velocity[place]
                + g / (square[place].squareRoot() + T(settings.epsilon))
            parameters[place] -= T(settings.learningRate) * velocity[place]
        }
    }

    /// Grokfast-EMA (Lee et al. 2024, `gradfilter_ema` of their code): m ← αm + (1 − α)g, then g ← g + λm.
    static func emaFilter<T: BinaryFloatingPoint>(
        mean: inout [T], gradients: inout [T], alpha: Double, lambda: Double
    ) {
        mean = axpby(T(alpha), mean, T(1 - alpha), gradients)
        gradients = axpy(T(lambda), mean, gradients)
    }

    /// Grokfast-MA (`gradfilter_ma` there): what is added to the last of a window's gradients, gain · their sum.
    static func windowFilter<T: BinaryFloatingPoint>(_ window: [[T]], gain: Double) -> [T] {
        (window.last ?? []).indices.map { place in
            let sum = window.reduce(0.0) { $0 + Double($1[place]) }
            return window[window.count - 1][place] + T(gain * sum)
        }
    }
}
