import BLAS
import Core
import Foundation
import Testing

@testable import Training

/// Closed forms and laws that measures obey.
@Suite struct MeasurePropertyTests {
    private func problem(_ text: String) throws -> CellProblem {
        CellProblem(try CellDefinition(parsing: "{\(text)}").configuration, seed: 3)
    }

    private func modular(_ modulus: Int) throws -> CellProblem {
        try problem(
            """
            task: {kind: modular, modulus: \(modulus)}, loss: {kind: cross-entropy},
            model: {kind: transformer, width: 4, heads: 2, hidden: 8}, train_fraction: 0.5
            """)
    }

    private func values(_ measure: Measure, _ problem: CellProblem, _ model: StubModel) -> [Double]
    {
        var probe = MeasureProbes.probe(of: measure, problem)
        return probe.values(model)
    }

    /// Embeddings on a circle of radius 2 in the first two dimensions, `turns` times around; one more token for =.
    private func circle(_ modulus: Int, turns: Int, radius: Double = 2) -> [Double] {
        (0...modulus).flatMap { symbol -> [Double] in
            let angle = 2 * Double.pi * Double(turns * symbol) / Double(modulus)
            return [5 + radius * cos(angle), radius * sin(angle), 0, 0]
        }
    }

    @Test(
        "a circle is one frequency, two dimensions, equal chords", arguments: [5, 8, 13], [1, 2])
    func circles(_ modulus: Int, _ turns: Int) throws {
        let problem = try modular(modulus)
        let model = StubModel(
            problem, ["representation": circle(modulus, turns: turns)], outputs: [])
        let p = Double(modulus)
        func check(_ measure: Measure, _ wanted: [Double], _ line: Int = #line) {
            let found = values(measure, problem, model)
            #expect(
                deviation(found, wanted, absolute: 1e-9, relative: 1e-9) <= 1,
                "line \(line): \(measure.name) is \(found), not \(wanted)")
        }
        let chord = 4 * sin(Double.pi * Double(turns) / p)
        check(.cyclicDistance, [chord])
        check(.embeddingDistance, [chord])
        check(.effectiveDimension, [2])
        check(.keyFrequencies, [1])
        let spectrum = (1...modulus / 2).map { $0 == turns ? 2 * p.squareRoot() : 0 }
        check(.fourierSpectrum, spectrum)
        // Components are 5√p once and √(2p) twice, else 0.
        let (large, small) = (5 * p.squareRoot(), (2 * p).squareRoot())
        let differences = (p - 3) * (large + 2 * small) + 2 * (large - small)
        check(.fourierGini, [differences / (p * (large + 2 * small))])
        // The first dimension is the constant 25 beside half of 4; the second one wave.
        let first = (625.0 + 4) / ((25 + 2) * (25 + 2))
        check(.inverseParticipation, [(first + 1) / 2])
    }

    @Test("distances grow with the embeddings, shares do not", arguments: [0.01, 3, 1000])
    func scaling(_ factor: Double) throws {
        let problem = try modular(7)
        var stream = RandomStream(state: 5)
        let rows = (0..<8 * 4).map { _ in stream.normal() }
        let model = StubModel(problem, ["representation": rows], outputs: [])
        let scaled = StubModel(
            problem, ["representation": rows.map { $0 * factor }], outputs: [])
        for (measure, power) in [
            (Measure.embeddingDistance, 1.0), (.cyclicDistance, 1), (.fourierSpectrum, 1),
            (.fourierGini, 0), (.effectiveDimension, 0), (.inverseParticipation, 0),
            (.keyFrequencies, 0),
        ] {
            let wanted = values(measure, problem, model).map { $0 * pow(factor, power) }
            let found = values(measure, problem, scaled)
            #expect(
                deviation(found, wanted, absolute: 0, relative: 1e-9) <= 1, "\(measure.name)")
        }
    }

    @Test("weights that add by angles are single frequencies and commute (Gromov 2023)")
    func analytic() throws {
        let problem = try problem(
            """
            task: {kind: modular, modulus: 13}, loss: {targets: one-hot}, train_fraction: 0.5,
            model: {kind: mlp, input: one-hot, hidden: [240], activation: quadratic, bias: false,
                    initialisation: analytic}
            """)
        let model = FastModel(problem, kernels: .best)
        var batch = Batch(split: problem.split, size: 0, seed: 0)
        batch.advance()
        _ = model.differentiate(batch, step: 0, evaluating: true)
        func value(_ measure: Measure) -> Double {
            var probe = MeasureProbes.probe(of: measure, problem)
            return probe.values(model)[0]
        }
        // Weights are single precision: a wave is one to 1e-7, squared.
        #expect(abs(value(.inverseParticipation) - 1) < 1e-5)
        // Half of the pairs are exchanged for others with unlike phases, so only answers are the same.
        #expect(value(.commutativityAccuracy) == 1)
        // 240 neurons are 40 per frequency: all six are needed, and with them the answer is right.
        #expect(value(.keyFrequencies) == 6)
        #expect(value(.restrictedLoss) < value(.excludedLoss))
        #expect(abs(value(.excludedLoss) - log(13)) < 0.2)
    }

    @Test("logits of one sum alone are kept whole, and nothing is left without them")
    func trigonometric() throws {
        let (p, problem) = (7, try modular(7))
        func wave(_ steps: Int) -> Double { 3 * cos(4 * Double.pi * Double(steps) / Double(p)) }
        var logits: [Double] = []
        for pair in 0..<p * p {
            for output in 0..<p { logits.append(wave(pair / p + pair % p - output)) }
        }
        let model = StubModel(
            problem, ["representation": circle(p, turns: 2)], outputs: logits)
        let row = (0..<p).map(wave)
        let whole = log(row.reduce(0) { $0 + exp($1) }) - 3
        #expect(abs(values(.restrictedLoss, problem, model)[0] - whole) < 1e-9)
        #expect(abs(values(.excludedLoss, problem, model)[0] - log(7)) < 1e-9)
        let single = values(.excludedLosses, problem, model)
        let wanted = [whole, log(7), whole]
        #expect(deviation(single, wanted, absolute: 1e-9, relative: 0) <= 1)
    }

    @Test("mirrored outputs agree, and differ by what is added to one side")
    func commutativity() {
        let rows = [1.0, 5, 2, 0, 0, 1]
        #expect(Commutativity.of(rows, rows, width: 3, isAccuracy: true) == 1)
        #expect(Commutativity.of(rows, rows, width: 3, isAccuracy: false) == 0)
        let shifted = [1.0, 5, 2, 3, 0, 5]
        #expect(Commutativity.of(rows, shifted, width: 3, isAccuracy: false) == 2.5)
        #expect(Commutativity.of(rows, [9, 5, 2, 0, 0, 1], width: 3, isAccuracy: true) == 0.5)
        #expect(Commutativity.of([], [], width: 3, isAccuracy: true).isNaN)
    }

    @Test("unit vectors have the entropy ln n, copies none, and all in common with themselves")
    func entropies() {
        let n = 9
        var unit = [Double](repeating: 0, count: n * n)
        for place in 0..<n { unit[place * n + place] = 4 }
        let gram = MatrixEntropy.gram(unit, rows: n)
        #expect(abs(MatrixEntropy.entropy(gram, order: n) - log(9)) < 1e-12)
        #expect(abs(MatrixEntropy.mutualInformation(gram, gram, order: n) - log(9)) < 1e-12)
        let same = MatrixEntropy.gram([Double](repeating: 2, count: n * 3), rows: n)
        #expect(abs(MatrixEntropy.entropy(same, order: n)) < 1e-12)
        #expect(abs(MatrixEntropy.mutualInformation(gram, same, order: n)) < 1e-12)
        #expect(MatrixEntropy.entropy([1, .nan, .nan, 1], order: 2).isNaN)
    }

    @Test("points of a plane have two dimensions, of a line one", arguments: [1, 2])
    func dimensions(_ dimension: Int) {
        var stream = RandomStream(state: 11)
        let rows = (0..<1000).flatMap { _ -> [Double] in
            let (x, y) = (stream.uniform(), dimension == 1 ? 0 : stream.uniform())
            return [x, y, 2 * x - y, 1]
        }
        // 1,000 points leave an uncertainty of about 4 %.
        let found = IntrinsicDimension.of(rows, width: 4)
        #expect(abs(found - Double(dimension)) < 0.15 * Double(dimension), "\(found)")
        #expect(IntrinsicDimension.of([1, 1, 1, 1], width: 2).isNaN)
    }

    @Test("a spectrum drawn from a power law has its exponent; a single large element is a trap")
    func spectra() {
        // Quantiles of the density λ^−3 from 1 on, on the diagonal.
        let n = 200
        var diagonal = [Double](repeating: 0, count: n * n)
        for place in 0..<n {
            let eigenvalue = pow(1 - (Double(place) + 0.5) / Double(n), -0.5)
            diagonal[place * n + place] = (eigenvalue * Double(n)).squareRoot()
        }
        let exponent = WeightSpectrum.tailExponent(diagonal, rows: n, columns: n)
        #expect(abs(exponent - 3) < 0.1, "\(exponent)")

        var stream = RandomStream(state: 2)
        var random = (0..<60 * 30).map { _ in stream.normal() }
        #expect(WeightSpectrum.traps(random, rows: 60, columns: 30) == 0)
        random[77] = 30
        #expect(WeightSpectrum.traps(random, rows: 60, columns: 30) == 1)
        var turned: [Double] = []
        for column in 0..<30 {
            for row in 0..<60 { turned.append(random[row * 30 + column]) }
        }
        #expect(WeightSpectrum.traps(turned, rows: 30, columns: 60) == 1)
    }

    @Test("embeddings in line realise all parallelograms, which carry what the training set allows")
    func line() throws {
        let problem = try problem("task: {symbols: 10}, train_fraction: 0.45")
        let rows = (0..<10).map { 0.3 * Double($0) - 7 }
        let model = StubModel(problem, ["representation": rows], outputs: [])
        #expect(values(.rqi, problem, model) == [1])
        #expect(values(.parallelograms, problem, model) == [70])
        let among = ParallelogramCount.among(
            problem.split.train.map {
                Array(problem.examples.inputs[2 * Int($0)...2 * Int($0) + 1])
            })
        #expect(values(.permissibleParallelograms, problem, model) == [Double(among)])
        let predicted = values(.predictedAccuracy, problem, model)[0]
        let ideal = values(.idealAccuracy, problem, model)[0]
        let trained = Set(
            problem.split.train.map {
                problem.examples.inputs[2 * Int($0)] + problem.examples.inputs[2 * Int($0) + 1]
            })
        let sums = (0..<55).map {
            problem.examples.inputs[2 * $0] + problem.examples.inputs[2 * $0 + 1]
        }
        let carried = sums.filter { trained.contains($0) }
        // On a line every pair follows whose sum was trained.
        #expect(predicted == Double(carried.count) / 55)
        #expect(ideal <= predicted && ideal >= Double(problem.split.train.count) / 55)
        let scattered = StubModel(
            problem, ["representation": (0..<10).map { Double($0 * $0 * $0) }], outputs: [])
        #expect(
            values(.predictedAccuracy, problem, scattered)[0] >= Double(
                problem.split.train.count) / 55)
    }

    @Test("Lanczos finds the extremes of a symmetric matrix, and of a multiple of one")
    func lanczos() {
        let n = 30
        var stream = RandomStream(state: 9)
        var matrix = (0..<n * n).map { _ in stream.normal() }
        for i in 0..<n { for j in 0..<i { matrix[i * n + j] = matrix[j * n + i] } }
        let start = (0..<n).map { _ in stream.normal() }
        let wanted = LAPACK.eigenvalues(order: n, matrix) ?? []
        let found = Curvature.lanczos(start, steps: n) {
            LAPACK.product(m: n, n: 1, k: n, matrix, $0)
        }
        #expect(abs((found?.largest ?? .nan) - wanted[n - 1]) < 1e-9)
        #expect(abs((found?.smallest ?? .nan) - wanted[0]) < 1e-9)
        let multiple = Curvature.lanczos(start, steps: n) { $0.map { 7 * $0 } }
        #expect(abs((multiple?.largest ?? .nan) - 7) < 1e-9)
    }

    @Test("curvatures are those of the Hessian that the plain network has in double precision")
    func curvature() throws {
        let problem = try problem(
            """
            task: {kind: modular, modulus: 3}, loss: {kind: cross-entropy}, train_fraction: 0.6,
            model: {kind: mlp, input: one-hot, hidden: [2], activation: tanh}
            """)
        let reference = ReferenceModel<Double>(problem)
        var batch = Batch(split: problem.split, size: 0, seed: 0)
        batch.advance()
        func gradient() -> [Double] {
            _ = reference.differentiate(batch, step: 0, evaluating: false)
            return reference.tensors.flatMap(\.gradient)
        }
        var rows: [Double] = []
        let distance = 1e-5
        for tensor in reference.tensors.indices {
            for place in reference.tensors[tensor].value.indices {
                let value = reference.tensors[tensor].value[place]
                reference.tensors[tensor].value[place] = value + distance
                let ahead = gradient()
                reference.tensors[tensor].value[place] = value - distance
                let behind = gradient()
                reference.tensors[tensor].value[place] = value
                rows += zip(ahead, behind).map { ($0 - $1) / (2 * distance) }
            }
        }
        let count = reference.tensors.reduce(0) { $0 + $1.value.count }
        let wanted = try #require(LAPACK.eigenvalues(order: count, rows))
        let model = FastModel(problem, kernels: .best)
        let slope = gradient()
        let product = LAPACK.product(m: count, n: 1, k: count, rows, slope)
        func dot(_ a: [Double], _ b: [Double]) -> Double {
            zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
        }
        for (measure, value) in [
            (Measure.largestCurvature, wanted.last), (.smallestCurvature, wanted.first),
            (.gradientCurvature, dot(slope, product) / dot(slope, slope)),
        ] {
            var probe = MeasureProbes.probe(of: measure, problem)
            let found = probe.values(model)[0]
            // Differences of single-precision gradients over a distance of about 0.01.
            #expect(abs(found - (value ?? .nan)) < 2e-3 * abs(wanted.last ?? 1), "\(measure.name)")
            #expect(found == probe.values(model)[0], "asking again changes nothing")
        }
    }
}
