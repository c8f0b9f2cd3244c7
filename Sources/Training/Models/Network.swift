import Core

/// How a forward pass is made.
struct Pass {
    /// Whether gradients will be taken: dropout and noise are on.
    var isTraining: Bool
    /// Updates made so far: with the seed, the counter of dropout and noise.
    var step: Int
    /// Standard deviation of the noise on inputs or embeddings.
    var noise: Float
    /// Place in the batch's order of the block's first example.
    var place = 0
    /// Where the mirrors of a commutativity penalty begin in the block, and the place of the first one; nil without them.
    var mirrors: (column: Int, place: Int)?

    /// A pass that evaluates.
    static let evaluation = Pass(isTraining: false, step: 0, noise: 0)

    /// Columns whose examples stand at consecutive places, from this one on.
    struct Run {
        let columns: Range<Int>
        let place: Int
    }

    /// The first columns of a block as runs: the examples and, where there are any, their mirrors.
    func runs(of columns: Int) -> (examples: Run, mirrors: Run) {
        let end = min(mirrors?.column ?? columns, columns)
        return (
            Run(columns: 0..<end, place: place),
            Run(columns: end..<columns, place: mirrors?.place ?? 0)
        )
    }
}

/// Floating-point operations of a network's matrix products, or of what takes their place, as it really computes them: two
/// per multiply-add.
struct NetworkWork {
    /// Once per step, whatever the number of examples.
    var shared = 0.0
    /// Per example of a forward pass.
    var forward: Double
    /// Per example that carries gradients, in addition.
    var backward: Double
}

/// A network on the vector kernels. Activations are feature-major: one row per feature, one column per example.
///
/// A step calls `begin`, then `forward` for one block of examples after the other, each followed by `backward` where the
/// block's first columns carry gradients, then `finish`.
protocol Network: AnyObject {
    /// Most examples that a block holds.
    var blockColumns: Int { get }
    /// Outputs × examples of the block, filled by `forward`; its `columns` are the block's.
    var output: Matrix { get }
    /// Gradient of the loss with respect to `output`, filled before `backward`; its `columns` are the graded ones.
    var outputGradient: Matrix { get }
    /// Whether training passes differ from evaluating ones.
    var isStochastic: Bool { get }
    /// What its products cost.
    var work: NetworkWork { get }
    /// Bytes of its activations, their gradients and tables.
    var workspaceBytes: Int { get }

    /// Parameters have changed: computes what all blocks share.
    func begin()
    /// Fills `output` for these examples.
    func forward(_ examples: UnsafeBufferPointer<Int32>, _ pass: Pass)
    /// Adds the gradients of the block's first `graded` examples to those of the blocks before; the first block
    /// overwrites what is there.
    func backward(_ examples: UnsafeBufferPointer<Int32>, graded: Int, isFirst: Bool)
    /// All graded blocks have been: completes gradients of what they share.
    func finish()
    /// An update has been made with the gradients of the last training passes: what evaluation depends on besides the
    /// parameters follows.
    func advance()
    /// Writes that.
    func save(to state: inout StateWriter)
    /// Takes over what `save` wrote.
    func restore(from state: inout StateReader) throws(StateError)
    /// What stands inside the network after `forward`, one column per example of the block and one matrix below the other;
    /// nothing where it is not computed. A `NetworkTwin` asks for it.
    func inner(_ place: InnerPlace) -> [Matrix]
}

/// A place inside a network that measures look at.
enum InnerPlace {
    /// What enters, with its noise: unit vectors, embeddings side by side, numbers, or a transformer's states at all positions.
    case inputs
    /// The first hidden layer after its nonlinearity; a transformer's at its last position.
    case hidden
    /// What the last layer multiplies with its weights.
    case features
}

extension Network {
    var isStochastic: Bool { false }
    func begin() {}
    func finish() {}
    func advance() {}
    func save(to state: inout StateWriter) {}
    func restore(from state: inout StateReader) throws(StateError) {}
    func inner(_ place: InnerPlace) -> [Matrix] { [] }
}
