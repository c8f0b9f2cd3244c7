import CKernels
import Core

/// A fully connected layer on feature-major activations: Z = W·X + b.
///
/// W is outputs × inputs as in PyTorch, X is inputs × examples, Z is outputs × examples.
/// dW = dZ·Xᵀ, db = row sums of dZ, dX = Wᵀ·dZ; gradients of parameters are overwritten or added to.
struct Linear {
    /// Number of inputs.
    let inputs: Int
    /// Number of outputs.
    let outputs: Int
    /// Outputs × inputs.
    let weight: UnsafeMutablePointer<Float>
    /// One per output; nil where there is none.
    let bias: UnsafeMutablePointer<Float>?
    /// Gradient of `weight`.
    let weightGradient: UnsafeMutablePointer<Float>
    /// Gradient of `bias`.
    let biasGradient: UnsafeMutablePointer<Float>?

    /// Up to this many inputs, row products beat a transposition followed by a product.
    private static let fewInputs = 4

    /// A layer with these parameters.
    init(weight: Parameters.Tensor, bias: Parameters.Tensor?) {
        (outputs, inputs) = (weight.shape[0], weight.shape[1])
        (self.weight, self.bias) = (weight.value, bias?.value)
        (weightGradient, biasGradient) = (weight.gradient, bias?.gradient)
    }

    /// The layers of a decoder from this one on, by their parameters' names.
    static func decoder(_ parameters: Parameters, from first: Int) -> [Linear] {
        var layers: [Linear] = []
        while let weight = parameters.tensor(.decoder(first + layers.count).weight) {
            let bias = parameters.tensor(.decoder(first + layers.count).bias)
            layers.append(Linear(weight: weight, bias: bias))
        }
        return layers
    }

    /// Floats of scratch that `backward` needs for so many examples.
    static func scratchSize(inputs: Int, examples: Int) -> Int {
        inputs <= fewInputs ? 0 : Workspace.size(rows: examples, columns: inputs)
    }

    /// Fills `output` from `input`, or adds to it.
    func forward(
        _ kernels: borrowing KernelSet, input: Matrix, output: Matrix, adds: Bool = false
    ) {
        let columns = kernels.wholeVectors(input.columns)
        if adds, let bias {
            kernels.table.add_column_vector(outputs, columns, bias, output.base, output.stride)
        }
        kernels.multiply(
            m: outputs, n: columns, k: inputs, a: weight, aRow: inputs, aStep: 1, b: input.base,
            ldb: input.stride, c: output.base, ldc: output.stride, bias: adds ? nil : bias,
            accumulate: adds)
    }

    /// Fills the gradients, or adds to them; fills `inputGradient` when there is one, or adds to it.
    func backward(
        _ kernels: borrowing KernelSet, input: Matrix, outputGradient: Matrix,
        inputGradient: Matrix?, scratch: UnsafeMutablePointer<Float>, accumulates: Bool = false,
        addsToInput: Bool = false
    ) {
        let examples = outputGradient.columns
        let adds: Int32 = accumulates ? 1 : 0
        if let biasGradient {
            kernels.table.row_products(
                outputs, examples, outputGradient.base, outputGradient.stride, nil, biasGradient,
                1, adds)
        }
        if inputs <= Linear.fewInputs {
            for feature in 0..<inputs {
                kernels.table.row_products(
                    outputs, examples, outputGradient.base, outputGradient.stride,
                    input.row(feature), weightGradient + feature, inputs, adds)
            }
        } else {
            let stride = Workspace.padded(inputs)
            kernels.table.transpose(inputs, examples, input.base, input.stride, scratch, stride)
            kernels.multiply(
                m: outputs, n: inputs, k: examples, a: outputGradient.base,
                aRow: outputGradient.stride, aStep: 1, b: scratch, ldb: stride, c: weightGradient,
                ldc: inputs, accumulate: accumulates)
        }
        guard let inputGradient else { return }
        kernels.multiply(
            m: inputs, n: kernels.wholeVectors(examples), k: outputs, a: weight, aRow: 1,
            aStep: inputs, b: outputGradient.base, ldb: outputGradient.stride,
            c: inputGradient.base, ldc: inputGradient.stride, accumulate: addsToInput)
    }
}
