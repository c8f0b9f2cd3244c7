import BLAS
import CKernels
import Core

/// Egalitarian gradient descent over one contiguous stretch (Pasand & Dohmatob 2025, arXiv 2510.04930): along each of a
/// matrix's singular directions the gradient takes a step of the same length; biases and gains take the gradient's own.
///
/// g ← g + λ·p; p ← p − η·P(g), P being `PolarFactor` for matrices.
final class EgalitarianDescent: GroupOptimizer {
    private let settings: UpdateRule
    private let tensors: [Parameters.Tensor]
    /// One per tensor; nil for biases and gains.
    private let factors: [PolarFactor?]

    /// An optimiser of a stretch; the tensors are those in it.
    init(_ settings: UpdateRule, _ tensors: [Parameters.Tensor]) {
        self.settings = settings
        self.tensors = tensors
        factors = tensors.map {
            $0.shape.count == 2 ? PolarFactor(rows: $0.shape[0], columns: $0.shape[1]) : nil
        }
    }

    func update(_ kernels: borrowing KernelSet, step: Int, factor: Double) {
        let rate = Float(-factor * settings.learningRate)
        let decay = Float(settings.weightDecay)
        for place in tensors.indices {
            let tensor = tensors[place]
            if decay > 0 { kernels.table.axpy(tensor.count, decay, tensor.value, tensor.gradient) }
            factors[place]?.replace(tensor.gradient)
            kernels.table.axpy(tensor.count, rate, tensor.gradient, tensor.value)
        }
    }

    func save(to state: inout StateWriter) {}

    func restore(from state: inout StateReader) throws(StateError) {}
}
