import TestSupport
import Testing

@testable import Core

/// Axes of words, flags and lists, of several keys, and of named mappings.
@Suite("Axes of categories")
struct CategoryAxisTests {
    private func plan(_ axes: String, cell: String = "") throws -> SweepPlan {
        try SweepPlan(
            SweepSpec(
                parsing: "sweep: a\ncell: {\(cell)}\naxes:\n  \(axes)\n", named: "a.yaml"))
    }

    private func message(_ axes: String, cell: String = "", record: String = "") -> String {
        problem {
            let spec = try SweepSpec(
                parsing: "sweep: a\ncell: {\(cell)}\naxes:\n  \(axes)\n\(record)", named: "a.yaml",
                files: CellFiles { _ in throw SweepError(path: "", problem: "no file") })
            _ = try SweepPlan(spec)
        }
    }

    @Test(
        "a value sets its key as if it were written in the cell",
        arguments: [
            ("task.operation", "[x+y, x*y]", "task: {kind: modular}"),
            ("model.activation", "[tanh, relu, gelu]", ""),
            ("model.normalisation", "[none, pre]", "model: {kind: transformer}"),
            ("model.hidden", "[[64], [128, 128], []]", ""),
            ("model.bias", "[true, false]", "model: {kind: mlp}"),
            ("optimizer.kind", "[adamw, adam, sgd]", ""),
            ("optimizer.schedule", "[constant, cosine]", ""),
            ("loss.kind", "[mse, cross-entropy]", ""),
        ])
    func words(_ path: String, _ values: String, _ cell: String) throws {
        let plan = try plan("a: {path: \(path), values: \(values)}", cell: cell)
        let axis = plan.spec.axes[0]
        #expect(axis.isCategorical && axis.reversed && axis.path == path)
        #expect(axis.values == axis.labels.indices.map(Double.init))
        for planned in plan.cells {
            let word = axis.labels[planned.point.axes[0]]
            var written = try SpecNode(parsing: "{\(cell)}")
            try written.apply("\(path)=\(word)")
            #expect(planned.configuration == (try CellConfiguration(reading: written)))
            #expect(plan.label(planned.point) == "a=\(word) seed=0")
        }
    }

    @Test("the kind of optimiser is that of all groups, whatever they say themselves")
    func shared() throws {
        let plan = try plan(
            "kind: {path: optimizer.kind, values: [adam, sgd]}",
            cell: "optimizer: {decoder: {kind: adamw, learning_rate: 0.5}, last_layer: {kind: sgd}}"
        )
        for (cell, kind) in zip(plan.cells, [UpdateRule.Kind.adam, .sgd]) {
            let optimizer = cell.configuration.optimizer
            #expect(optimizer.representation.kind == kind && optimizer.decoder.kind == kind)
            #expect(optimizer.lastLayer?.kind == kind && optimizer.decoder.learningRate == 0.5)
        }
    }

    @Test("a key right below optimizer reaches the groups of the cell, in an arm's mapping too")
    func groups() throws {
        func rates(_ arm: String) throws -> [Double] {
            let plan = try plan(
                "arm: {arms: {plain: {}, other: {\(arm)}}}",
                cell: "optimizer: {representation: {learning_rate: 1}, decoder: {learning_rate: 2}}"
            )
            let optimizer = try #require(plan.cells.last).configuration.optimizer
            return [optimizer.representation.learningRate, optimizer.decoder.learningRate]
        }
        #expect(try rates("optimizer.learning_rate: 3") == [3, 3])
        #expect(try rates("optimizer: {learning_rate: 3}") == [3, 3])
        // What the arm says of a group holds, as in a file.
        #expect(try rates("optimizer: {learning_rate: 3, decoder: {learning_rate: 4}}") == [3, 4])
        #expect(try rates("optimizer: {decoder: {learning_rate: 4}}") == [1, 4])
    }

