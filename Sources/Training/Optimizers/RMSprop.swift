import CKernels
import Core

/// RMSprop over one contiguous parameter group, as `torch.optim.RMSprop` with alpha = β₂ and without centring.
///
/// g ← g + λ·p; v ← β₂v + (1 − β₂)g²; b ← μ·b + g/(√v + ε); p ← p − η·b.
final class RMSprop: GroupOptimizer {
    private let settings: UpdateRule
    private let block: Parameters.Block
    private let workspace: Workspace
    private let square: UnsafeMutablePointer<Float>
    private let velocity: UnsafeMutablePointer<Float>

    /// An optimiser of one group at rest.
    init(_ settings: UpdateRule, _ block: Parameters.Block) {
        self.settings = settings
        self.block = block
        workspace = Workspace(capacity: 2 * Workspace.padded(block.count))
        square = workspace.take(block.count)
        velocity = workspace.take(block.count)
    }

    func update(_ kernels: borrowing KernelSet, step: Int, factor: Double) {
        kernels.table.rmsprop(
            block.count, block.value, block.gradient, square, velocity, Float(settings.beta2),
            Float(1 - settings.beta2), Float(settings.epsilon),
            Float(factor * settings.learningRate),
            Float(settings.momentum), Float(settings.weightDecay))
    }

    func save(to state: inout StateWriter) {
        state.write(square, count: block.count)
        state.write(velocity, count: block.count)
    }

    func restore(from state: inout StateReader) throws(StateError) {
        try state.read(into: square, count: block.count)
        try state.read(into: velocity, count: block.count)
    }
}
