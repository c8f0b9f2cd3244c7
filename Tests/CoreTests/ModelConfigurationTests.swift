import Testing

@testable import Core

@Suite("ModelConfiguration")
struct ModelConfigurationTests {
    private static let modular = "task: {kind: modular, modulus: 5}"

    @Test("a transformer has positions and tokens for what stands in its sequence")
    func tokens() throws {
        func layout(_ keys: String, task: String = Self.modular) throws -> TokenLayout {
            let cell = try cell("{\(task), model: {kind: transformer\(keys)}}")
            guard case .transformer(let transformer) = cell.model, let symbols = cell.symbols else {
                throw SweepError(path: "model", problem: "not a transformer")
            }
            return TokenLayout(transformer, symbols)
        }
        let standard = try layout("")
        #expect(standard.secondPosition == 1 && standard.tokenCount == 6)
        #expect(standard.tokens([3, 4]) == [3, 4, 5])
        let both = try layout(", operator_token: true, separate_tokens: true")
        #expect(both.secondPosition == 2 && both.tokenCount == 12)
        #expect(both.tokens([3, 4]) == [3, 10, 9, 11])
        let bare = try layout(", equals_token: false, read_out: all")
        #expect(bare.tokenCount == 5 && bare.tokens([3, 4]) == [3, 4])
        let sum = "task: {kind: modular-sum, modulus: 4, terms: 3}"
        #expect(try layout("", task: sum).tokens([3, 1, 2]) == [3, 1, 2, 4])
        let terms = try layout(", operator_token: true, separate_tokens: true", task: sum)
        #expect(terms.secondPosition == 2 && terms.tokenCount == 14)
        #expect(terms.tokens([3, 1, 2]) == [3, 12, 5, 12, 10, 13])
        // The operation's number is the last of an example's symbols, and picks the token between a and b.
        let two = "task: {kind: modular, modulus: 4, operations: [x+y, x*y]}"
        let operations = try layout(", operator_token: true", task: two)
        #expect(operations.secondPosition == 1 && operations.tokenCount == 7)
        #expect(operations.tokens([3, 1, 0]) == [3, 4, 1, 6])
        #expect(operations.tokens([3, 1, 1]) == [3, 5, 1, 6])
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
                "model: input: numbers needs rows of numbers, the task addition has "
                    + "symbols (hint: use input: one-hot or embedding)"
            ),
            BadCell(
                "{task: {kind: parity}}",
                "model: the task parity has rows of numbers, not symbols (hint: use kind: "
                    + "mlp, input: numbers)"
            ),
            BadCell(
                "{task: {kind: images, images: i, labels: l}, model: {kind: mlp}}",
                "model: the task images has rows of numbers, not symbols (hint: use kind: "
                    + "mlp, input: numbers)"
            ),
            BadCell(
                "{task: {kind: modular-sum}}",
                "model: a pair decoder combines two symbols and sees no operation; the task has 3 "
                    + "operands (hint: use kind: transformer or mlp)"
            ),
            BadCell(
                "{task: {kind: modular, operations: [x+y, x*y]}}",
                "model: a pair decoder combines two symbols and sees no operation; the task has 2 "
                    + "operations (hint: use kind: transformer or mlp)"
            ),
            BadCell(
                "{task: {kind: modular, operations: [x+y, x*y]}, model: {kind: transformer}}",
                "model: without operator_token a transformer does not see which of the task's 2 "
                    + "operations is asked for (hint: add operator_token: true)"
            ),
            BadCell(
                "{task: {kind: modular, operations: [x+y, x*y]}, model: {kind: mlp, input: numbers}}",
                "model: input: numbers needs rows of numbers, the task modular has symbols "
                    + "(hint: use input: one-hot or embedding)"
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
            "{task: {kind: modular-sum}, model: {kind: mlp, input: numbers}}",
            "{task: {kind: modular-sum}, model: {kind: mlp, input: embedding}}",
            "{task: {kind: modular-sum}, model: {kind: transformer}}",
            "{task: {kind: modular-sum, terms: 2}}",
            "{task: {kind: modular, operations: [x+y, x*y]}, model: {kind: mlp}}",
            "{task: {kind: modular, operations: [x+y, x*y]}, model: {kind: transformer, operator_token: true}}",
        ] {
            #expect(BadCell(text, "").message == "no error")
        }
    }
}
