import CKernels

extension Parameters {
    /// Scales all parameters so that the norm of the whole is this one again (Liu et al. 2022b, Omnigrok, §2).
    func restoreNorm(_ norm: Double, _ kernels: borrowing KernelSet) {
        let present = squaredNorm(kernels).squareRoot()
        // Nothing has a direction at 0.
        guard present > 0 else { return }
        for place in blocks.indices {
            kernels.table.scale(blocks[place].count, Float(norm / present), blocks[place].value)
        }
    }
}
