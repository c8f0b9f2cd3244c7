import CKernels
import Core

/// Gradient descent with momentum over one contiguous parameter group, as `torch.optim.SGD` without dampening.
///
/// g ← g + λ·p; b ← μ·b + g, b beginning as the first gradient; p ← p − η·b.
final class GradientDescent: GroupOptimizer {
    private let settings: UpdateRule
    private let block: Parameters.Block
    private let workspace: Workspace
    private let velocity: UnsafeMutablePointer<Float>

    /// An optimiser of one group at rest.
    init(_ settings: UpdateRule, _ block: Parameters.Block) {
        self.settings = settings
        self.block = block
        workspace = Workspace(capacity: Workspace.padded(block.count))
        velocity = workspace.take(block.count)
    }

    func update(_ kernels: borrowing KernelSet, step: Int, factor: Double) {
        kernels.table.sgd(
            block.count, block.value, block.gradient, velocity,
            Float(factor * settings.learningRate), Float(settings.momentum),
            Float(settings.weightDecay))
    }

    func save(to state: inout StateWriter) { state.write(velocity, count: block.count) }

    func restore(from state: inout StateReader) throws(StateError) {
        try state.read(into: velocity, count: block.count)
    }
}
