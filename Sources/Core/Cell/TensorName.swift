/// The name of one of a network's tensors, as cell files, snapshots and `.npz` archives have it; docs/results-format.md has their
/// shapes.
package struct TensorName: Hashable, Sendable {
    /// The name in files.
    package let text: String

    /// Embeddings of symbols, or of a transformer's tokens.
    package static let representation = TensorName(text: "representation")
    /// What a transformer adds to tokens' embeddings.
    package static let positions = TensorName(text: "positions")
    /// A transformer's read-out where it is a matrix of its own.
    package static let unembedding = TensorName(text: "unembedding")
    /// A transformer's normalisation before the read-out.
    package static let lastNorm = Norm("norm")

    /// A residual network's last layer.
    package static let head = Linear("head")

    /// A convolution of a residual network and the normalisation behind it, by its name in the plan.
    package static func convolution(_ name: String) -> Convolution { Convolution(name) }

    /// A layer of a fully connected network; the first is 0.
    package static func decoder(_ layer: Int) -> Linear { Linear("decoder.\(layer)") }

    /// A layer of a transformer; the first is 0.
    package static func layer(_ number: Int) -> Layer { Layer("layer.\(number)") }

    /// A fully connected layer's tensors.
    package struct Linear: Sendable {
        /// The matrix and what is added.
        package let weight, bias: TensorName

        fileprivate init(_ prefix: String) {
            weight = TensorName(text: "\(prefix).weight")
            bias = TensorName(text: "\(prefix).bias")
        }
    }

    /// A layer normalisation's tensors.
    package struct Norm: Sendable {
        /// The factors and what is added.
        package let gain, bias: TensorName

        fileprivate init(_ prefix: String) {
            gain = TensorName(text: "\(prefix).gain")
            bias = TensorName(text: "\(prefix).bias")
        }
    }

    /// A convolution's tensor and its normalisation's.
    package struct Convolution: Sendable {
        /// Its kernel.
        package let weight: TensorName
        /// The normalisation behind it.
        package let norm: Norm

        fileprivate init(_ prefix: String) {
            weight = TensorName(text: "\(prefix).weight")
            norm = Norm(prefix)
        }
    }

    /// The tensors of a transformer's layer, in the order of its forward pass.
    package struct Layer: Sendable {
        /// Before, or after, attention.
        package let firstNorm: Norm
        /// Attention's matrices.
        package let query, key, value, output: TensorName
        /// Before, or after, the MLP.
        package let secondNorm: Norm
        /// Into and out of the MLP's hidden layer.
        package let up, down: Linear

        fileprivate init(_ prefix: String) {
            firstNorm = Norm("\(prefix).norm1")
            query = TensorName(text: "\(prefix).query")
            key = TensorName(text: "\(prefix).key")
            value = TensorName(text: "\(prefix).value")
            output = TensorName(text: "\(prefix).output")
            secondNorm = Norm("\(prefix).norm2")
            up = Linear("\(prefix).up")
            down = Linear("\(prefix).down")
        }
    }
}
