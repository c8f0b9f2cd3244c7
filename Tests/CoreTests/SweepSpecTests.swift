import Testing

@testable import Core

@Suite("SweepSpec")
struct SweepSpecTests {
    private static let text = """
        sweep: quickstart
        title: Addition
        cell:
          task:      {kind: addition, symbols: 10}
          model:     {hidden: [200, 200], activation: tanh}
          optimizer:
            decoder: {learning_rate: 1.0e-3, weight_decay: 1}
          train_fraction: 0.82
          steps: 20000
        axes:
          learning_rate:  {path: optimizer.decoder.learning_rate, log: [1.0e-5, 1.0e-2], points: 4}
          train_fraction: {path: train_fraction, values: [0.45, 0.65]}
        seeds: [4, 2]
        phase_rule: {gap: 500}
        stop: budget
        record: {measures: [weight_norm, rqi], parameters: [0, last]}

        """

    @Test("a sweep file says what it says")
    func whole() throws {
        let spec = try SweepSpec(parsing: Self.text, named: "quickstart.yaml")
        #expect(spec.name == "quickstart")
        #expect(spec.title == "Addition")
        #expect(spec.cell.steps == 20000)
        #expect(spec.cell.trainFraction == 0.82)
        #expect(spec.cell.trainCount == 45)
        #expect(spec.cell.optimizer.decoder.weightDecay == 1)
        #expect(spec.axes.map(\.name) == ["learning_rate", "train_fraction"])
        #expect(spec.axes.map(\.scale) == [.log, .values])
        #expect(spec.axes[0].values == [1e-5, 1e-4, 1e-3, 1e-2])
        #expect(spec.seeds == [4, 2])
        #expect(spec.phaseRule == PhaseRule(gap: 500))
        #expect(spec.stop == .budget)
        #expect(
            spec.record
                == RecordRequest(measures: [.weightNorm, .rqi], parameters: [.step(0), .last]))
        #expect(spec.sourceText == Self.text)
        #expect(
            spec.axisPlaces == [
                "learning_rate": "quickstart.yaml:11", "train_fraction": "quickstart.yaml:12",
            ])
    }

    @Test("all but a name and an axis has a default")
    func defaults() throws {
        let spec = try SweepSpec(
            parsing: "{sweep: a, axes: {s: {path: steps, values: [5]}}}", named: "a")
        #expect(spec.title == "a")
        #expect(spec.seeds == [0])
        #expect(spec.phaseRule == PhaseRule())
        #expect(spec.stop == .decided)
        #expect(spec.record == RecordRequest())
        #expect(
            CellDefinition(configuration: spec.cell, seed: 0).canonicalText
                == (try CellDefinition(parsing: "{}")).canonicalText)
    }

    @Test("settings replace keys, add keys, and are part of the stored text")
    func overrides() throws {
        let settings = [
            "cell.steps=300", "seeds=[7]", "axes.train_fraction.values=[0.5, 0.6, 0.7]",
            "cell.task.symbols=7", "title=7 symbols",
        ]
        let spec = try SweepSpec(parsing: Self.text, named: "q.yaml", overrides: settings)
        #expect(spec.cell.steps == 300)
        #expect(spec.cell.task == .addition(symbols: 7))
        #expect(spec.seeds == [7])
        #expect(spec.title == "7 symbols")
        #expect(spec.axes[1].values == [0.5, 0.6, 0.7])
        let again = try SweepSpec(parsing: spec.sourceText, named: "q.yaml")
        #expect(try SweepPlan(again).cells == SweepPlan(spec).cells)
    }

    @Test("numbers are numbers in every way YAML, JSON and people write them")
    func numbers() throws {
        for (text, value) in [
            ("1e-3", 1e-3), ("1.0e-3", 1e-3), ("0.001", 1e-3), (".001", 1e-3), ("1E-3", 1e-3),
            ("+1e-3", 1e-3),
        ] {
            let cell = try CellDefinition(
                parsing: "optimizer: {decoder: {learning_rate: \(text)}}")
            #expect(cell.configuration.optimizer.decoder.learningRate == value, "\(text)")
        }
    }

    @Test("the nearest key is near")
    func nearest() {
        let known = ["steps", "seeds", "train_fraction"]
        #expect(NearestKey.find("step", among: known) == "steps")
        #expect(NearestKey.find("seed", among: known) == "seeds")
        #expect(NearestKey.find("zzzzz", among: known) == nil)
        #expect(NearestKey.find("", among: known) == nil)
        #expect(NearestKey.distance("kitten", "sitting") == 3)
        #expect(NearestKey.distance("", "abc") == 3)
        #expect(NearestKey.distance("abc", "abc") == 0)
    }
}

