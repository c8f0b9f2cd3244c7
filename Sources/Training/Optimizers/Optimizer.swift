import CKernels
import Core

/// Updates all parameters of a model: each group by its own rule.
final class Optimizer {
    private let kernels: KernelSet
    private let groups: [AdamW]

    /// The optimiser that a problem's configuration asks for.
    init(_ problem: borrowing CellProblem, _ parameters: Parameters, _ kernels: KernelSet) {
        self.kernels = kernels
        let configuration = problem.configuration.optimizer
        groups = parameters.blocks.map { block in
            switch block.group {
            case .representation: AdamW(configuration.representation, block)
            case .decoder: AdamW(configuration.decoder, block)
            case .lastLayer: AdamW(configuration.lastLayer ?? configuration.decoder, block)
            }
        }
    }

    /// One update by the present gradients.
    func update() {
        // By index: unoptimised, an array's iterator takes memory for every element.
        for place in groups.indices { groups[place].update(kernels) }
    }

    /// Writes moments and step counts.
    func save(to state: inout StateWriter) {
        for group in groups { group.save(to: &state) }
    }

    /// Takes over what `save` wrote.
    func restore(from state: inout StateReader) throws(StateError) {
        for group in groups { try group.restore(from: &state) }
    }
}
