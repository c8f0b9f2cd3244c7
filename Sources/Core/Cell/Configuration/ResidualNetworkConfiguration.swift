/// A convolutional network of residual blocks (He et al. 2016, arXiv 1512.03385): stem, stages of basic blocks, the mean over
/// all places, and a linear layer.
package struct ResidualNetworkConfiguration: Sendable, Hashable {
    /// What every convolution is followed by.
    package enum Normalisation: String, Sendable, CaseIterable {
        /// Batch normalisation (Ioffe & Szegedy 2015); running statistics evaluate.
        case batch
        /// Group normalisation (Wu & He 2018), example by example.
        case group
    }

    /// What comes before the first stage: a convolution, and perhaps a maximum over 3 × 3 places.
    package struct Stem: Sendable, Hashable {
        /// Side of the convolution's kernel, an odd number.
        package var kernel: Int
        /// Places that it moves on by.
        package var stride: Int
        /// Whether the maximum over 3 × 3 places, every second one, follows.
        package var pool: Bool
    }

    /// One stage.
    package struct Stage: Sendable, Hashable {
        /// Channels of its blocks.
        package var channels: Int
        /// Number of its blocks.
        package var blocks: Int
    }

    /// What comes before the first stage.
    package var stem: Stem
    /// The stages; each after the first halves the picture's sides in its first block.
    package var stages: [Stage]
    /// What every convolution is followed by.
    package var normalisation: Normalisation
    /// Groups that channels are normalised in; nil for batch normalisation.
    package var groups: Int?
    /// Factor on every initial weight of convolutions and of the linear layer.
    package var scale: Double

    init(_ reader: inout MappingReader) throws(SweepError) {
        var stem = try reader.mapping("stem")
        self.stem = Stem(
            kernel: try stem.integer("kernel", default: 3, in: 1...31),
            stride: try stem.integer("stride", default: 1, in: 1...8),
            pool: try stem.flag("pool", default: false))
        if self.stem.kernel.isMultiple(of: 2) {
            throw stem.error(
                "kernel", "\(self.stem.kernel) is even, and a kernel has a place in its middle",
                hint: "use \(self.stem.kernel + 1)")
        }
        try stem.finish()
        let channels = try reader.widths("channels", default: [16, 32, 64])
        let blocks = try reader.widths("blocks", default: channels.map { _ in 2 })
        guard !channels.isEmpty else {
            throw reader.error("channels", "there is no stage", hint: "for example [16, 32, 64]")
        }
        guard blocks.count == channels.count, blocks.allSatisfy({ $0 <= 1000 }) else {
            throw reader.error(
                "blocks",
                "\(blocks.count) numbers, at most 1000 each, for the \(channels.count) stages of"
                    + " channels", hint: "give one number per stage")
        }
        stages = zip(channels, blocks).map { Stage(channels: $0, blocks: $1) }
        normalisation = try reader.choice("normalisation", default: .batch)
        if normalisation == .group {
            let groups = try reader.integer("groups", default: 8, in: 1...1024)
            if let odd = channels.first(where: { !$0.isMultiple(of: groups) }) {
                throw reader.error(
                    "groups", "\(odd) channels do not fall into \(groups) groups",
                    hint: "use a divisor of all channels")
            }
            self.groups = groups
        }
        scale = try reader.number("scale", default: 1, in: 0...Double.greatestFiniteMagnitude)
    }

    var members: [String: JSONValue] {
        var members: [String: JSONValue] = [
            "stem": .object([
                "kernel": .number(Double(stem.kernel)), "stride": .number(Double(stem.stride)),
                "pool": .bool(stem.pool),
            ]),
            "channels": .array(stages.map { .number(Double($0.channels)) }),
            "blocks": .array(stages.map { .number(Double($0.blocks)) }),
            "normalisation": .string(normalisation.rawValue), "scale": .number(scale),
        ]
        if let groups { members["groups"] = .number(Double(groups)) }
        return members
    }
}