@Suite("Axis")
struct AxisTests {
    @Test("decades of a log axis are exact")
    func decades() {
        #expect(
            Axis.spaced(from: 1e-5, to: 1e-2, points: 7, scale: .log) == [
                1e-5, 3.16227766017e-5, 1e-4, 3.16227766017e-4, 1e-3, 3.16227766017e-3, 1e-2,
            ])
        #expect(
            Axis.spaced(from: 1e-8, to: 1e8, points: 17, scale: .log)
                == (-8...8).map { Double("1e\($0)") ?? .nan })
    }

    @Test("ends are the numbers that were written, and values have at most 12 digits")
    func ends() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = RandomStream(state: seed)
        for scale in [Axis.Scale.log, .linear] {
            for _ in 0..<100 {
                let low = random.uniform(1e-6, 1)
                let high = low + random.uniform(1e-3, 100)
                let values = Axis.spaced(from: low, to: high, points: 9, scale: scale)
                #expect(values.first == low, "seed \(seed)")
                #expect(values.last == high, "seed \(seed)")
                #expect(values == values.sorted(), "seed \(seed)")
                for value in values.dropFirst().dropLast() {
                    let digits = CanonicalJSON.number(value).split(separator: "e")[0]
                        .filter(\.isNumber).drop { $0 == "0" }
                    #expect(digits.count <= 12, "seed \(seed): \(value)")
                }
            }
        }
    }

    @Test("a linear axis goes in even steps, downwards as well, and through 0")
    func linear() {
        #expect(
            Axis.spaced(from: 0, to: 10, points: 6, scale: .linear) == [0, 2, 4, 6, 8, 10])
        #expect(Axis.spaced(from: 1, to: -1, points: 3, scale: .linear) == [1, 0, -1])
        #expect(
            Axis.spaced(from: 0.1, to: 0.9, points: 9, scale: .linear) == [
                0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9,
            ])
        #expect(Axis.spaced(from: 3, to: 9, points: 1, scale: .linear) == [3])
    }
}

@Suite("SweepPlan")
struct SweepPlanTests {
    private func plan() throws -> SweepPlan {
        try SweepPlan(
            SweepSpec(
                parsing: """
                    sweep: a
                    axes:
                      wd: {path: optimizer.decoder.weight_decay, linear: [0, 10], points: 5}
                      part: {path: train_fraction, values: [0.45, 0.65, 0.82]}
                    seeds: [0, 9]
                    """, named: "a.yaml"))
    }

    @Test("every grid point has a cell for every seed, once")
    func complete() throws {
        let plan = try plan()
        #expect(plan.cells.count == 30)
        #expect(Set(plan.cells.map(\.id)).count == 30)
        #expect(Set(plan.cells.map(\.point)).count == 30)
    }

    @Test("a cell trains what its grid point says")
    func values() throws {
        for cell in try plan().cells {
            let configuration = cell.definition.configuration
            let axes = try plan().coordinates(cell.point)
            #expect(axes.map(\.name) == ["wd", "part"])
            #expect(configuration.optimizer.decoder.weightDecay == axes[0].value)
            #expect(configuration.optimizer.representation.weightDecay == 0)
            #expect(configuration.trainFraction == axes[1].value)
            #expect(cell.definition.seed == [0, 9][cell.point.seed])
        }
    }

