/// An input stage to whose features training passes add normal noise: numbers, unit vectors or embeddings (Tan & Huang
/// 2023, perturbation training). The noise has no gradient.
struct NoisyInput: InputStage {
    private let kernels: KernelSet
    private let input: any InputStage
    private let noise: Noise
    private let workspace: Workspace
    private let room: UnsafeMutablePointer<Float>

    var features: Int { input.features }
    var isTrained: Bool { input.isTrained }

    /// A stage with the noise of a cell's seed, in blocks of at most so many examples.
    init(_ input: any InputStage, seed: UInt64, columns: Int, _ kernels: KernelSet) {
        precondition(!input.isLayer, "noise comes before the first layer")
        self.kernels = kernels
        self.input = input
        noise = Noise(seed: seed)
        workspace = Workspace(capacity: Workspace.padded(columns))
        room = workspace.take(columns)
    }

    func begin() { input.begin() }

    func forward(_ examples: UnsafeBufferPointer<Int32>, output: Matrix, _ pass: Pass) {
        input.forward(examples, output: output, pass)
        guard pass.isTraining, pass.noise > 0 else { return }
        noise.add(kernels, to: output, pass, room: room)
    }

    func backward(
        _ examples: UnsafeBufferPointer<Int32>, outputGradient: Matrix, accumulates: Bool
    ) {
        input.backward(examples, outputGradient: outputGradient, accumulates: accumulates)
    }

    func finish() { input.finish() }
}
