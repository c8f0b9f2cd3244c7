import Testing

@testable import Core

@Suite("LossConfiguration and OptimizerConfiguration")
struct LossConfigurationTests {
    private static let teacher = "task: {kind: teacher}, model: {kind: mlp, input: numbers}"

    @Test("targets default to what the task has")
    func targets() throws {
        #expect(try cell("{}").loss.targets == .gaussian)
        #expect(try cell("{}").loss.outputs == 30)
        #expect(try cell("{\(Self.teacher)}").loss.targets == .values)
        #expect(try cell("{\(Self.teacher)}").loss.outputs == nil)
        #expect(try cell("{loss: {kind: cross-entropy}}").loss.precision == .double)
        #expect(try cell("{loss: {kind: stablemax}}").loss.precision == nil)
    }

    @Test(
        "a loss that cannot be computed says why and what would do",
        arguments: [
            BadCell(
                "{loss: {kind: cross-entropy, targets: gaussian}}",
                "loss.targets: has no meaning for cross-entropy (hint: drop it, or use kind: mse)"),
            BadCell(
                "{loss: {kind: stablemax, outputs: 3}}",
                "loss.outputs: has no meaning for stablemax (hint: drop it, or use kind: mse)"),
            BadCell(
                "{loss: {targets: one-hot, outputs: 3}}",
                "loss.outputs: one-hot targets have one output per class (hint: drop the key)"),
            BadCell(
                "{loss: {targets: values}}",
                "loss.targets: the task addition has classes, no numbers to predict (hint: use "
                    + "targets: gaussian or one-hot)"
            ),
            BadCell(
                "{\(teacher), loss: {targets: one-hot}}",
                "loss.kind: the task teacher has no classes, only numbers to predict (hint: use "
                    + "kind: mse, targets: values)"
            ),
            BadCell(
                "{\(teacher), loss: {kind: cross-entropy}}",
                "loss.kind: the task teacher has no classes, only numbers to predict (hint: use "
                    + "kind: mse, targets: values)"
            ),
            BadCell(
                "{\(teacher), loss: {outputs: 3}}",
                "loss.outputs: the task's own numbers decide the outputs (hint: drop the key)"),
            BadCell(
                "{loss: {outputs: 0}}",
                "loss.outputs: 0 is out of range: must be between 1 and 65536"),
            BadCell(
                "{loss: {precision: single}}",
                "loss.precision: unknown key (hint: known keys here: kind, targets, outputs, "
                    + "commutativity, embedding_l1)"
            ),
            BadCell(
                "{loss: {commutativity: 1}}",
                "loss.commutativity: needs a task in which (a, b) and (b, a) have the same label "
                    + "(hint: use task: {kind: modular, operation: x+y, pairs: ordered})"
            ),
            BadCell(
                "{task: {kind: modular, operation: x-y}, loss: {commutativity: 1}}",
                "loss.commutativity: needs a task in which (a, b) and (b, a) have the same label "
                    + "(hint: use task: {kind: modular, operation: x+y, pairs: ordered})"
            ),
            BadCell(
                "{loss: {commutativity: -1}}",
                "loss.commutativity: -1 is out of range: must be at least 0"),
            BadCell(
                "{loss: {embedding_l1: -1}}",
                "loss.embedding_l1: -1 is out of range: must be at least 0"),
            BadCell(
                "{model: {kind: mlp}, loss: {embedding_l1: 1}}",
                "loss: embedding_l1 needs a model with embeddings"),
        ])
    func loss(_ sample: BadCell) { #expect(sample.message == sample.expected) }

    @Test(
        "an optimiser's value out of bounds is named with them",
        arguments: [
            BadCell(
                "{optimizer: {learning_rate: -1}}",
                "optimizer.learning_rate: -1 is out of range: must be at least 0"),
            BadCell(
                "{optimizer: {decoder: {weight_decay: -1}}}",
                "optimizer.decoder.weight_decay: -1 is out of range: must be at least 0"),
            BadCell(
                "{optimizer: {representation: {beta1: 1}}}",
                "optimizer.representation.beta1: 1 is out of range: must be between 0 and "
                    + "0.999999999"
            ),
            BadCell(
                "{optimizer: {last_layer: {beta2: 1}}}",
                "optimizer.last_layer.beta2: 1 is out of range: must be between 0 and 0.999999999"),
            BadCell(
                "{optimizer: {epsilon: -1}}",
                "optimizer.epsilon: -1 is out of range: must be at least 0"),
            BadCell(
                "{optimizer: {kind: sgd, momentum: 1}}",
                "optimizer.momentum: 1 is out of range: must be between 0 and 0.999999999"),
            BadCell(
                "{optimizer: {decoder: {momentum: 0.9}}}",
                "optimizer.decoder.momentum: unknown key (hint: known keys here: kind, "
                    + "learning_rate, weight_decay, beta1, beta2, epsilon)"
            ),
            BadCell(
                "{optimizer: {kind: adamax}}",
                "optimizer.kind: unknown value \"adamax\": known are adamw, adam, sgd, "
                    + "sgdw, lion, rmsprop, muon, egd"
            ),
            BadCell(
                "{optimizer: {warmup: -1}}",
                "optimizer.warmup: -1 is out of range: must be at least 0"),
            BadCell(
                "{optimizer: {clip: -1}}", "optimizer.clip: -1 is out of range: must be at least 0"),
            BadCell(
                "{optimizer: {schedule: step}}",
                "optimizer.schedule: unknown value \"step\": known are constant, linear, "
                    + "cosine, steps, restarts (hint: did you mean steps?)"),
            BadCell(
                "{optimizer: {schedule: steps}}",
                "optimizer.schedule: steps need their length (hint: use {kind: steps, every: 1000, "
                    + "factor: 0.1})"),
            BadCell(
                "{optimizer: {schedule: {kind: restarts}}}",
                "optimizer.schedule.period: missing: this key has no default (hint: add period: "
                    + "VALUE)"),
            BadCell(
                "{optimizer: {schedule: {kind: cosine, floor: 2}}}",
                "optimizer.schedule.floor: 2 is out of range: must be between 0 and 1"),
            BadCell(
                "{optimizer: {decay_towards: init}}",
                "optimizer.decay_towards: unknown value \"init\": known are zero, initial "
                    + "(hint: did you mean initial?)"),
            BadCell(
                "{loss: {kind: stablemax, label_smoothing: 0.1}}",
                "loss.label_smoothing: unknown key (hint: known keys here: kind, targets, outputs, "
                    + "commutativity, embedding_l1)"),
            BadCell(
                "{optimizer: {grokfast: {kind: ema, alpha: 1}}}",
                "optimizer.grokfast.alpha: 1 is out of range: must be between 0 and 0.999999999"),
            BadCell(
                "{optimizer: {grokfast: {kind: ema, lambda: -1}}}",
                "optimizer.grokfast.lambda: -1 is out of range: must be at least 0"),
            BadCell(
                "{optimizer: {grokfast: {kind: ma, window: 0}}}",
                "optimizer.grokfast.window: 0 is out of range: must be between 1 and 100000"),
            BadCell(
                "{optimizer: {grokfast: {alpha: 0.5}}}",
                "optimizer.grokfast.alpha: unknown key (hint: known keys here: kind)"),
            BadCell(
                "{optimizer: {orthogonal: 1}}",
                "optimizer.orthogonal: expected true or false, found the number 1"),
            BadCell(
                "{optimizer: {constrained_norm: yes}}",
                "optimizer.constrained_norm: expected true or false, found \"yes\""),
            BadCell(
                "{perturbation: {lambda1: -1}}",
                "perturbation.lambda1: -1 is out of range: must be at least 0"),
            BadCell(
                "{perturbation: {lambda2: -1}}",
                "perturbation.lambda2: -1 is out of range: must be at least 0"),
        ])
    func optimizer(_ sample: BadCell) { #expect(sample.message == sample.expected) }

    @Test("keys right below optimizer hold for all groups, the last layer follows the decoder")
    func groups() throws {
        let optimizer = try cell(
            """
            {optimizer: {learning_rate: 0.5, weight_decay: 2, last_layer: {learning_rate: 0.1},
             decoder: {weight_decay: 3, kind: sgd, momentum: 0.9}}}
            """
        ).optimizer
        #expect(optimizer.representation.learningRate == 0.5)
        #expect(
            optimizer.representation.weightDecay == 2 && optimizer.representation.kind == .adamw)
        #expect(optimizer.decoder.learningRate == 0.5 && optimizer.decoder.weightDecay == 3)
        let last = try #require(optimizer.lastLayer)
        #expect(last.learningRate == 0.1 && last.weightDecay == 3)
        #expect(last.kind == .sgd && last.momentum == 0.9)
        #expect(try cell("{}").optimizer.lastLayer == nil)
    }

    @Test("a key that is said holds for groups of another kind, even at a default")
    func kinds() throws {
        func rules(_ optimizer: String) throws -> [UpdateRule] {
            let optimizer = try cell("optimizer: {\(optimizer)}").optimizer
            return [optimizer.representation, optimizer.decoder]
                + (optimizer.lastLayer.map { [$0] } ?? [])
        }
        #expect(try rules("beta2: 0.999, decoder: {kind: lion}").map(\.beta2) == [0.999, 0.999])
        #expect(try rules("decoder: {kind: lion}").map(\.beta2) == [0.999, 0.99])
        #expect(
            try rules("kind: sgd, momentum: 0, decoder: {kind: muon}").map(\.momentum) == [0, 0])
        #expect(try rules("kind: sgd, decoder: {kind: muon}").map(\.momentum) == [0, 0.95])
        #expect(
            try rules("decoder: {beta2: 0.999}, last_layer: {kind: lion}").map(\.beta2)
                == [0.999, 0.999, 0.999])
        #expect(
            try rules("beta2: 0.5, decoder: {kind: sgd}, last_layer: {kind: lion}").map(\.beta2)
                == [0.5, 0.999, 0.99])
    }
}
