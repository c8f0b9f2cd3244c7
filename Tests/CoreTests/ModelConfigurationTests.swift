import Testing

@testable import Core

@Suite("ModelConfiguration")
struct ModelConfigurationTests {
    private static let modular = "task: {kind: modular, modulus: 5}"

    @Test("a transformer has positions and tokens for what stands in its sequence")
    func tokens() throws {
        func transformer(_ keys: String) throws -> TransformerConfiguration {
            let model = try cell("{\(Self.modular), model: {kind: transformer\(keys)}}").model
            guard case .transformer(let transformer) = model else {
                throw SweepError(path: "model", problem: "not a transformer")
            }
            return transformer
        }
        let standard = try transformer("")
        #expect(standard.positions == 3 && standard.secondPosition == 1)
        #expect(standard.tokenCount(symbols: 5) == 6 && standard.headWidth == 32)
        let both = try transformer(", operator_token: true, separate_tokens: true")
        #expect(both.positions == 4 && both.secondPosition == 2)
        #expect(both.tokenCount(symbols: 5) == 12)
        let bare = try transformer(", equals_token: false, read_out: all")
        #expect(bare.positions == 2 && bare.tokenCount(symbols: 5) == 5 && !bare.hasDropout)
        #expect(try transformer(", dropout: {attention: 0.1}").hasDropout)
    }

    @Test(
        "a value out of bounds is named with them",
        arguments: [
            BadCell(
                "{model: {embedding: 0}}",
                "model.embedding: 0 is out of range: must be between 1 and 65536"),
            BadCell(
                "{model: {hidden: [65537]}}",
                "model.hidden: expected widths between 1 and 65536, found the number 65537"),
            BadCell(
                "{model: {embedding_scale: -1}}",
                "model.embedding_scale: -1 is out of range: must be at least 0"),
            BadCell(
                "{model: {decoder_scale: -1}}",
                "model.decoder_scale: -1 is out of range: must be at least 0"),
            BadCell(
                "{model: {kind: transformer, layers: 65}}",
                "model.layers: 65 is out of range: must be between 1 and 64"),
            BadCell(
                "{model: {kind: transformer, width: 0}}",
                "model.width: 0 is out of range: must be between 1 and 16384"),
            BadCell(
                "{model: {kind: transformer, heads: 1025}}",
                "model.heads: 1025 is out of range: must be between 1 and 1024"),
            BadCell(
                "{model: {kind: transformer, hidden: 0}}",
                "model.hidden: 0 is out of range: must be between 1 and 65536"),
            BadCell(
                "{model: {kind: transformer, scale: -1}}",
                "model.scale: -1 is out of range: must be at least 0"),
            BadCell(
                "{model: {kind: transformer, dropout: {residual: 1}}}",
                "model.dropout.residual: 1 is out of range: must be between 0 and 0.99"),
            BadCell(
                "{model: {kind: transformer, dropout: {attention: -1}}}",
                "model.dropout.attention: -1 is out of range: must be between 0 and 0.99"),
            BadCell(
                "{model: {kind: transformer, dropout: {decoder: 2}}}",
                "model.dropout.decoder: 2 is out of range: must be between 0 and 0.99"),
            BadCell(
                "{model: {kind: transformer, operator_token: 1}}",
                "model.operator_token: expected true or false, found the number 1"),
            BadCell(
                "{model: {kind: mlp, input: embedding, embedding: 0}}",
                "model.embedding: 0 is out of range: must be between 1 and 65536"),
            BadCell(
                "{model: {kind: mlp, scale: -1}}",
                "model.scale: -1 is out of range: must be at least 0"),
            BadCell(
                "{model: {kind: mlp, dropout: 1}}",
                "model.dropout: 1 is out of range: must be between 0 and 0.99"),
            BadCell(
                "{model: {kind: mlp, bias: no}}", "model.bias: expected true or false, found \"no\""
            ),
            BadCell(
                "{model: {kind: mlp, embedding: 5}}",
                "model.embedding: unknown key (hint: known keys here: kind, input, hidden, "
                    + "activation, bias, initialisation, scale, dropout)"
            ),
        ])
    func bounds(_ sample: BadCell) { #expect(sample.message == sample.expected) }

    @Test(
        "a model that cannot be made, or does not fit its task, says why and what would do",
        arguments: [
            BadCell(
                "{model: {kind: transformer, width: 100, heads: 3}}",
                "model.heads: 3 heads do not divide the width 100 (hint: use a divisor of 100)"),
            BadCell(
                "{model: {kind: transformer, unembedding: tied, read_out: all}}",
                "model.unembedding: a tied unembedding reads one position, read_out is all (hint: "
                    + "use unembedding: free)"
            ),
            BadCell(
                "{model: {kind: transformer, unembedding: tied}, loss: {kind: cross-entropy}}",
                "model: a tied unembedding needs one output per symbol (hint: use unembedding: "
                    + "free, or another loss)"
            ),
            BadCell(
                "{\(modular), model: {kind: transformer, unembedding: tied}}",
                "model: a tied unembedding needs one output per symbol (hint: use unembedding: "
                    + "free, or another loss)"
            ),
            BadCell(
                "{\(modular), model: {kind: transformer, unembedding: tied}, loss: {kind: "
                    + "cross-entropy}, optimizer: {last_layer: {}}}",
                "optimizer: last_layer has no parameters where the unembedding is tied (hint: drop "
                    + "last_layer, or use unembedding: free)"
            ),
            BadCell(
                "{model: {combination: matrix-product, embedding: 8}}",
                "model.embedding: 8 is not a square number, which matrix-product needs (hint: use "
                    + "9 for 3 × 3 matrices)"
            ),
            BadCell(
                "{model: {kind: mlp, initialisation: analytic}}",
                "model.initialisation: analytic weights are known for one-hot pairs and one "
                    + "quadratic hidden layer without biases (hint: use input: one-hot, hidden: "
                    + "[500], activation: quadratic, bias: false)"
            ),
            BadCell(
                "{model: {kind: mlp, initialisation: analytic, hidden: [50], activation: "
                    + "quadratic, bias: false}, loss: {targets: one-hot}}",
                "model: analytic weights solve x+y modulo p with one output per class (hint: use "
                    + "task: {kind: modular, operation: x+y} and targets: one-hot)"
            ),
            BadCell(
                "{model: {kind: mlp, input: numbers}}",
                "model: input: numbers needs rows of numbers, the task addition has pairs of "
                    + "symbols (hint: use input: one-hot or embedding)"
            ),
            BadCell(
                "{task: {kind: parity}}",
                "model: the task parity has rows of numbers, not pairs of symbols (hint: use kind: "
                    + "mlp, input: numbers)"
            ),
            BadCell(
                "{task: {kind: images, images: i, labels: l}, model: {kind: mlp}}",
                "model: the task images has rows of numbers, not pairs of symbols (hint: use kind: "
                    + "mlp, input: numbers)"
            ),
        ])
    func impossible(_ sample: BadCell) { #expect(sample.message == sample.expected) }

    @Test("what is possible beside them is accepted")
    func possible() throws {
        for text in [
            "{\(Self.modular), model: {kind: transformer, unembedding: tied}, loss: {kind: "
                + "cross-entropy}}",
            "{model: {combination: matrix-product, embedding: 9}}",
            "{\(Self.modular), model: {kind: mlp, initialisation: analytic, hidden: [50], "
                + "activation: quadratic, bias: false}, loss: {targets: one-hot}}",
            "{task: {kind: parity}, model: {kind: mlp, input: numbers}}",
        ] {
            #expect(BadCell(text, "").message == "no error")
        }
    }
}
