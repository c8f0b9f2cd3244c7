import Core

/// What batch normalisation keeps besides parameters: running means and variances, with which it evaluates.
struct RunningStatistics<Scalar: BinaryFloatingPoint> {
    /// Means and variances of one normalisation's channels.
    struct Channels {
        var mean: [Scalar]
        var variance: [Scalar]
    }

    /// Names of the normalisations, in the order of their parameters.
    private let names: [String]
    /// By name: what evaluation takes.
    private(set) var running: [String: Channels] = [:]
    /// By name: those of the last training pass, the variance of a sample.
    var latest: [String: Channels] = [:]

    /// Means of 0 and variances of 1 for the network of a configuration; nothing where it has no batch normalisation.
    init(_ configuration: CellConfiguration) {
        guard case .residualNetwork(let model) = configuration.model,
            model.normalisation == .batch, let picture = configuration.task.picture
        else {
            names = []
            return
        }
        let convolutions = ResidualPlan(model, picture).convolutions
        names = convolutions.map(\.name)
        for convolution in convolutions {
            let ones = [Scalar](repeating: 1, count: convolution.channels)
            running[convolution.name] = Channels(mean: ones.map { $0 - 1 }, variance: ones)
        }
    }

    /// An update has been made: running = 0.9 running + 0.1 latest, with momentum as PyTorch has it by default.
    mutating func advance() {
        let momentum = Scalar(0.1)
        func blend(_ old: [Scalar], _ new: [Scalar]) -> [Scalar] {
            zip(old, new).map { (1 - momentum) * $0 + momentum * $1 }
        }
        for (name, new) in latest {
            guard let old = running[name] else { continue }
            running[name] = Channels(
                mean: blend(old.mean, new.mean), variance: blend(old.variance, new.variance))
        }
    }

    /// Writes what is running.
    func save(to state: inout StateWriter) {
        for name in names {
            guard let channels = running[name] else { continue }
            for values in [channels.mean, channels.variance] {
                state.write(values.map { Double($0) })
            }
        }
    }

    /// Takes over what `save` wrote.
    mutating func restore(from state: inout StateReader) throws(StateError) {
        for name in names {
            guard let old = running[name] else { continue }
            let mean: [Scalar] = try state.scalars(old.mean.count)
            running[name] = Channels(mean: mean, variance: try state.scalars(mean.count))
        }
    }
}
