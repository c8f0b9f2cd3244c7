import CKernels
import Core

/// AdamW over one contiguous parameter group (Loshchilov & Hutter 2019; order of operations as in `torch.optim.AdamW`).
///
/// p ← p·(1 − η·λ); m ← m + (1 − β₁)(g − m); v ← β₂v + (1 − β₂)g²; p ← p − η/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε).
final class AdamW {
    private let settings: UpdateRule
    private let block: Parameters.Block
    private let workspace: Workspace
    private let first: UnsafeMutablePointer<Float>
    private let second: UnsafeMutablePointer<Float>
    private var step = 0

    /// An optimiser of one group, its moments 0.
    init(_ settings: UpdateRule, _ block: Parameters.Block) {
        self.settings = settings
        self.block = block
        workspace = Workspace(capacity: 2 * Workspace.padded(block.count))
        first = workspace.take(block.count)
        second = workspace.take(block.count)
    }

    /// One step.
    func update(_ kernels: borrowing KernelSet) {
        step += 1
        let constants = AdamWConstants(settings, step: step).forKernel(settings)
        kernels.table.adamw(block.count, block.value, block.gradient, first, second, constants)
    }

    /// Writes moments and step count.
    func save(to state: inout StateWriter) {
        state.write(step)
        state.write(first, count: block.count)
        state.write(second, count: block.count)
    }

    /// Takes over what `save` wrote.
    func restore(from state: inout StateReader) throws(StateError) {
        step = try state.integer()
        try state.read(into: first, count: block.count)
        try state.read(into: second, count: block.count)
    }
}

/// What AdamW computes once per step, in double precision.
struct AdamWConstants {
    /// 1 − η·λ.
    let decay: Double
    /// η / (1 − β₁ᵗ).
    let stepSize: Double
    /// 1 / √(1 − β₂ᵗ).
    let rootScale: Double

    /// The constants of the step-th update, counted from 1.
    init(_ settings: UpdateRule, step: Int) {
        decay = 1 - settings.learningRate * settings.weightDecay
        stepSize = settings.learningRate / (1 - power(settings.beta1, step))
        rootScale = 1 / (1 - power(settings.beta2, step)).squareRoot()
    }

    /// The same, rounded to single precision for the kernel.
    func forKernel(_ settings: UpdateRule) -> kernel_adamw {
        kernel_adamw(
            decay: Float(decay), first_weight: Float(1 - settings.beta1),
            second_decay: Float(settings.beta2), second_weight: Float(1 - settings.beta2),
            step_size: Float(stepSize), root_scale: Float(rootScale),
            epsilon: Float(settings.epsilon))
    }
}
