import CKernels
import Core

/// Which optimiser settings a tensor is updated with.
enum ParameterGroup: Int, CaseIterable {
    /// The embeddings.
    case representation
    /// Everything after them.
    case decoder
    /// The last layer, where it has settings of its own.
    case lastLayer
}

/// A tensor as a cell begins with it.
struct InitialParameter: Sendable {
    /// Name, shape and values.
    let tensor: NamedTensor
    /// Which settings it is updated with.
    let group: ParameterGroup

    init(_ tensor: NamedTensor, _ group: ParameterGroup) {
        self.tensor = tensor
        self.group = group
    }
}

/// All trainable tensors with their gradients: contiguous within each group, every tensor beginning on a cache line.
final class Parameters {
    /// One tensor.
    struct Tensor {
        let name: String
        let shape: [Int]
        let group: ParameterGroup
        let count: Int
        let value: UnsafeMutablePointer<Float>
        let gradient: UnsafeMutablePointer<Float>
    }

    /// One group's memory; padding between tensors is 0 and stays 0.
    struct Block {
        let group: ParameterGroup
        let count: Int
        let value: UnsafeMutablePointer<Float>
        let gradient: UnsafeMutablePointer<Float>

        /// Whether a tensor lies in it.
        func holds(_ tensor: Tensor) -> Bool {
            tensor.value >= value && tensor.value < value + count
        }
    }

    /// Every tensor, in the order given.
    let tensors: [Tensor]
    /// Every group that has a tensor.
    let blocks: [Block]
    /// Tensors that are not trained; what goes back to them is thrown away.
    private let constants: [Tensor]
    private let workspace: Workspace

    /// The tensors with their initial values; gradients are 0.
    init(_ initial: [InitialParameter], constants: [NamedTensor] = []) {
        var sizes = [Int](repeating: 0, count: ParameterGroup.allCases.count)
        for parameter in initial {
            sizes[parameter.group.rawValue] += Workspace.padded(parameter.tensor.values.count)
        }
        let fixed = constants.reduce(0) { $0 + Workspace.padded($1.values.count) }
        let space = Workspace(capacity: 2 * (sizes.reduce(0, +) + fixed))
        workspace = space
        var blocks: [Block] = []
        for group in ParameterGroup.allCases where sizes[group.rawValue] > 0 {
            let count = sizes[group.rawValue]
            blocks.append(
                Block(
                    group: group, count: count, value: space.take(count),
                    gradient: space.take(count)))
        }
        self.blocks = blocks
        self.constants = constants.map { tensor in
            let value = space.take(tensor.values.count)
            for (place, number) in tensor.values.enumerated() { value[place] = number }
            return Tensor(
                name: tensor.name, shape: tensor.shape, group: .representation,
                count: tensor.values.count, value: value, gradient: space.take(tensor.values.count))
        }
        var used = [Int](repeating: 0, count: sizes.count)
        tensors = initial.compactMap { parameter in
            guard let block = blocks.first(where: { $0.group == parameter.group }) else {
                return nil
            }
            let tensor = parameter.tensor
            let offset = used[parameter.group.rawValue]
            used[parameter.group.rawValue] += Workspace.padded(tensor.values.count)
            for (place, number) in tensor.values.enumerated() {
                block.value[offset + place] = number
            }
            return Tensor(
                name: tensor.name, shape: tensor.shape, group: parameter.group,
                count: tensor.values.count, value: block.value + offset,
                gradient: block.gradient + offset)
        }
    }

    /// The tensor of this name, trained or constant; nil where there is none.
    func tensor(_ name: TensorName) -> Tensor? { tensor(named: name.text) }

    /// The tensor of a name that a file or a measure has, trained or constant; nil where there is none.
    func tensor(named name: String) -> Tensor? {
        tensors.first { $0.name == name } ?? constants.first { $0.name == name }
    }

    /// The tensor of this name, which the caller knows to be there.
    subscript(_ name: TensorName) -> Tensor {
        guard let tensor = tensor(name) else { preconditionFailure("no parameter \(name.text)") }
        return tensor
    }

    /// Bytes of values and gradients.
    var byteCount: Int { workspace.byteCount }

    /// Sum of squares over all parameters.
    func squaredNorm(_ kernels: borrowing KernelSet) -> Double {
        var sum = 0.0
        for place in tensors.indices {
            sum += kernels.table.sum_of_squares(tensors[place].count, tensors[place].value)
        }
        return sum
    }

    /// All values, copied.
    var values: [NamedTensor] { tensors.map { copy($0, $0.value) } }

    /// All gradients, copied.
    var gradients: [NamedTensor] { tensors.map { copy($0, $0.gradient) } }

    private func copy(_ tensor: Tensor, _ memory: UnsafeMutablePointer<Float>) -> NamedTensor {
        NamedTensor(
            name: tensor.name, shape: tensor.shape,
            values: Array(UnsafeBufferPointer(start: memory, count: tensor.count)))
    }
}
