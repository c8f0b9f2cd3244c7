import CKernels
import Core

/// Turns the weight decay of one contiguous parameter group towards the initial values p₀: the optimiser decays towards 0,
/// and what that is too much is given back, λ·p₀ of the gradient or, where decay is decoupled, η·λ·p₀ of the parameter.
final class InitialAnchor {
    private let rule: UpdateRule
    private let block: Parameters.Block
    private let workspace: Workspace
    private let initial: UnsafeMutablePointer<Float>

    /// An anchor at the group's present values, which are the initial ones.
    init(_ rule: UpdateRule, _ block: Parameters.Block) {
        self.rule = rule
        self.block = block
        workspace = Workspace(capacity: Workspace.padded(block.count))
        initial = workspace.take(block.count)
        initial.update(from: block.value, count: block.count)
    }

    /// Corrects the gradient.
    func beforeUpdate(_ kernels: borrowing KernelSet) {
        guard !rule.kind.isDecoupled else { return }
        kernels.table.axpy(block.count, Float(-rule.weightDecay), initial, block.gradient)
    }

    /// Corrects the parameters.
    func afterUpdate(_ kernels: borrowing KernelSet, factor: Double) {
        guard rule.kind.isDecoupled else { return }
        let share = factor * rule.learningRate * rule.weightDecay
        kernels.table.axpy(block.count, Float(share), initial, block.value)
    }
}

extension Parameters {
    /// The stretches of a block whose tensors are all weights, or all biases and gains; the rule of the latter does not
    /// decay unless told otherwise.
    func parts(
        of block: Block, _ rule: UpdateRule, decaysBiases: Bool = false
    ) -> [(UpdateRule, Block)] {
        var parts: [(UpdateRule, Block)] = []
        var isWeights: Bool?
        for tensor in tensors where tensor.group == block.group {
            let hasMatrix = tensor.shape.count > 1
            let count = Workspace.padded(tensor.count)
            if hasMatrix == isWeights, let last = parts.last {
                parts[parts.count - 1].1 = Block(
                    group: block.group, count: last.1.count + count, value: last.1.value,
                    gradient: last.1.gradient)
                continue
            }
            isWeights = hasMatrix
            var own = rule
            if !hasMatrix, !decaysBiases { own.weightDecay = 0 }
            parts.append(
                (
                    own,
                    Block(
                        group: block.group, count: count, value: tensor.value,
                        gradient: tensor.gradient)
                ))
        }
        return parts
    }
}
