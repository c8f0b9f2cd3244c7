import CKernels

extension Parameters {
    /// ⊥Grad: takes from each tensor's gradient g its part along the tensor w and gives it back its length
    /// (Prieto et al. 2025, §5; constants as in the authors' code).
    ///
    /// h = g − (w·g)/(w·w + 10⁻³⁰) w; g ← h |g|/(|h| + 10⁻³⁰).
    func makeGradientsOrthogonal(_ kernels: borrowing KernelSet) {
        for place in tensors.indices {
            let tensor = tensors[place]
            let (count, value, gradient) = (tensor.count, tensor.value, tensor.gradient)
            let length = kernels.table.sum_of_squares(count, gradient).squareRoot()
            let along =
                kernels.table.dot(count, value, gradient)
                / (kernels.table.sum_of_squares(count, value) + 1e-30)
            kernels.table.axpy(count, Float(-along), value, gradient)
            let left = kernels.table.sum_of_squares(count, gradient).squareRoot()
            kernels.table.scale(count, Float(length / (left + 1e-30)), gradient)
        }
    }
}
