import TestSupport
import Testing

@testable import Core

/// Numbers of a cell that follow other ones.
@Suite("Follower")
struct FollowerTests {
    private func plan(_ cell: String, _ axes: String) throws -> SweepPlan {
        try SweepPlan(
            SweepSpec(
                parsing: "sweep: a\ncell: {\(cell)}\naxes: {\(axes)}\n", named: "a.yaml",
                files: CellFiles { _ in throw SweepError(path: "", problem: "no file") }))
    }

    @Test("a width four times another, along an axis, is the cell that says both")
    func times() throws {
        let plan = try plan(
            "model: {kind: transformer, hidden: {of: model.width, times: 4}}",
            "width: {path: model.width, values: [32, 64, 96]}")
        for cell in plan.cells {
            let width = plan.spec.axes[0].values[cell.point.axes[0]]
            let written = try CellDefinition(
                parsing: "model: {kind: transformer, width: \(width), hidden: \(4 * width)}")
            #expect(cell.id == written.id)
        }
    }

    @Test("a rate that follows another does so at every point, free axes beside it included")
    func rates() throws {
        let plan = try plan(
            "optimizer: {representation: {learning_rate: {of: optimizer.decoder.learning_rate,"
                + " times: 0.1}}}",
            "rate: {path: optimizer.decoder.learning_rate, log: [0.001, 0.1], points: 3},"
                + " decay: {path: optimizer.weight_decay, values: [0, 1]}")
        #expect(Set(plan.cells.map(\.id)).count == 6)
        for cell in plan.cells {
            let optimizer = cell.configuration.optimizer
            #expect(
                optimizer.representation.learningRate
                    == Axis.rounded(0.1 * optimizer.decoder.learningRate))
            #expect(try CellDefinition(parsing: cell.definition.canonicalText).id == cell.id)
        }
    }

    @Test("a batch is a share of the training set, up to a bound")
    func share() throws {
        let plan = try plan(
            "task: {kind: modular, modulus: 97},"
                + " batch: {of: train_examples, times: 0.5, at_most: 512, round: true}",
            "fraction: {path: train_fraction, values: [0.05, 0.1, 0.5]}")
        let batches = plan.cells.sorted { $0.point.axes[0] < $1.point.axes[0] }
            .map(\.configuration.batch)
        #expect(batches == [235, 471, 512].map { $0 })
        #expect(
            try self.plan("batch: {of: examples, times: 0.2}", "s: {path: steps, values: [5]}")
                .cells[0].configuration.batch == 11)
    }

    @Test("one follows another that follows a third, in any order of the file")
    func chain() throws {
        let plan = try plan(
            "model: {kind: transformer, heads: {of: model.layers, plus: 1}, layers: {of: batch},"
                + " width: 12}, batch: 2", "s: {path: steps, values: [5]}")
        guard case .transformer(let model) = plan.cells[0].configuration.model else {
            Issue.record("not a transformer")
            return
        }
        #expect(model.layers == 2 && model.heads == 3)
    }

    @Test("the order of keys in the file decides nothing, counts of examples included")
    func order() throws {
        let batch = "batch: {of: train_examples, times: 0.5, round: true}"
        let fraction = "train_fraction: {of: optimizer.decoder.weight_decay}"
        for keys in [[batch, fraction], [fraction, batch]] {
            let plan = try plan(
                keys.joined(separator: ", ") + ", optimizer: {decoder: {weight_decay: 0.3}}",
                "d: {path: optimizer.decoder.weight_decay, values: [0.3, 0.6]}")
            let batches = plan.cells.sorted { $0.point.axes[0] < $1.point.axes[0] }
                .map(\.configuration.batch)
            #expect(batches == [9, 17])
        }
    }

    @Test("one right below optimizer is that of the groups that say nothing themselves")
    func groups() throws {
        let optimizer = try plan(
            "optimizer: {weight_decay: {of: optimizer.decoder.learning_rate, times: 100},"
                + " decoder: {weight_decay: 5, learning_rate: 0.01}}",
            "s: {path: steps, values: [5]}"
        ).cells[0].configuration.optimizer
        #expect(optimizer.decoder.weightDecay == 5 && optimizer.representation.weightDecay == 1)
    }

    @Test("a number of the task may follow, of a stream, or one that has no default")
    func everywhere() throws {
        let task = try plan(
            "task: {symbols: {of: model.embedding, times: 5}}",
            "e: {path: model.embedding, values: [1, 2]}")
        #expect(Set(task.cells.map(\.configuration.task.exampleCount)) == [15, 55])
        let stream = try plan("streams: {split: {of: steps}}", "s: {path: steps, values: [5, 7]}")
        #expect(Set(stream.cells.map { $0.configuration.streams.seeds[.split] }) == [5, 7])
        // The steps are nowhere written in the cell.
        let every = try plan(
            "optimizer: {schedule: {kind: steps, every: {of: steps, times: 0.25}}}",
            "s: {path: steps, values: [8, 100]}")
        #expect(Set(every.cells.map(\.configuration.optimizer.schedule.every)) == [2, 25])
    }

    @Test("a last layer follows the decoder where that follows another group")
    func lastLayer() throws {
        let plan = try plan(
            "optimizer: {decoder: {learning_rate: {of: optimizer.representation.learning_rate,"
                + " times: 2}}, last_layer: {weight_decay: 1}}",
            "r: {path: optimizer.representation.learning_rate, values: [0.25, 0.5]}")
        let rates = plan.cells.map { $0.configuration.optimizer.lastLayer?.learningRate }
        #expect(Set(rates) == [0.5, 1])
    }

    @Test("the numbers of a task that its examples are counted by are known for each kind")
    func counted() throws {
        let files =
            ", images: i, labels: l, validation_images: j, validation_labels: m,"
            + " validation_samples: 5"
        for kind in TaskConfiguration.Kind.allCases where kind != .table {
            let node = try SpecNode(
                parsing: "{kind: \(kind.rawValue)\(kind == .images ? files : "")}")
            let task = try TaskConfiguration(MappingReader(node, path: "task"))
            guard case .object(let members) = task.json(.complete) else { continue }
            for case (let key, .number(let number)) in members {
                for value in [number - 1, number + 2] {
                    var changed = node
                    changed.set([key], SpecNode(.number(value)))
                    guard let other = try? TaskConfiguration(MappingReader(changed, path: "task"))
                    else { continue }
                    let path = ["task", key]
                    #expect(
                        CellConfiguration.isCounted(by: path)
                            == (other.exampleCount != task.exampleCount), "\(kind) \(key)")
                    #expect(
                        CellConfiguration.isCounted(by: path, whenTrainedOn: true)
                            == (other.trainableCount != task.trainableCount), "\(kind) \(key)")
                }
            }
        }
    }

    @Test("an arm may say as a number what follows in another one")
    func fixed() throws {
        let plan = try plan(
            "model: {kind: transformer, width: 32, hidden: {of: model.width, times: 4}}",
            "arm: {arms: {wide: {}, fixed: {model.hidden: 48}}}")
        let hidden = plan.cells.map { cell in
            if case .transformer(let model) = cell.configuration.model { model.hidden } else { 0 }
        }
        #expect(hidden == [128, 48])
    }

    @Test("an arm may follow where the others do not")
    func arms() throws {
        let plan = try plan(
            "model: {embedding: 3}",
            "arm: {arms: {fixed: {}, wide: {train_fraction: {of: model.embedding, times: 0.25}}}}")
        #expect(plan.cells.map(\.configuration.trainFraction) == [0.8, 0.75])
    }

    @Test(
        "what cannot follow is refused in one line",
        arguments: [
            (
                "batch: {of: modle.embedding}", "s: {path: steps, values: [5]}",
                "a.yaml:2: cell.batch.of: the cell has no key modle.embedding"
                    + " (hint: did you mean model.embedding?)"
            ),
            (
                "batch: {of: steps, time: 4}", "s: {path: steps, values: [5]}",
                "a.yaml:2: cell.batch.time: unknown key (hint: did you mean times?)"
            ),
            (
                "batch: {of: steps}, steps: {of: batch}",
                "s: {path: train_fraction, values: [0.5]}",
                "a.yaml:2: cell.batch: follows itself, by way of what it follows"
            ),
            (
                "task: {symbols: {of: model.embedding, times: 5}}, split: {kind: file, train: [1]}",
                "s: {path: model.embedding, values: [1, 2]}",
                "a.yaml:2: cell.task.symbols: follows another key, while the split's list means the"
                    + " examples of one task (hint: say the number, or use another split)"
            ),
            (
                "train_fraction: {of: train_examples, times: 0.01}",
                "s: {path: steps, values: [5]}",
                "a.yaml:2: cell.train_fraction: follows itself, by way of what it follows"
            ),
            (
                "model: {kind: transformer, hidden: {of: model.width}}",
                "s: {paths: [model.width, model.hidden], values: [[32, 64], [64, 128]]}",
                "a.yaml:3: axes.s: sets model.hidden, which follows another key"
                    + " (hint: drop the axis, or say the key as a number)"
            ),
            (
                "batch: {of: steps, at_most: 40}", "s: {path: batch, values: [5]}",
                "a.yaml:3: axes.s: sets batch, which follows another key"
                    + " (hint: drop the axis, or say the key as a number)"
            ),
            (
                "batch: {of: train_examples, times: 0.3}",
                "s: {path: train_fraction, values: [0.5]}",
                "a.yaml: cell.batch: expected a whole number, found the number 13.2"
            ),
            (
                "batch: {of: optimizer.learning_rate}", "s: {path: steps, values: [5]}",
                "a.yaml:2: cell.batch.of: optimizer.learning_rate stands in several groups"
                    + " (hint: follow that of one: optimizer.decoder.…)"
            ),
        ])
    func refused(_ cell: String, _ axes: String, _ line: String) {
        #expect(problem { _ = try plan(cell, axes) } == line)
    }
}
