import Core

/// Every optimiser in plain loops, in the order of `OptimizerConfiguration`.
struct ReferenceOptimizer<Scalar: BinaryFloatingPoint> {
    typealias Tensor = ReferenceModel<Scalar>.Tensor

    private let settings: OptimizerConfiguration
    private let budget: Int
    private let initialNorm: Scalar
    /// Updates made so far.
    private var step = 0
    /// Adam's moments per tensor; gradient descent keeps its velocity in the first.
    private let initial: [[Scalar]]
    private var first: [[Scalar]]
    private var second: [[Scalar]]
    /// Grokfast's slow gradient per tensor, or its window of past gradients.
    private var slow: [[Scalar]] = []
    private var past: [[[Scalar]]] = []

    /// The optimiser of a configuration for these parameters.
    init(_ configuration: CellConfiguration, _ tensors: [Tensor]) {
        settings = configuration.optimizer
        budget = configuration.steps
        first = tensors.map { [Scalar](repeating: 0, count: $0.value.count) }
        second = first
        initial = tensors.map(\.value)
        initialNorm = Self.norm(tensors.map(\.value))
    }

    /// One update of all parameters by their gradients.
    mutating func update(_ tensors: inout [Tensor]) {
        step += 1
        var gradients = tensors.map(\.gradient)
        clip(&gradients)
        amplify(&gradients)
        if settings.orthogonal {
            for place in gradients.indices {
                gradients[place] = Self.orthogonal(gradients[place], to: tensors[place].value)
            }
        }
        for place in tensors.indices { apply(gradients[place], place, &tensors[place]) }
        guard settings.constrainedNorm else { return }
        let factor = initialNorm / Self.norm(tensors.map(\.value))
        for place in tensors.indices {
            tensors[place].value = tensors[place].value.map { factor * $0 }
        }
    }

    /// What the learning rates of the present update are multiplied with: rising to 1 over the warm-up, then following the
    /// schedule to 0, which it would reach with the update after the budget's last.
    private var rateFactor: Double {
        if step <= settings.warmup { return Double(step) / Double(settings.warmup) }
        let made = step - 1 - settings.warmup
        let progress = Double(made) / Double(max(budget - settings.warmup, 1))
        let schedule = settings.schedule
        func fallen(_ shape: Double) -> Double { schedule.floor + (1 - schedule.floor) * shape }
        func wave(_ share: Double) -> Double { (1 + cosine(Double.pi * share)) / 2 }
        switch schedule.kind {
        case .constant: return 1
        case .linear: return fallen(1 - progress)
        case .cosine: return fallen(wave(progress))
        case .steps:
            return (0..<made / schedule.every).reduce(1) { product, _ in product * schedule.factor }
        case .restarts:
            var (begin, length) = (0, schedule.period)
            while begin + length <= made {
                (begin, length) = (begin + length, length * schedule.growth)
            }
            return fallen(wave(Double(made - begin) / Double(length)))
        }
    }

    /// Scales the whole gradient down to the largest norm allowed, as `torch.nn.utils.clip_grad_norm_` does.
    private func clip(_ gradients: inout [[Scalar]]) {
        guard settings.clip > 0 else { return }
        let factor = min(1, Scalar(settings.clip) / (Self.norm(gradients) + Scalar(1e-6)))
        gradients = gradients.map { $0.map { factor * $0 } }
    }

    /// Grokfast (Lee et al. 2024, §3 and App. A): adds the slow part of the gradient once more.
    private mutating func amplify(_ gradients: inout [[Scalar]]) {
        guard let grokfast = settings.grokfast else { return }
        let lambda = step <= grokfast.after ? 0 : grokfast.lambda
        switch grokfast.filter {
        case .ema(let alpha):
            if slow.isEmpty { slow = gradients }
            for place in gradients.indices {
                slow[place] = zip(slow[place], gradients[place]).map {
                    Scalar(alpha) * $0 + Scalar(1 - alpha) * $1
                }
                gradients[place] = zip(gradients[place], slow[place]).map {
                    $0 + Scalar(lambda) * $1
                }
            }
        case .movingAverage(let window):
            past = Array((past + [gradients]).suffix(window))
            guard past.count == window else { return }
            for place in gradients.indices {
                for element in gradients[place].indices {
                    let mean = past.reduce(0) { $0 + $1[place][element] } / Scalar(window)
                    gradients[place][element] += Scalar(lambda) * mean
                }
            }
        }
    }

