import CKernels
import Core
import Testing

@testable import Training

@Suite struct OptimizerKernelTests {
    /// Settings that leave no term out.
    private func rule() throws -> UpdateRule {
        var rule = try GoldenFile("regression-2-float32").configuration.optimizer.decoder
        rule.learningRate = 0.1
        rule.weightDecay = 0.5
        rule.beta1 = 0.9
        rule.beta2 = 0.98
        rule.epsilon = 1e-8
        rule.momentum = 0.9
        return rule
    }

    @Test("AdamW agrees over several steps", arguments: KernelCase.sets)
    func adamW(_ name: String) throws {
        let set = try KernelCase.kernels(name).table
        let golden = try GoldenFile("regression-2-float32")
        let settings = golden.configuration.optimizer.decoder
        for count in KernelCase.lengths {
            var (p, m, v) = (
                KernelCase.numbers(count, state: 14), [Float](repeating: 0, count: count),
                [Float](repeating: 0, count: count)
            )
            var (p2, m2, v2) = (p, m, v)
            for step in 1...5 {
                let g = KernelCase.numbers(count, state: UInt64(20 + step))
                let constants = AdamWConstants(settings, step: step)
                set.adamw(count, &p, g, &m, &v, constants.forKernel(settings))
                Reference.adamW(
                    settings, step: step, parameters: &p2, gradients: g, first: &m2, second: &v2)
            }
            // Fused against separate roundings, five steps: a few units in the last place.
            expectClose(p, p2, 3e-7, "\(count)", relative: 1e-6)
            expectClose(m, m2, 1e-7, "\(count)", relative: 1e-6)
            expectClose(v, v2, 1e-9, "\(count)", relative: 1e-6)
        }
    }

    @Test(
        "Adam and gradient descent with L2 terms agree over several steps",
        arguments: KernelCase.sets)
    func coupled(_ name: String) throws {
        let set = try KernelCase.kernels(name).table
        let rule = try rule()
        let rates = (Float(rule.learningRate), Float(rule.momentum), Float(rule.weightDecay))
        for count in KernelCase.lengths {
            let start = KernelCase.numbers(count, state: 30)
            let zeros = [Float](repeating: 0, count: count)
            var (p, m, v) = (start, zeros, zeros)
            var (p2, m2, v2) = (p, m, v)
            var (q, velocity, q2, velocity2) = (start, zeros, start, zeros)
            for step in 1...5 {
                let g = KernelCase.numbers(count, state: UInt64(30 + step))
                let constants = AdamWConstants(rule, step: step).forKernel(rule)
                set.adam_l2(count, &p, g, &m, &v, rates.2, constants)
                Reference.adamL2(
                    rule, step: step, parameters: &p2, gradients: g, first: &m2, second: &v2)
                set.sgd(count, &q, g, &velocity, rates.0, rates.1, rates.2)
                Reference.sgd(rule, parameters: &q2, gradients: g, velocity: &velocity2)
            }
            // Fused against separate roundings, five steps: a few units in the last place of numbers of order 1.
            expectClose(p, p2, 1e-6, "Adam \(count)")
            expectClose(q, q2, 1e-6, "SGD \(count)")
            expectClose(velocity, velocity2, 2e-6, "SGD \(count)")
            let g = KernelCase.numbers(count, state: 36)
            var plain = start
            set.sgd(count, &plain, g, nil, rates.0, 0, rates.2)
            let wanted = Reference.axpy(-rates.0, Reference.axpy(rates.2, start, g), start)
            expectClose(plain, wanted, 2e-7, "no momentum \(count)")
        }
    }

