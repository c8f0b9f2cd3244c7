import Core
import Testing

@testable import Training

/// The optimiser on the kernels against its plain twin, fed with the same gradients.
@Suite struct OptimizerTests {
    /// Settings, each trying one thing or an order of several.
    static let settings = [
        "{weight_decay: 0.5}",
        "{kind: adam, weight_decay: 0.5, beta2: 0.98, epsilon: 1.0e-6}",
        "{kind: sgd, learning_rate: 0.01, weight_decay: 0.1}",
        "{kind: sgd, learning_rate: 0.01, momentum: 0.9}",
        "{representation: {kind: sgd}, decoder: {kind: adam}, last_layer: {learning_rate: 0.01}}",
        "{warmup: 20, weight_decay: 1}",
        "{warmup: 20, schedule: linear, weight_decay: 1}",
        "{schedule: cosine}",
        "{warmup: 500, schedule: cosine}",
        "{kind: egd, learning_rate: 0.01, weight_decay: 0.1}",
        "{kind: sgd, clip: 0.5}",
        "{kind: sgd, clip: 1.0e+6}",
        "{kind: sgd, learning_rate: 0.01, grokfast: {kind: ema, alpha: 0.9, lambda: 3}}",
        "{kind: sgd, learning_rate: 0.01, grokfast: {kind: ma, window: 50, lambda: 4}}",
        "{kind: sgd, learning_rate: 0.01, grokfast: {kind: ma, window: 1, lambda: 4}}",
        "{orthogonal: true}",
        "{kind: sgd, learning_rate: 0.1, constrained_norm: true}",
        "{kind: sgdw, learning_rate: 0.01, momentum: 0.9, weight_decay: 2}",
        "{kind: lion, weight_decay: 0.5}",
        "{kind: rmsprop, weight_decay: 0.5, momentum: 0.3}",
        "{weight_decay: 5, decay_biases: false}",
        "{kind: sgd, learning_rate: 0.01, weight_decay: 0.5, decay_towards: initial}",
        "{weight_decay: 5, decay_biases: false, decay_towards: initial, schedule: cosine}",
        "{schedule: {kind: cosine, floor: 0.25}, warmup: 9}",
        "{schedule: {kind: linear, floor: 0.5}}",
        "{schedule: {kind: steps, every: 30, factor: 0.3}, warmup: 7}",
        "{schedule: {kind: restarts, period: 20, growth: 2, floor: 0.1}, warmup: 7}",
        "{schedule: {kind: restarts, period: 33}}",
        "{clip: 1, grokfast: {kind: ema}, orthogonal: true, constrained_norm: true, warmup: 9}",
    ]

    static func problem(_ settings: String) throws -> CellProblem {
        var record: RecordRequest?
        let cell = try CellDefinition(
            parsing: """
                {task: {symbols: 5}, model: {embedding: 3, hidden: [7]}, loss: {outputs: 4},
                 steps: 130, optimizer: \(settings)}
                """, record: &record)
        return CellProblem(cell.configuration, seed: 11)
    }

    @Test("every setting moves the parameters as its plain twin does", arguments: settings)
    func twin(_ settings: String) throws {
        let problem = try Self.problem(settings)
        for kernels in KernelSet.available {
            let store = Parameters(problem.parameters)
            let fast = Optimizer(problem, store, kernels)
            var tensors = ReferenceModel<Double>(problem).tensors
            var plain = ReferenceOptimizer(problem.configuration, tensors)
            var stream = RandomStream(state: 5)
            var drift = tensors.map { $0.value.map { _ in stream.normal() } }
            for _ in 0..<problem.configuration.steps {
                for place in tensors.indices {
                    for element in drift[place].indices {
                        // A slow part and a fast one, so that filters have something to tell apart.
                        drift[place][element] += 0.1 * stream.normal()
                        let gradient = Float(drift[place][element] + stream.normal())
                        tensors[place].gradient[element] = Double(gradient)
                        store.tensors[place].gradient[element] = gradient
                    }
                }
                fast.update()
                plain.update(&tensors)
            }
            for (tensor, plain) in zip(store.values, tensors) {
                // 130 updates, each rounded a few times at 6e-8 of a parameter of size 1, and Adam's quotient.
                let off = deviation(
                    tensor.values.map(Double.init), plain.value, absolute: 2e-5, relative: 2e-5)
                #expect(off <= 1, "\(tensor.name) on \(kernels.name)")
            }
            let moved = zip(problem.parameters.map(\.tensor), store.values).allSatisfy { $0 != $1 }
            #expect(moved)
        }
    }