    @Test("arms are named mappings over the cell; null takes a key out")
    func arms() throws {
        let plan = try plan(
            """
            arm:
                arms:
                  baseline: {}
                  grokfast: {optimizer.grokfast: {kind: ema, lambda: 3}}
                  plain descent: {optimizer: {kind: sgd, beta2: null, learning_rate: 0.1}}
              decay: {path: optimizer.weight_decay, values: [0, 1]}
            """, cell: "optimizer: {beta2: 0.98, learning_rate: 0.01}")
        #expect(plan.spec.axes[0].labels == ["baseline", "grokfast", "plain descent"])
        #expect(plan.cells.count == 6 && Set(plan.cells.map(\.id)).count == 6)
        for cell in plan.cells {
            let optimizer = cell.configuration.optimizer
            #expect(optimizer.decoder.weightDecay == [0, 1][cell.point.axes[1]])
            switch cell.point.axes[0] {
            case 0: #expect(optimizer.grokfast == nil && optimizer.decoder.beta2 == 0.98)
            case 1: #expect(optimizer.grokfast?.lambda == 3)
            default:
                #expect(optimizer.decoder.kind == .sgd && optimizer.decoder.learningRate == 0.1)
            }
        }
        let points = Dictionary(
            uniqueKeysWithValues: plan.cells.map { (plan.label($0.point), $0.definition.id) })
        #expect(points["arm=grokfast decay=1 seed=0"] != nil)
    }

    @Test("several keys move together, a list of values each")
    func together() throws {
        let plan = try plan(
            "size: {paths: [model.width, model.heads, model.activation],"
                + " values: [[64, 2, relu], [128, 4, gelu]]}", cell: "model: {kind: transformer}")
        #expect(plan.spec.axes[0].labels == ["64, 2, relu", "128, 4, gelu"])
        let models = plan.cells.map(\.configuration.model)
        for (model, (width, heads)) in zip(models, [(64, 2), (128, 4)]) {
            guard case .transformer(let transformer) = model else { continue }
            #expect(transformer.width == width && transformer.heads == heads)
        }
        let named = try self.plan(
            "size: {paths: [model.embedding, train_fraction], values: [[1, 0.5], [2, 0.7]],"
                + " labels: [small, large]}")
        #expect(named.spec.axes[0].labels == ["small", "large"])
        #expect(named.cells.map(\.configuration.trainFraction) == [0.5, 0.7])
    }

    @Test("a number beside categories is set in each of them, with the keys that it has there")
    func beside() throws {
        let plan = try plan(
            """
            kind: {path: optimizer.kind, values: [adamw, sgd]}
              rate: {path: optimizer.learning_rate, log: [0.001, 1], points: 4}
            """)
        for cell in plan.cells {
            let rule = cell.configuration.optimizer.decoder
            #expect(rule.kind == [.adamw, .sgd][cell.point.axes[0]])
            #expect(rule.learningRate == plan.spec.axes[1].values[cell.point.axes[1]])
            #expect(try CellDefinition(parsing: cell.definition.canonicalText).id == cell.id)
        }
    }

    @Test(
        "what cannot be meant is refused in one line with the place",
        arguments: [
            (
                "a: {path: model.activation, values: [relu, reul]}",
                "a.yaml:4: cell.model.activation: unknown value \"reul\": known are tanh, relu, gelu, silu,"
                    + " gelu-tanh, quadratic at a=reul (hint: did you mean relu?)"
            ),
            (
                "a: {path: model.activatoin, values: [relu]}",
                "a.yaml:4: cell.model.activatoin: unknown key at a=relu (hint: did you mean activation?)"
            ),
            (
                "a: {path: model.activation, values: [relu, relu]}",
                "a.yaml:4: axes.a.values: the value relu is given twice (hint: keep one of them)"
            ),
            (
                "a: {path: model.activation, values: [relu, null]}",
                "a.yaml:4: axes.a.values: expected numbers, words, flags or lists, found nothing"
                    + " (hint: use arms: {name: {key: value}} for mappings)"
            ),
            (
                "a: {paths: [batch, steps], values: [[1, 2], [3]]}",
                "a.yaml:4: axes.a.values: expected lists of 2 values, one per path, found a list"
            ),
            (
                "a: {paths: [batch, steps], log: [1, 2], points: 2}",
                "a.yaml:4: axes.a.log: has one number for 2 paths"
                    + " (hint: use values: [[…], …] with one value per path)"
            ),
            (
                "a: {arms: {x: {steps: 5}, y: {steps: 5}}}",
                "a.yaml:4: axes.a.arms: x and y set the same (hint: keep one of them)"
            ),
            (
                "a: {arms: {x: {}, y: {steps: 100000}}}",
                "a.yaml:4: axes.a: a=x and a=y are the same cell (hint: keep one of them)"
            ),
            (
                "a: {arms: {x: {}, y: {optimizer..kind: null}}}",
                "a.yaml:4: axes.a.arms: \"optimizer..kind\" has an empty key"
            ),
            (
                "a: {path: .loss.kind, values: [mse, cross-entropy]}",
                "a.yaml:4: axes.a.values: \".loss.kind\" has an empty key"
            ),
            (
                "a: {arms: {x: 5}}",
                "a.yaml:4: axes.a.arms.x: expected a mapping of keys of the cell"
                    + " (hint: use {} for the cell as it is)"
            ),
            (
                "a: {arms: {x: {}}, path: steps}",
                "a.yaml:4: axes.a.path: has no meaning beside arms, which name their keys"
            ),
            (
                "{a: {arms: {x: {}, y: {optimizer.learning_rate: 0.1}}},"
                    + " b: {path: optimizer.decoder.learning_rate, values: [1]}}",
                "a.yaml:4: axes.b: sets optimizer.decoder.learning_rate, which a sets already"
            ),
            (
                "{a: {path: optimizer.kind, values: [adamw, sgd]},"
                    + " b: {path: optimizer.decoder.momentum, values: [0.5]}}",
                "a.yaml:4: axes.b.path: the cell has no key optimizer.decoder.momentum at a=adamw"
                    + " (hint: numeric keys here: optimizer.decoder.beta1, optimizer.decoder.beta2,"
                    + " optimizer.decoder.epsilon, optimizer.decoder.learning_rate,"
                    + " optimizer.decoder.weight_decay)"
            ),
            (
                "{a: {path: model.hidden, values: [[], [5]]},"
                    + " b: {path: model.activation, values: [relu, tanh]}}",
                "a.yaml:4: cell.model.activation: has no meaning in a network without hidden layers"
                    + " at a=[], b=relu (hint: drop the key, or give hidden layers)"
            ),
        ])
    func refused(_ axes: String, _ line: String) { #expect(message(axes) == line) }

    @Test("a measure that one category cannot have is refused with its name")
    func measures() {
        #expect(
            message(
                "a: {path: task.kind, values: [addition, permutation]}",
                record: "record: {measures: [rqi]}\n"
            ).hasPrefix(
                "a.yaml:4: record.measures: rqi has no meaning for task: {kind: permutation}"))
    }

