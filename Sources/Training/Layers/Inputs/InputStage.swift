/// What turns a block of examples into a network's first activations, feature-major (features × examples).
protocol InputStage {
    /// Features per example.
    var features: Int { get }
    /// Whether the features are the sums of a layer, which its activation is still to be applied to.
    var isLayer: Bool { get }
    /// Multiply-adds per example of a layer's products forwards, and again backwards.
    var products: Double { get }
    /// Whether it has parameters, whose gradients `backward` fills.
    var isTrained: Bool { get }

    /// Parameters have changed: computes what all blocks share.
    func begin()
    /// Fills `output` for these examples.
    func forward(_ examples: UnsafeBufferPointer<Int32>, output: Matrix, _ pass: Pass)
    /// Fills the parameters' gradients from those of the block's first examples, or adds to them; follows `forward` of
    /// the same block.
    func backward(
        _ examples: UnsafeBufferPointer<Int32>, outputGradient: Matrix, accumulates: Bool)
    /// All graded blocks have been: completes gradients of what they share.
    func finish()
}

extension InputStage {
    var isLayer: Bool { false }
    var products: Double { 0 }
    var isTrained: Bool { true }
    func begin() {}
    func finish() {}
}
