/// A residual network laid out for pictures of one size: every convolution with its name and shape, in the order that the
/// picture takes.
package struct ResidualPlan: Sendable {
    /// A convolution with padding, so that a stride of 1 keeps the picture's size.
    package struct Convolution: Sendable {
        /// Begins its parameters' names.
        package let name: String
        /// What enters.
        package let input: PictureShape
        /// Channels that leave.
        package let channels: Int
        /// Side of the kernel.
        package let kernel: Int
        /// Places that the kernel moves on by.
        package let stride: Int

        /// What leaves.
        package var output: PictureShape {
            PictureShape(
                side: PictureShape.strided(input.side, by: stride), channels: channels)
        }

        /// Weights of one channel that leaves.
        package var fanIn: Int { kernel * kernel * input.channels }
    }

    /// A basic block: out = relu(second(relu(first(x))) + shortcut(x)), the shortcut being x where there is none.
    package struct Block: Sendable {
        /// The first 3 × 3 convolution.
        package let first: Convolution
        /// The second one.
        package let second: Convolution
        /// A 1 × 1 convolution where size or channels change.
        package let shortcut: Convolution?

        /// All its convolutions, in the order of their parameters.
        package var convolutions: [Convolution] { [first, second] + (shortcut.map { [$0] } ?? []) }
    }

    /// The first convolution.
    package let stem: Convolution
    /// What enters the first block.
    package let pooled: PictureShape
    /// All blocks of all stages.
    package let blocks: [Block]

    /// The network of a configuration on such pictures.
    package init(_ model: ResidualNetworkConfiguration, _ picture: PictureShape) {
        stem = Convolution(
            name: "stem", input: picture, channels: model.stages[0].channels,
            kernel: model.stem.kernel, stride: model.stem.stride)
        var place = stem.output
        if model.stem.pool { place.side = PictureShape.strided(place.side, by: 2) }
        pooled = place
        var blocks: [Block] = []
        for (number, stage) in model.stages.enumerated() {
            for block in 0..<stage.blocks {
                let name = "stage.\(number).\(block)"
                let stride = number > 0 && block == 0 ? 2 : 1
                let first = Convolution(
                    name: "\(name).first", input: place, channels: stage.channels, kernel: 3,
                    stride: stride)
                let second = Convolution(
                    name: "\(name).second", input: first.output, channels: stage.channels,
                    kernel: 3, stride: 1)
                let isChanged = stride > 1 || place.channels != stage.channels
                let shortcut = Convolution(
                    name: "\(name).shortcut", input: place, channels: stage.channels, kernel: 1,
                    stride: stride)
                blocks.append(
                    Block(first: first, second: second, shortcut: isChanged ? shortcut : nil))
                place = second.output
            }
        }
        self.blocks = blocks
    }

    /// What the mean over all places is taken of.
    package var last: PictureShape { blocks.last?.second.output ?? pooled }

    /// All convolutions, in the order of their parameters.
    package var convolutions: [Convolution] { [stem] + blocks.flatMap(\.convolutions) }

    /// Multiply-adds of all convolutions for one picture, padding counted.
    package var products: Int {
        convolutions.reduce(0) { $0 + $1.output.pixels * $1.channels * $1.fanIn }
    }
}

extension PictureShape {
    /// The side that is left of one where only every so many places are kept, beginning with the first.
    static func strided(_ side: Int, by stride: Int) -> Int { (side - 1) / stride + 1 }
}