    @Test("a rule's key right below optimizer is that of every group")
    func sharedKeys() throws {
        let plan = try SweepPlan(
            SweepSpec(
                parsing: """
                    sweep: a
                    cell: {optimizer: {decoder: {kind: sgd}, last_layer: {kind: adam}}}
                    axes:
                      rate: {path: optimizer.learning_rate, values: [0.5]}
                      decay: {path: optimizer.decoder.weight_decay, values: [3]}
                      beta: {path: optimizer.beta1, values: [0.25]}
                      momentum: {path: optimizer.momentum, values: [0.75]}
                    """, named: "a.yaml"))
        let optimizer = plan.cells[0].definition.configuration.optimizer
        let last = try #require(optimizer.lastLayer)
        let rules = [optimizer.representation, optimizer.decoder, last]
        #expect(rules.map(\.learningRate) == [0.5, 0.5, 0.5])
        #expect(rules.map(\.weightDecay) == [0, 3, 3])
        #expect(rules.map(\.beta1) == [0.25, 0.9, 0.25])
        #expect(rules.map(\.momentum) == [0, 0.75, 0])
    }

    @Test("an axis is as if its number were written, for defaults that depend on it too")
    func dependent() throws {
        func check(
            _ cell: String, _ path: String, _ values: [Double], _ written: (Double) -> String
        )
            throws
        {
            let plan = try SweepPlan(
                SweepSpec(
                    parsing:
                        "sweep: a\ncell: \(cell)\naxes: {a: {path: \(path), values: \(values)}}",
                    named: "a.yaml"))
            for cell in plan.cells {
                let value = values[cell.point.axes[0]]
                #expect(try cell.id == CellDefinition(parsing: written(value)).id)
            }
        }
        try check(
            "{optimizer: {last_layer: {weight_decay: 1}}}", "optimizer.decoder.learning_rate",
            [0.005, 0.01]
        ) { "optimizer: {decoder: {learning_rate: \($0)}, last_layer: {weight_decay: 1}}" }
        let others =
            "model: {kind: mlp, input: numbers, hidden: [8]}, loss: {kind: cross-entropy}}"
        let task = "{task: {kind: polygons, shapes: [0, 3, 4], tile: 6"
        try check("\(task)}, \(others)", "task.tiles", [1, 2, 3]) {
            "\(task), tiles: \($0)}, \(others)"
        }
    }

    @Test("what a last layer says, or an axis or arm says of it, does not follow the decoder")
    func lastLayer() throws {
        let plan = try SweepPlan(
            SweepSpec(
                parsing: """
                    sweep: a
                    cell: {optimizer: {last_layer: {weight_decay: 1}}}
                    axes:
                      rate: {path: optimizer.decoder.learning_rate, values: [0.5]}
                      own: {path: optimizer.last_layer.learning_rate, values: [0.25]}
                      beta: {path: optimizer.decoder.beta1, values: [0.75]}
                      arm: {arms: {decoder's: {}, own: {optimizer.last_layer.beta1: 0.5}}}
                    """, named: "a.yaml"))
        for cell in plan.cells {
            let last = try #require(cell.configuration.optimizer.lastLayer)
            #expect(last.learningRate == 0.25 && last.beta1 == [0.75, 0.5][cell.point.axes[3]])
        }
    }

    @Test("the first seed's picture comes first, coarse before fine")
    func order() throws {
        let plan = try plan()
        #expect(plan.cells.prefix(15).allSatisfy { $0.point.seed == 0 })
        #expect(
            plan.cells.prefix(15).map(\.point.axes)
                == CoarseToFine.order([5, 3]).map { CoarseToFine.place($0, in: [5, 3]) })
        #expect(plan.label(plan.cells[0].point) == "wd=0 part=0.45 seed=0")
    }
}
