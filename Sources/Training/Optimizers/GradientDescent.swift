import CKernels
import Core

/// Gradient descent with momentum over one contiguous parameter group, as `torch.optim.SGD` without dampening, or with
/// decoupled weight decay (Loshchilov & Hutter 2019, Alg. 1).
///
/// Coupled: g ← g + λ·p; decoupled: p ← p·(1 − η·λ). Then b ← μ·b + g, b beginning as the first gradient; p ← p − η·b.
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
        let rate = factor * settings.learningRate
        let isDecoupled = settings.kind.isDecoupled
        if isDecoupled, settings.weightDecay > 0 {
            kernels.table.scale(
                block.count, Float(1 - rate * settings.weightDecay), block.value)
        }
        kernels.table.sgd(
            block.count, block.value, block.gradient, velocity, Float(rate),
            Float(settings.momentum), isDecoupled ? 0 : Float(settings.weightDecay))
    }

    func save(to state: inout StateWriter) { state.write(velocity, count: block.count) }

    func restore(from state: inout StateReader) throws(StateError) {
        try state.read(into: velocity, count: block.count)
    }
}
