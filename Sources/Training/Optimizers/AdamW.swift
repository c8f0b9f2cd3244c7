import CKernels
import Core

/// AdamW over one contiguous parameter group (Loshchilov & Hutter 2019; order of operations as in `torch.optim.AdamW`).
///
/// p ← p·(1 − η·λ); m ← m + (1 − β₁)(g − m); v ← β₂v + (1 − β₂)g²; p ← p − η/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε).
final class AdamW {
    private let settings: AdamWConfiguration
    private let count: Int
    private let parameters: UnsafeMutablePointer<Float>
    private let gradients: UnsafePointer<Float>
    private let first: UnsafeMutablePointer<Float>
    private let second: UnsafeMutablePointer<Float>
    private var step = 0

    /// An optimiser of `count` parameters whose moments, in zeroed memory, begin at 0.
    init(
        _ settings: AdamWConfiguration, count: Int, parameters: UnsafeMutablePointer<Float>,
        gradients: UnsafePointer<Float>, first: UnsafeMutablePointer<Float>,
        second: UnsafeMutablePointer<Float>
    ) {
        self.settings = settings
        self.count = count
        self.parameters = parameters
        self.gradients = gradients
        self.first = first
        self.second = second
    }

    /// One step.
    func update(_ kernels: borrowing KernelSet) {
        step += 1
        let constants = AdamWConstants(settings, step: step).forKernel(settings)
        kernels.table.adamw(count, parameters, gradients, first, second, constants)
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
    init(_ settings: AdamWConfiguration, step: Int) {
        decay = 1 - settings.learningRate * settings.weightDecay
        stepSize = settings.learningRate / (1 - power(settings.beta1, step))
        rootScale = 1 / (1 - power(settings.beta2, step)).squareRoot()
    }

    /// The same, rounded to single precision for the kernel.
    func forKernel(_ settings: AdamWConfiguration) -> kernel_adamw {
        kernel_adamw(
            decay: Float(decay), first_weight: Float(1 - settings.beta1),
            second_decay: Float(settings.beta2), second_weight: Float(1 - settings.beta2),
            step_size: Float(stepSize), root_scale: Float(rootScale),
            epsilon: Float(settings.epsilon))
    }
}