    /// ⊥Grad (Prieto et al. 2025, §5): the gradient without its part along the tensor, brought back to its length.
    private static func orthogonal(_ gradient: [Scalar], to tensor: [Scalar]) -> [Scalar] {
        let tiny = Scalar(1e-30)
        let share = dot(tensor, gradient) / (dot(tensor, tensor) + tiny)
        let rest = zip(gradient, tensor).map { $0 - share * $1 }
        let factor = norm([gradient]) / (norm([rest]) + tiny)
        return rest.map { factor * $0 }
    }

    private static func dot(_ a: [Scalar], _ b: [Scalar]) -> Scalar {
        zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
    }

    private static func norm(_ tensors: [[Scalar]]) -> Scalar {
        Scalar(tensors.reduce(0) { $0 + Reference.sumOfSquares($1) }.squareRoot())
    }
}

// Its state.
extension ReferenceOptimizer {
    /// Writes everything that later updates depend on.
    func save(to state: inout StateWriter) {
        state.write(step)
        for numbers in first + second { state.write(numbers.map { Double($0) }) }
        for gradients in (slow.isEmpty ? [] : [slow]) + past {
            for numbers in gradients { state.write(numbers.map { Double($0) }) }
        }
    }

    /// Takes over what `save` wrote.
    mutating func restore(from state: inout StateReader) throws(StateError) {
        step = try state.count()
        let sizes = first.map(\.count)
        func numbers() throws(StateError) -> [[Scalar]] {
            var numbers: [[Scalar]] = []
            for size in sizes { numbers.append(try state.scalars(size)) }
            return numbers
        }
        first = try numbers()
        second = try numbers()
        switch settings.grokfast?.filter {
        case nil: break
        case .ema: slow = step > 0 ? try numbers() : []
        case .movingAverage(let window):
            past = []
            for _ in 0..<min(step, window) { past.append(try numbers()) }
        }
    }
}

// The rules.
extension ReferenceOptimizer {
    private func rule(_ group: ParameterGroup) -> UpdateRule {
        switch group {
        case .representation: settings.representation
        case .decoder: settings.decoder
        case .lastLayer: settings.lastLayer ?? settings.decoder
        }
    }

    /// One tensor's update by its group's rule, as in `torch.optim`.
    private mutating func apply(_ gradient: [Scalar], _ place: Int, _ tensor: inout Tensor) {
        let rule = rule(tensor.group)
        let rate = rateFactor * rule.learningRate
        let decays = settings.decaysBiases || tensor.shape.count > 1
        let decay = decays ? Scalar(rule.weightDecay) : 0
        let pulls = tensor.value.indices.map { element in
            let anchor = settings.decayTarget == .initial ? initial[place][element] : 0
            return decay * (tensor.value[element] - anchor)
        }
        // Decoupled decay is none of the gradient.
        let slopes = rule.kind.isDecoupled ? gradient : zip(gradient, pulls).map { $0 + $1 }
        let direction = direction(slopes, rule, place, tensor.shape)
        for element in gradient.indices {
            let p = tensor.value[element]
            let kept = rule.kind.isDecoupled ? p - Scalar(rate) * pulls[element] : p
            tensor.value[element] =
                if let direction {
                    kept - Scalar(rate) * direction[element]
                } else {
                    kept - change(slopes[element], rule, rate, place, element)
                }
        }
    }

    /// What a matrix moves along by rules that take it as a whole; nil of the others, and of biases and gains.
    private mutating func direction(
        _ slopes: [Scalar], _ rule: UpdateRule, _ place: Int, _ shape: [Int]
    ) -> [Scalar]? {
        guard shape.count > 1 else { return nil }
        switch rule.kind {
        case .muon: return muon(slopes, rule, place, shape)
        case .egd: return Reference.polarFactor(rows: shape[0], columns: shape[1], slopes)
        case .adamw, .adam, .sgd, .sgdw, .lion, .rmsprop: return nil
        }
    }

