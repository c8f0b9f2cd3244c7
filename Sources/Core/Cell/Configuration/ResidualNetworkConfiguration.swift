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
        package var kernel = 3
        /// Places that it moves on by.
        package var stride = 1
        /// Whether the maximum over 3 × 3 places, every second one, follows.
        package var pool = false
    }

    /// One stage.
    package struct Stage: Sendable, Hashable {
        /// Channels of its blocks.
        package var channels: Int
        /// Number of its blocks.
        package var blocks: Int
    }

    /// Channels of each stage.
    package var channels = [16, 32, 64]
    /// Blocks of each stage.
    package var blocks = [2, 2, 2]
    /// What comes before the first stage.
    package var stem = Stem()
    /// What every convolution is followed by.
    package var normalisation = Normalisation.batch
    /// Groups that channels are normalised in; nil for batch normalisation.
    package var groups: Int? = 8
    /// Factor on every initial weight of convolutions and of the linear layer.
    package var scale = 1.0

    /// The stages; each after the first halves the picture's sides in its first block.
    package var stages: [Stage] { zip(channels, blocks).map { Stage(channels: $0, blocks: $1) } }
}

extension ResidualNetworkConfiguration: KeyedMapping {
    static let keys: [Key<ResidualNetworkConfiguration>] = [
        Key(
            "channels", \.channels, .widths,
            "channels of each stage. A stage's first block halves the picture's sides, but for the first stage's"
        ),
        Key(
            KeyRow(
                name: "blocks", type: "widths", standard: "2 for each stage",
                bounds: "one number per stage, each at most 1,000",
                meaning:
                    "basic blocks of each stage: two 3 × 3 convolutions, and a 1 × 1 convolution aside where size or channels"
                    + " change"),
            read: { reader, model throws(SweepError) in
                model.blocks = try reader.widths("blocks", default: model.channels.map { _ in 2 })
            }, json: { model, _ in KeyCodec.widths.json(model.blocks) }),
        Key(
            KeyRow(
                name: "stem", type: "mapping",
                standard: "`{kernel: 3, stride: 1, pool: false}`",
                meaning: "what comes before the first stage, as the table below has it"),
            read: { reader, model throws(SweepError) in
                model.stem = try Stem(try reader.mapping("stem"))
            }, json: { model, form in model.stem.json(form) }),
        Key(
            "normalisation", \.normalisation, .choice,
            "over a channel of the whole batch, with running means (momentum 0.1) for evaluation; or over groups of an"
                + " example's channels, which evaluates as it trains"),
        Key("groups", optional: \.groups, .integer(1...1024), "groups of channels")
            .noting("divides all channels").only("`group` only") { $0.normalisation == .group },
        Key(
            "scale", \.scale, .number(atLeast: 0),
            "factor on every initial weight of convolutions and on the last layer"),
    ]

    func check(_ reader: borrowing MappingReader) throws(SweepError) {
        guard !channels.isEmpty else {
            throw reader.error("channels", "there is no stage", hint: "for example [16, 32, 64]")
        }
        guard blocks.count == channels.count, blocks.allSatisfy({ $0 <= 1000 }) else {
            throw reader.error(
                "blocks",
                "\(blocks.count) numbers, at most 1000 each, for the \(channels.count) stages of"
                    + " channels", hint: "give one number per stage")
        }
        if let groups, let odd = channels.first(where: { !$0.isMultiple(of: groups) }) {
            throw reader.error(
                "groups", "\(odd) channels do not fall into \(groups) groups",
                hint: "use a divisor of all channels")
        }
    }
}

extension ResidualNetworkConfiguration.Stem: KeyedMapping {
    static let keys: [Key<ResidualNetworkConfiguration.Stem>] = [
        Key("kernel", \.kernel, .integer(1...31), "side of a convolution's kernel").noting("odd"),
        Key("stride", \.stride, .integer(1...8), "places that it moves on by"),
        Key(
            "pool", \.pool, .flag,
            "whether the maximum over 3 × 3 places, every second one, follows"),
    ]

    func check(_ reader: borrowing MappingReader) throws(SweepError) {
        if kernel.isMultiple(of: 2) {
            throw reader.error(
                "kernel", "\(kernel) is even, and a kernel has a place in its middle",
                hint: "use \(kernel + 1)")
        }
    }
}
