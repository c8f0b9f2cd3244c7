import Core

/// Dropout on features × segments, one segment per position: features of later positions are further rows.
struct PositionDropout {
    private let dropout: Dropout

    /// The dropout of one place of a network; nil where the probability is 0.
    init?(_ probability: Double, seed: UInt64, site: Int) {
        guard let dropout = Dropout(probability, seed: seed, site: site) else { return nil }
        self.dropout = dropout
    }

    /// Applies it to values or gradients at the last positions of a sequence.
    func apply(
        _ kernels: borrowing KernelSet, _ matrix: Matrix, _ block: PositionBlock,
        _ scratch: TransformerScratch
    ) {
        let segment = block.segment
        for place in 0..<matrix.columns / segment {
            // Counted from the last position: so that rows do not depend on which positions are computed.
            dropout.apply(
                kernels, matrix.columns(place * segment..<(place + 1) * segment),
                row: (matrix.columns / segment - 1 - place) * matrix.rows, block.pass,
                mask: scratch.mask)
        }
    }
}

/// Where one layer drops out; nil where it does not.
struct LayerDropouts {
    /// On what attention adds to the states, on its weights, on the hidden layer, on what the MLP adds.
    let afterAttention, hidden, afterMLP: PositionDropout?
    /// On attention weights.
    let attention: Dropout?

    /// Sites of a layer.
    private static let sites = 4

    /// The dropout of one layer.
    init(_ model: TransformerConfiguration, layer: Int, seed: UInt64) {
        let site = layer * LayerDropouts.sites
        afterAttention = PositionDropout(model.residualDropout, seed: seed, site: site)
        attention = Dropout(model.attentionDropout, seed: seed, site: site + 1)
        hidden = PositionDropout(model.decoderDropout, seed: seed, site: site + 2)
        afterMLP = PositionDropout(model.residualDropout, seed: seed, site: site + 3)
    }
}