    @Test("Lion and RMSprop agree over several steps", arguments: KernelCase.sets)
    func later(_ name: String) throws {
        let set = try KernelCase.kernels(name).table
        let rule = try rule()
        let decay = Float(1 - rule.learningRate * rule.weightDecay)
        let (first, second) = (Float(rule.beta1), Float(rule.beta2))
        let fresh = (Float(1 - rule.beta1), Float(1 - rule.beta2))
        for count in KernelCase.lengths {
            let start = KernelCase.numbers(count, state: 50)
            let zeros = [Float](repeating: 0, count: count)
            var (p, m, p2, m2) = (start, zeros, start, zeros)
            var (q, square, velocity) = (start, zeros, zeros)
            var (q2, square2, velocity2) = (start, zeros, zeros)
            for step in 1...5 {
                var g = KernelCase.numbers(count, state: UInt64(50 + step))
                if step == 1 { g[0] = 0 }
                set.lion(
                    count, &p, g, &m, first, fresh.0, second, fresh.1, Float(rule.learningRate),
                    decay)
                Reference.lion(rule, parameters: &p2, gradients: g, momentum: &m2)
                set.rmsprop(
                    count, &q, g, &square, &velocity, second, fresh.1, Float(rule.epsilon),
                    Float(rule.learningRate), Float(rule.momentum), Float(rule.weightDecay))
                Reference.rmsprop(
                    rule, parameters: &q2, gradients: g, square: &square2, velocity: &velocity2)
            }
            // Fused against separate roundings, five steps; RMSprop's first quotients are about 7.
            expectClose(p, p2, 1e-6, "Lion \(count)")
            expectClose(m, m2, 1e-7, "Lion \(count)", relative: 1e-6)
            expectClose(q, q2, 1e-5, "RMSprop \(count)")
            expectClose(velocity, velocity2, 4e-5, "RMSprop \(count)")
            var (lost, still): ([Float], [Float]) = ([1], [0])
            set.lion(1, &lost, [.nan], &still, first, fresh.0, second, fresh.1, 0.1, 1)
            #expect(lost[0].isNaN)
        }
    }

    @Test("the plain updates are PyTorch's")
    func torch() throws {
        var rule = try rule()
        // Three steps of torch.optim 2.13 in double precision on these gradients.
        func run(_ update: (Int, [Double], inout [Double]) -> Void) -> [Double] {
            var p = [1.0, -0.5, 0.25]
            for step in 1...3 {
                let t = Double(step)
                update(step, [0.5 / t, -0.25 * t, 0.125], &p)
            }
            return p
        }
        var (m, v) = ([0.0, 0, 0], [0.0, 0, 0])
        let adam = run {
            Reference.adamL2(rule, step: $0, parameters: &$2, gradients: $1, first: &m, second: &v)
        }
        let adamWanted = [0.7065855684794768, -0.20168502022532456, -0.045525277561318064]
        #expect(deviation(adam, adamWanted, absolute: 1e-15, relative: 1e-14) <= 1)
        var velocity = [0.0, 0, 0]
        let moving = run {
            Reference.sgd(rule, parameters: &$2, gradients: $1, velocity: &velocity)
        }
        let movingWanted = [0.5423333333333333, -0.135125, 0.11568749999999998]
        #expect(deviation(moving, movingWanted, absolute: 1e-15, relative: 1e-14) <= 1)
        rule.momentum = 0
        let still = run { Reference.sgd(rule, parameters: &$2, gradients: $1, velocity: &velocity) }
        let stillWanted = [0.7718333333333334, -0.283625, 0.1786875]
        #expect(deviation(still, stillWanted, absolute: 1e-15, relative: 1e-14) <= 1)
    }

    @Test("Grokfast's filters agree, and the window's sum stays exact", arguments: KernelCase.sets)
    func filters(_ name: String) throws {
        let set = try KernelCase.kernels(name).table
        let window = 4
        for count in KernelCase.lengths {
            var (mean, mean2) = (
                [Float](repeating: 0, count: count), [Float](repeating: 0, count: count)
            )
            var slots = [[Float]](repeating: mean, count: window)
            var sum = [Double](repeating: 0, count: count)
            var history: [[Float]] = []
            for step in 0..<3 * window {
                let g = KernelCase.numbers(count, state: UInt64(40 + step))
                var (smooth, smooth2, windowed) = (g, g, g)
                set.ema_filter(count, &mean, &smooth, 0.98, 2)
                Reference.emaFilter(mean: &mean2, gradients: &smooth2, alpha: 0.98, lambda: 2)
                expectClose(mean, mean2, 1e-7, "\(count)")
                expectClose(smooth, smooth2, 3e-7, "\(count)")
                history.append(g)
                let last = Array(history.suffix(window))
                let isFull: Int32 = last.count == window ? 1 : 0
                set.window_filter(
                    count, &slots[step % window], &sum, &windowed, 0.5 / Double(window), isFull)
                let wanted =
                    isFull == 0 ? g : Reference.windowFilter(last, gain: 0.5 / Double(window))
                #expect(windowed == wanted, "step \(step) of \(count)")
                #expect(
                    sum == g.indices.map { place in last.reduce(0.0) { $0 + Double($1[place]) } })
            }
        }
    }
}
