import CKernels
import Core

/// AdamW (Loshchilov & Hutter 2019) or Adam with weight decay in the gradient, over one contiguous parameter group; order
/// of operations as in `torch.optim.AdamW` and `torch.optim.Adam`.
///
/// AdamW: p ← p·(1 − η·λ); Adam: g ← g + λ·p. Then both: m ← m + (1 − β₁)(g − m); v ← β₂v + (1 − β₂)g²;
/// p ← p − η/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε).
final class Adam: GroupOptimizer {
    private let settings: UpdateRule
    private let block: Parameters.Block
    private let workspace: Workspace
    private let first: UnsafeMutablePointer<Float>
    private let second: UnsafeMutablePointer<Float>

    /// An optimiser of one group, its moments 0.
    init(_ settings: UpdateRule, _ block: Parameters.Block) {
        self.settings = settings
        self.block = block
        workspace = Workspace(capacity: 2 * Workspace.padded(block.count))
        first = workspace.take(block.count)
        second = workspace.take(block.count)
    }

    func update(_ kernels: borrowing KernelSet, step: Int, factor: Double) {
        let constants = AdamWConstants(settings, step: step, factor: factor).forKernel(settings)
        if settings.kind == .adam {
            kernels.table.adam_l2(
                block.count, block.value, block.gradient, first, second,
                Float(settings.weightDecay), constants)
        } else {
            kernels.table.adamw(
                block.count, block.value, block.gradient, first, second, constants)
        }
    }

    /// Both corrections come closer to 1 with every update: once they are rounded to it, they stay so.
    func isTimeless(after step: Int) -> Bool {
        let next = AdamWConstants(settings, step: step + 1).forKernel(settings)
        return next.step_size == Float(settings.learningRate) && next.root_scale == 1
    }

    func save(to state: inout StateWriter) {
        state.write(first, count: block.count)
        state.write(second, count: block.count)
    }

    func restore(from state: inout StateReader) throws(StateError) {
        try state.read(into: first, count: block.count)
        try state.read(into: second, count: block.count)
    }
}

/// What Adam computes once per step, in double precision.
struct AdamWConstants {
    /// 1 − η·λ.
    let decay: Double
    /// η / (1 − β₁ᵗ).
    let stepSize: Double
    /// 1 / √(1 − β₂ᵗ).
    let rootScale: Double

    /// The constants of the step-th update, counted from 1, η being `factor` times the configured rate.
    init(_ settings: UpdateRule, step: Int, factor: Double = 1) {
        let rate = factor * settings.learningRate
        decay = 1 - rate * settings.weightDecay
        stepSize = rate / (1 - power(settings.beta1, step))
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
