import CKernels

extension Parameters {
    /// Scales all gradients down to this norm of the whole where they exceed it, as `torch.nn.utils.clip_grad_norm_`.
    func clipGradients(to norm: Double, _ kernels: borrowing KernelSet) {
        var squares = 0.0
        for place in tensors.indices {
            squares += kernels.table.sum_of_squares(tensors[place].count, tensors[place].gradient)
        }
        let factor = norm / (squares.squareRoot() + 1e-6)
        // Written so that a gradient that is not a number goes through and is seen.
        guard factor < 1 else { return }
        for place in blocks.indices {
            kernels.table.scale(blocks[place].count, Float(factor), blocks[place].gradient)
        }
    }
}
