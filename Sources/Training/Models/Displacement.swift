import CKernels
import Core

/// Takes parameters away from where they are while a gradient is taken: by normal noise, drawn again for each gradient
/// (Power et al. 2022), and to the end of a step of norm ρ up the gradient (SAM, Foret et al. 2021, Alg. 1).
final class Displacement {
    private let kernels: KernelSet
    private let parameters: Parameters
    private let seed: UInt64
    private let deviation: Double
    private let sharpness: Double
    private let workspace: Workspace
    /// The parameters of each block as they are, and the noise of one tensor.
    private let kept: [UnsafeMutablePointer<Float>]
    private let noise: UnsafeMutablePointer<Float>

    /// What a problem asks for; nil where it asks for neither.
    init?(_ problem: borrowing CellProblem, _ parameters: Parameters, _ kernels: KernelSet) {
        deviation = problem.configuration.perturbation.weights
        sharpness = problem.configuration.optimizer.sharpness
        guard deviation > 0 || sharpness > 0 else { return nil }
        self.kernels = kernels
        self.parameters = parameters
        seed = problem.seed(.noise)
        let largest = parameters.tensors.map(\.count).max() ?? 0
        let space = Workspace(
            capacity: Workspace.padded(largest)
                + parameters.blocks.reduce(0) { $0 + Workspace.padded($1.count) })
        workspace = space
        kept = parameters.blocks.map { space.take($0.count) }
        noise = space.take(largest)
    }

    /// Before the gradient of a step: adds the noise, whose site is the tensor's place in the model behind that of the input's.
    func begin(step: Int) {
        for place in kept.indices {
            let block = parameters.blocks[place]
            kept[place].update(from: block.value, count: block.count)
        }
        guard deviation > 0 else { return }
        for place in parameters.tensors.indices {
            let tensor = parameters.tensors[place]
            let stream = PlacedStream(seed: seed, purpose: .noise, site: 1 + place)
            kernels.table.normal_noise(
                tensor.count, stream.key(step: step), 0, Float(deviation), noise)
            kernels.table.axpy(tensor.count, 1, noise, tensor.value)
        }
    }

    /// With a gradient: goes ρ up along it.
    ///
    /// - Returns: whether the gradient is to be taken there.
    func climbs() -> Bool {
        guard sharpness > 0 else { return false }
        var squares = 0.0
        for place in parameters.tensors.indices {
            let tensor = parameters.tensors[place]
            squares += kernels.table.sum_of_squares(tensor.count, tensor.gradient)
        }
        let length = sharpness / (squares.squareRoot() + 1e-12)
        for place in parameters.blocks.indices {
            let block = parameters.blocks[place]
            kernels.table.axpy(block.count, Float(length), block.gradient, block.value)
        }
        return true
    }

    /// Puts the parameters back; their gradients stay.
    func end() {
        for place in kept.indices {
            let block = parameters.blocks[place]
            block.value.update(from: kept[place], count: block.count)
        }
    }
}