    @Test("categories are found by name, numbers by the nearest")
    func index() throws {
        let axes = try plan(
            "{a: {path: model.hidden, values: [[5], [6, 7]]},"
                + " b: {path: train_fraction, values: [0.5, 0.7]}}"
        ).spec.axes
        #expect(axes[0].index(of: "[6, 7]") == 1 && axes[0].index(of: "6") == nil)
        #expect(axes[1].index(of: "0.65") == 1 && axes[1].index(of: "much") == nil)
    }
}

@Suite("Axes of numbers")
struct NumberAxisTests {
    private func axis(_ text: String) throws -> Axis {
        try SweepSpec(parsing: "{sweep: a, axes: {a: {\(text)}}}", named: "a.yaml").axes[0]
    }

    @Test("a range goes from start in steps as far as end")
    func range() throws {
        let axis = try axis("path: train_fraction, range: {start: 0.3, end: 0.9, step: 0.1}")
        #expect(axis.values == [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9] && axis.scale == .linear)
        #expect(
            try self.axis("path: steps, range: {start: 10, end: 5, step: -2}").values == [10, 8, 6])
        #expect(
            problem { _ = try self.axis("path: steps, range: {start: 1, end: 5, step: -1}") }
                == "a.yaml:1: axes.a.range.step: -1 does not lead from start to end"
                + " (hint: use a step of the sign of end − start)")
        #expect(
            problem { _ = try self.axis("path: steps, range: {start: 1, end: 5}") }
                == "a.yaml:1: axes.a.range.step: missing: this key has no default"
                + " (hint: add step: VALUE)")
    }

    @Test("the ends of a range are as written, and whole numbers exact")
    func exact() throws {
        let axis = try axis(
            "path: train_fraction, range: {start: 0.123456789012345, end: 0.35, step: 0.1}")
        #expect(axis.values == [0.123456789012345, 0.223456789012, 0.323456789012])
        let seeds = (0...3).map { 9_007_199_254_740_900 + Double($0) }
        for form in [
            "range: {start: 9007199254740900, end: 9007199254740903, step: 1}",
            "linear: [9007199254740900, 9007199254740903], points: 4",
        ] {
            #expect(try self.axis("path: streams.split, \(form)").values == seeds)
        }
    }

    @Test("spaced values are rounded to whole numbers by a word, each once")
    func round() throws {
        let axis = try axis("path: model.embedding, log: [1, 64], points: 13, round: true")
        #expect(axis.values == [1, 2, 3, 4, 6, 8, 11, 16, 23, 32, 45, 64] && axis.scale == .log)
    }
}
