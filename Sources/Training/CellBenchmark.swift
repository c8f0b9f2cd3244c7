import BLAS
import CKernels
package import Core

/// The speed of one kind of cell. The toy is evaluated at every step as in a sweep; the others train only, as the peers
/// that they are compared with.
package struct CellBenchmark: Sendable {
    /// The kinds of cell.
    package enum Cell: String, Sendable, CaseIterable {
        /// Ten symbols, 45 of 55 pairs, 1-200-200-30, two AdamW (Liu et al. 2022).
        case toy
        /// S3, matrix products of embeddings, nine of them, 9-200-200-30 (Liu et al. 2022, App. H).
        case s3
        /// The same where weight decay 200 has left denormal weights (Liu et al. 2022, Figure 6d).
        case collapsed
        /// Addition modulo 113, one layer without normalisation, 30 % at once (Nanda et al. 2023).
        case transformer
        /// Addition modulo 97, two layers with tied embeddings, 50 % at once (Notsawo et al. 2023).
        case notsawo
        /// Addition modulo 97, two layers with normalisation before them, batches of 512 (after Power et al. 2022).
        case power
        /// 784-200-200-10 on 1000 images, squared error, batches of 200 (Omnigrok, Liu et al. 2023, §3).
        case mnistMLP = "mnist-mlp"
        /// Addition modulo 97, one hidden layer of 500 squares on one-hot pairs, 50 % at once (Gromov 2023).
        case quadraticMLP = "quadratic-mlp"
    }

    /// Updates per second, best of several stretches.
    package var stepsPerSecond: Double
    /// Floating-point operations of one step: the network's products alone, as really computed.
    package var flopsPerStep: Double
    /// Memory of parameters, gradients, activations and tables.
    package var workspaceBytes: Int
    /// The kernel set it ran on.
    package var kernelSet: String

    /// A cell's configuration with this budget and, where it is modular, this modulus in place of its own.
    package static func configuration(
        _ cell: Cell, steps: Int, modulus: Int? = nil
    ) throws(SweepError) -> CellConfiguration {
        var record: RecordRequest?
        return try CellDefinition(
            parsing: "{\(text(cell, modulus)), steps: \(steps)}", record: &record
        ).configuration
    }

    /// The keys of a sweep file's `cell`.
    private static func text(_ cell: Cell, _ modulus: Int?) -> String {
        switch cell {
        case .toy:
            """
            task: {symbols: 10}, model: {embedding: 1, hidden: [200, 200]}, loss: {outputs: 30},
            optimizer: {decoder: {learning_rate: 1.0e-3, weight_decay: 1}}, train_fraction: 0.82
            """
        case .s3: s3(decay: 0)
        case .collapsed: s3(decay: 200)
        case .transformer:
            """
            task: {kind: modular, modulus: \(modulus ?? 113)}, model: {kind: transformer},
            loss: {kind: cross-entropy}, optimizer: {weight_decay: 1, beta2: 0.98, warmup: 10},
            train_fraction: 0.3
            """
        case .notsawo:
            """
            task: {kind: modular, modulus: \(modulus ?? 97)},
            model: {kind: transformer, layers: 2, operator_token: true, unembedding: tied},
            loss: {kind: cross-entropy}, optimizer: {weight_decay: 1, beta2: 0.98, warmup: 10},
            train_fraction: 0.5
            """
        case .power:
            """
            task: {kind: modular, modulus: \(modulus ?? 97)},
            model: {kind: transformer, layers: 2, operator_token: true, normalisation: pre},
            loss: {kind: cross-entropy}, optimizer: {weight_decay: 1, beta2: 0.98, warmup: 10},
            train_fraction: 0.5, batch: 512
            """
        case .mnistMLP:
            """
            task: {kind: images, images: pixels, labels: classes, samples: 2000},
            model: {kind: mlp, input: numbers, hidden: [200, 200]}, loss: {targets: one-hot},
            optimizer: {weight_decay: 0.01}, train_fraction: 0.5, batch: 200
            """
        case .quadraticMLP:
            """
            task: {kind: modular, modulus: \(modulus ?? 97)},
            model: {kind: mlp, input: one-hot, hidden: [500], activation: quadratic, bias: false},
            loss: {targets: one-hot},
            optimizer: {learning_rate: 1.0e-2, weight_decay: 5, beta2: 0.98}, train_fraction: 0.5
            """
        }
    }

    private static func s3(decay: Int) -> String {
        """
        task: {kind: permutation, degree: 3}, loss: {outputs: 30, embedding_l1: 1.0e-3},
        model: {embedding: 9, combination: matrix-product, embedding_scale: 0.1},
        optimizer: {decoder: {learning_rate: 4.0e-4, weight_decay: \(decay)}}, train_fraction: 0.67
        """
    }

    /// Steps in which the S3 cells come to what is measured: with decay 200 a weight is denormal after 1,100.
    private static let settling = 3000

    /// Trains a cell in stretches of so many steps and keeps the fastest.
    package init(
        _ cell: Cell, modulus: Int? = nil, steps: Int, repetitions: Int = 1,
        kernels: KernelSet = .best
    ) throws(SweepError) {
        let configuration = try CellBenchmark.configuration(cell, steps: steps, modulus: modulus)
        let images = cell == .mnistMLP ? CellBenchmark.images() : nil
        let run = TrainingRun(
            configuration: configuration, seed: 0, images: images, stop: .budget,
            kernels: kernels)
        let problem = CellProblem(configuration, seed: 0, images: images)
        let model = FastModel(problem, kernels: kernels)
        workspaceBytes = model.workspaceBytes
        flopsPerStep = CellBenchmark.flops(problem, model.work)
        kernelSet = kernels.name
        let before = kernel_flush_denormals()
        defer { kernel_restore_denormals(before) }
        if cell == .s3 || cell == .collapsed {
            CellBenchmark.train(model, problem, steps: CellBenchmark.settling)
        }
        let clock = ContinuousClock()
        var best = Duration.seconds(86_400)
        for _ in 0..<max(repetitions, 1) {
            let taken = clock.measure {
                switch cell {
                case .toy: _ = run.run(model) { _ in true }
                case .s3, .collapsed, .transformer, .notsawo, .power, .mnistMLP, .quadraticMLP:
                    CellBenchmark.train(model, problem, steps: steps + 1)
                }
            }
            best = min(best, taken)
        }
        // The toy's state after the last update is evaluated and differentiated as every other.
        stepsPerSecond = Double(steps + 1) / (best / .seconds(1))
    }

    /// Noise in place of MNIST, as dark: 19 % of its pixels are not black.
    static func images() -> Images {
        var stream = RandomStream(state: 0)
        let pixels = (0..<2000 * 784).map { _ -> Float in
            let number = stream.uniform()
            return number < 0.19 ? Float(number / 0.19) : 0
        }
        return Images(pixels: pixels, labels: (0..<2000).map { $0 % 10 })
    }

    private static func train(_ model: FastModel, _ problem: CellProblem, steps: Int) {
        var batch = Batch(split: problem.split, size: problem.configuration.batch, seed: 0)
        for step in 0..<steps {
            batch.advance()
            _ = model.differentiate(batch, step: step, evaluating: false)
            model.update()
        }
    }

    /// Forward and backward over the batch; forward over the other examples where every step evaluates them.
    static func flops(_ problem: CellProblem, _ work: NetworkWork) -> Double {
        let batch = Double(problem.configuration.batchSize)
        let others = Double(problem.examples.count) - batch
        let evaluated = EvaluationSchedule.interval(problem) == 1 ? others : 0
        return work.shared + batch * (work.forward + work.backward) + evaluated * work.forward
    }
}
