import CKernels
import Core

/// Lion over one contiguous parameter group (Chen et al. 2023, Symbolic Discovery of Optimization Algorithms, Alg. 2).
///
/// p ← p·(1 − η·λ) − η·sign(β₁m + (1 − β₁)g); m ← β₂m + (1 − β₂)g.
final class Lion: GroupOptimizer {
    private let settings: UpdateRule
    private let block: Parameters.Block
    private let workspace: Workspace
    private let momentum: UnsafeMutablePointer<Float>

    /// An optimiser of one group at rest.
    init(_ settings: UpdateRule, _ block: Parameters.Block) {
        self.settings = settings
        self.block = block
        workspace = Workspace(capacity: Workspace.padded(block.count))
        momentum = workspace.take(block.count)
    }

    func update(_ kernels: borrowing KernelSet, step: Int, factor: Double) {
        let rate = factor * settings.learningRate
        kernels.table.lion(
            block.count, block.value, block.gradient, momentum, Float(settings.beta1),
            Float(1 - settings.beta1), Float(settings.beta2), Float(1 - settings.beta2),
            Float(rate),
            Float(1 - rate * settings.weightDecay))
    }

    func save(to state: inout StateWriter) { state.write(momentum, count: block.count) }

    func restore(from state: inout StateReader) throws(StateError) {
        try state.read(into: momentum, count: block.count)
    }
}
