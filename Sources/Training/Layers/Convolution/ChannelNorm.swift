/// What normalises a convolution's sums: features × examples, places × channels, a gain and a bias per channel.
protocol ChannelNorm: AnyObject {
    /// Fills `output` from `input`.
    func forward(_ kernels: borrowing KernelSet, input: Matrix, output: Matrix, isTraining: Bool)
    /// Turns the gradient of the output into that of the input; fills the gradients of gain and bias, or adds to them.
    func backward(
        _ kernels: borrowing KernelSet, input: Matrix, slope: Matrix, accumulates: Bool)
    /// An update has been made with the gradients of the last training pass.
    func advance()
    /// Writes what later passes depend on besides the parameters.
    func save(to state: inout StateWriter)
    /// Takes over what `save` wrote.
    func restore(from state: inout StateReader) throws(StateError)
}

extension ChannelNorm {
    func advance() {}
    func save(to state: inout StateWriter) {}
    func restore(from state: inout StateReader) throws(StateError) {}
}
