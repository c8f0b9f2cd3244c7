import Core

/// A network of its own beside the one in training, with the same parameters: dense, without dropout, and with as much noise
/// on what enters it as is asked for. Measures look inside of it.
final class NetworkTwin {
    private let store: Parameters
    private let network: any Network

    /// A twin of a problem's network.
    init(_ problem: borrowing CellProblem) {
        let observed = problem.observed(noisy: true)
        store = Parameters(observed.parameters, constants: observed.constants)
        network = observed.network(store, .best)
    }

    /// Takes over a model's parameters.
    func take(_ model: some Model) {
        for (tensor, given) in zip(store.tensors, model.parameters) {
            tensor.value.update(from: given.values, count: tensor.count)
        }
        network.begin()
    }

    /// What stands at these places for these examples: for each place examples × its features, row-major.
    ///
    /// Noise is that of a training pass of step 0 over these examples, times its standard deviation.
    func rows(
        _ places: [InnerPlace], of examples: [Int32], noise: Double = 0
    ) -> [[Double]] {
        var result = [[Double]](repeating: [], count: places.count)
        examples.withUnsafeBufferPointer { all in
            var first = 0
            while first < all.count {
                let count = min(network.blockColumns, all.count - first)
                var pass = Pass(isTraining: true, step: 0, noise: Float(noise))
                pass.place = first
                network.forward(UnsafeBufferPointer(rebasing: all[first..<first + count]), pass)
                for (number, place) in places.enumerated() {
                    let matrices = network.inner(place)
                    for column in 0..<count {
                        for matrix in matrices {
                            for row in 0..<matrix.rows {
                                result[number].append(Double(matrix.row(row)[column]))
                            }
                        }
                    }
                }
                first += count
            }
        }
        return result
    }
}