    @Test("learning rates rise over the warm-up and fall as PyTorch's schedules do")
    func learningRates() throws {
        func factors(_ settings: String, budget: Int) throws -> [Double] {
            let optimizer = try Self.problem(settings).configuration.optimizer
            return (1...budget).map { optimizer.learningRateFactor(update: $0, budget: budget) }
        }
        #expect(try factors("{warmup: 4}", budget: 6) == [0.25, 0.5, 0.75, 1, 1, 1])
        #expect(
            try factors("{warmup: 1, schedule: linear}", budget: 5) == [1, 1, 0.75, 0.5, 0.25])
        // torch.optim.lr_scheduler.CosineAnnealingLR(T_max=4) begins 1, (2 + √2)/4, 1/2, (2 − √2)/4.
        let root = 2.0.squareRoot()
        let wanted: [Double] = [1, (2 + root) / 4, 0.5, (2 - root) / 4]
        let cosine = try factors("{schedule: cosine}", budget: 4)
        #expect(deviation(cosine, wanted, absolute: 1e-15, relative: 0) <= 1)
        let floored = try factors("{schedule: {kind: cosine, floor: 0.2}}", budget: 4)
        #expect(
            deviation(floored, wanted.map { 0.2 + 0.8 * $0 }, absolute: 1e-15, relative: 0) <= 1)
        // StepLR(step_size=2, gamma=0.5), and CosineAnnealingWarmRestarts(T_0=2, T_mult=2).
        let stepped = try factors("{schedule: {kind: steps, every: 2, factor: 0.5}}", budget: 6)
        #expect(stepped == [1, 1, 0.5, 0.5, 0.25, 0.25])
        let again = try factors("{schedule: {kind: restarts, period: 2, growth: 2}}", budget: 7)
        #expect(deviation(again, [1, 0.5] + wanted + [1], absolute: 1e-15, relative: 0) <= 1)
        let rising = try factors("{warmup: 9, schedule: cosine}", budget: 3)
        let ninths: [Double] = [1 / 9, 2 / 9, 3 / 9]
        #expect(rising == ninths)
    }

    @Test("a constrained norm is the initial one after every update")
    func constrainedNorm() throws {
        let problem = try Self.problem("{learning_rate: 0.1, constrained_norm: true}")
        let store = Parameters(problem.parameters)
        let optimizer = Optimizer(problem, store, .best)
        let initial = store.squaredNorm(.best)
        for _ in 0..<20 {
            for tensor in store.tensors {
                for element in 0..<tensor.count { tensor.gradient[element] = Float(element % 3) }
            }
            optimizer.update()
            // One rounding per parameter.
            #expect(abs(store.squaredNorm(.best) / initial - 1) < 1e-6)
        }
    }

    @Test("an orthogonal gradient keeps its length and has no part along its tensor")
    func orthogonal() throws {
        let store = Parameters(try Self.problem("{}").parameters)
        var stream = RandomStream(state: 2)
        for tensor in store.tensors {
            for element in 0..<tensor.count {
                tensor.gradient[element] = Float(stream.normal()) + 3 * tensor.value[element]
            }
        }
        let before = store.gradients.map { Reference.sumOfSquares($0.values) }
        store.makeGradientsOrthogonal(.best)
        for (place, (value, gradient)) in zip(store.values, store.gradients).enumerated() {
            let along = zip(value.values, gradient.values).reduce(0.0) {
                $0 + Double($1.0) * Double($1.1)
            }
            let lengths = before[place] * Reference.sumOfSquares(value.values)
            #expect(abs(along) < 1e-6 * lengths.squareRoot())
            let after = Reference.sumOfSquares(gradient.values)
            #expect(abs(after / before[place] - 1) < 1e-5)
        }
    }

    @Test("a gradient that is not a number gets through clipping")
    func notANumber() throws {
        let store = Parameters(try Self.problem("{}").parameters)
        store.tensors[0].gradient[1] = .nan
        store.clipGradients(to: 1, .best)
        #expect(store.tensors[0].gradient[1].isNaN)
    }
}
