import Core

// Residual networks on pictures (He et al. 2016).
extension ReferenceNetwork {
    /// Outputs for the rows of these examples.
    func residual(
        _ model: ResidualNetworkConfiguration, _ picture: PictureShape?, _ rows: Node
    ) -> Node {
        guard let picture else { preconditionFailure("a residual network has pictures") }
        let plan = ResidualPlan(model, picture)
        var x = tape.activated(convolved(model, rows, plan.stem), .relu)
        if model.stem.pool { x = tape.pooled(x, plan.stem.output) }
        for block in plan.blocks {
            let hidden = tape.activated(convolved(model, x, block.first), .relu)
            let added = convolved(model, hidden, block.second)
            let passed = block.shortcut.map { convolved(model, x, $0) } ?? x
            x = tape.activated(tape.sum(added, passed), .relu)
        }
        let mean = tape.averaged(x, channels: plan.last.channels)
        let head = TensorName.head
        return tape.linear(mean, parameter(head.weight), parameter(head.bias))
    }

    /// A convolution with its normalisation.
    private func convolved(
        _ model: ResidualNetworkConfiguration, _ x: Node, _ shape: ResidualPlan.Convolution
    ) -> Node {
        let name = TensorName.convolution(shape.name)
        let sums = tape.convolved(x, parameter(name.weight), shape)
        return tape.channelScaled(
            standardised(model, sums, shape), gain: parameter(name.norm.gain),
            bias: parameter(name.norm.bias))
    }

    /// Mean 0 and variance 1 over all places of what is normalised together: of a batch a channel, of an example a group.
    private func standardised(
        _ model: ResidualNetworkConfiguration, _ x: Node, _ shape: ResidualPlan.Convolution
    ) -> Node {
        let channels = shape.channels
        if let groups = model.groups {
            let width = channels / groups
            return tape.standardised(x, sets: x.rows * groups) {
                $0 / x.columns * groups + $0 % channels / width
            }.h
        }
        if isTraining {
            let (h, mean, variance) = tape.standardised(x, sets: channels) { $0 % channels }
            let count = x.value.count / channels
            let sample = Scalar(count) / Scalar(max(count - 1, 1))
            observe(shape.name, .init(mean: mean, variance: variance.map { $0 * sample }))
            return h
        }
        guard let known = running[shape.name] else { preconditionFailure("\(shape.name) is known") }
        let factors = known.variance.map { 1 / ($0 + Scalar(1e-5)).squareRoot() }
        let shifts = x.value.indices.map { -known.mean[$0 % channels] }
        return tape.scaled(
            tape.sum(x, tape.matrix(x.rows, x.columns, shifts)),
            by: x.value.indices.map { factors[$0 % channels] })
    }
}