    /// What an update takes from a parameter, decay aside.
    private mutating func change(
        _ slope: Scalar, _ rule: UpdateRule, _ rate: Double, _ place: Int, _ element: Int
    ) -> Scalar {
        let memory = first[place][element]
        switch rule.kind {
        case .adamw, .adam, .muon: return adam(slope, rule, rate, place, element)
        case .sgd, .sgdw:
            first[place][element] = Scalar(rule.momentum) * memory + slope
            return Scalar(rate) * first[place][element]
        case .lion:
            let blend = Scalar(rule.beta1) * memory + Scalar(1 - rule.beta1) * slope
            first[place][element] = Scalar(rule.beta2) * memory + Scalar(1 - rule.beta2) * slope
            return Scalar(rate) * (blend > 0 ? 1 : blend < 0 ? -1 : 0)
        case .egd: return Scalar(rate) * slope
        case .rmsprop:
            second[place][element] =
                Scalar(rule.beta2) * second[place][element] + Scalar(1 - rule.beta2) * slope * slope
            let root = second[place][element].squareRoot() + Scalar(rule.epsilon)
            first[place][element] = Scalar(rule.momentum) * memory + slope / root
            return Scalar(rate) * first[place][element]
        }
    }

    /// Jordan et al. 2024: √max(1, rows/columns) times the orthogonalised blend of a gradient and its renewed momentum.
    private mutating func muon(
        _ gradient: [Scalar], _ rule: UpdateRule, _ place: Int, _ shape: [Int]
    ) -> [Scalar] {
        let (kept, fresh) = (Scalar(rule.momentum), Scalar(1 - rule.momentum))
        first[place] = zip(first[place], gradient).map { kept * $0 + fresh * $1 }
        let blend = zip(gradient, first[place]).map { fresh * $0 + kept * $1 }
        let ratio = max(1, Double(shape[0]) / Double(shape[1])).squareRoot()
        return Self.orthogonalised(blend, shape[0], shape[1]).map { Scalar(ratio) * $0 }
    }

    /// `NewtonSchulz`, word for word.
    private static func orthogonalised(_ matrix: [Scalar], _ rows: Int, _ columns: Int) -> [Scalar]
    {
        guard rows <= columns else {
            let turned = Reference.transpose(rows: rows, columns: columns, matrix)
            return Reference.transpose(
                rows: columns, columns: rows, orthogonalised(turned, columns, rows))
        }
        func product(_ a: [Scalar], _ b: [Scalar], _ inner: Int, _ width: Int) -> [Scalar] {
            Reference.product(m: rows, n: width, k: inner, a: a, aRow: inner, aStep: 1, b: b)
        }
        let (a, b, c) = NewtonSchulz.coefficients
        let length = norm([matrix]) + Scalar(NewtonSchulz.epsilon)
        var x = matrix.map { $0 / length }
        for _ in 0..<NewtonSchulz.rounds {
            let turned = Reference.transpose(rows: rows, columns: columns, x)
            let gram = product(x, turned, columns, rows)
            let square = product(gram, gram, rows, rows)
            let mixed = zip(gram, square).map { Scalar(b) * $0 + Scalar(c) * $1 }
            x = zip(x, product(mixed, x, rows, columns)).map { Scalar(a) * $0 + $1 }
        }
        return x
    }

    /// η · m̂ / (√v̂ + ε) with both moments renewed by a gradient (Kingma & Ba 2015, Alg. 1).
    private mutating func adam(
        _ gradient: Scalar, _ rule: UpdateRule, _ rate: Double, _ place: Int, _ element: Int
    ) -> Scalar {
        let (beta1, beta2) = (Scalar(rule.beta1), Scalar(rule.beta2))
        let m = beta1 * first[place][element] + Scalar(1 - rule.beta1) * gradient
        let v = beta2 * second[place][element] + Scalar(1 - rule.beta2) * gradient * gradient
        first[place][element] = m
        second[place][element] = v
        let root = v.squareRoot() / Scalar((1 - power(rule.beta2, step)).squareRoot())
        return Scalar(rate / (1 - power(rule.beta1, step))) * m / (root + Scalar(rule.epsilon))
    }
}
