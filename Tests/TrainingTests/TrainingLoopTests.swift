import Core
import Testing

@testable import Training

@Suite struct TrainingLoopTests {
    /// A small cell: ten symbols, a narrow decoder, fast rates so that something happens within few steps.
    static func cell(
        _ changes: [String: String] = [:], loss: String = "{kind: mse, outputs: 30}"
    ) throws -> CellConfiguration {
        var record: RecordRequest?
        let value = { (key: String, fallback: String) in changes[key] ?? fallback }
        return try CellDefinition(
            parsing: """
                {task: {symbols: 10}, loss: \(loss),
                 model: {embedding: \(value("embedding", "1")), hidden: [24, 24]},
                 optimizer: {representation: {learning_rate: \(value("eta", "1.0e-2"))},
                             decoder: {learning_rate: \(value("rate", "1.0e-3")), weight_decay: 0}},
                 train_fraction: 0.82, steps: \(value("steps", "600")), batch: \(value("batch", "0"))}
                """, record: &record
        ).configuration
    }

    static func outcome(
        _ configuration: CellConfiguration, seed: UInt64 = 1, stop: StopPolicy = .budget,
        rule: PhaseRule = PhaseRule(), record: RecordRequest = RecordRequest(),
        kernels: KernelSet = .best
    ) throws -> CellOutcome {
        try #require(
            TrainingRun(
                configuration: configuration, seed: seed, rule: rule, stop: stop, record: record,
                kernels: kernels
            ).run())
    }

    @Test("one seed gives one result, bit for bit, on every kernel set", arguments: ["0", "7"])
    func reproducible(_ batch: String) throws {
        let configuration = try Self.cell(["batch": batch])
        let record = RecordRequest(measures: [.weightNorm, .rqi], parameters: [.step(0), .last])
        for set in KernelSet.available {
            let first = try Self.outcome(configuration, record: record, kernels: set)
            let second = try Self.outcome(configuration, record: record, kernels: set)
            #expect(first == second)
            let other = try Self.outcome(configuration, seed: 2, record: record, kernels: set)
            #expect(first != other)
        }
    }

    @Test(
        "a hopeless run ends when it has fitted and its first steps are over, at the same step when resumed"
    )
    func predicted() throws {
        let configuration = try Self.cell()
        let rule = PhaseRule(trainAccuracy: 0.3, validationAccuracy: 1)
        let full = try Self.outcome(configuration, rule: rule)
        let fitted = try #require(full.trainCrossing).step
        #expect(full.validationCrossing == nil)
        for window in [10, fitted + 30] {
            let cut = EarlyCut(.trainLoss, steps: window, threshold: 0, above: false)
            let run = TrainingRun(
                configuration: configuration, seed: 1, rule: rule, stop: .predicted(cut))
            let outcome = try #require(run.run())
            #expect(outcome.stopReason == .predicted && outcome.stepsRun == max(window, fitted))
            #expect(outcome.prediction?.cut == cut)
            #expect(
                outcome.prediction?.value == full.curve.earlyTrainLoss[min(window, 400) - 1])
            var interrupted = run
            interrupted.progressInterval = 1
            var state: [UInt8] = []
            let nothing = interrupted.run { progress in
                state = progress.state()
                return progress.step < outcome.stepsRun - 1
            }
            #expect(nothing == nil)
            #expect(try run.resume(state) == outcome)
        }
        // A run that is not called hopeless, and one that generalises in time, are as ever.
        let hopeful = EarlyCut(.trainLoss, steps: 10, threshold: 0, above: true)
        #expect(try Self.outcome(configuration, stop: .predicted(hopeful), rule: rule) == full)
        let easy = PhaseRule(trainAccuracy: 0.3, validationAccuracy: 0.1)
        let decided = try Self.outcome(configuration, stop: .decided, rule: easy)
        let late = EarlyCut(.trainLoss, steps: 400, threshold: 0, above: false)
        if decided.stepsRun < 400 {
            #expect(try Self.outcome(configuration, stop: .predicted(late), rule: easy) == decided)
        }
    }

    @Test(
        "a run whose split puts validation out of reach ends where it has fitted, having gone there as the whole run"
    )
    func unreachable() throws {
        var record: RecordRequest?
        let configuration = try CellDefinition(
            parsing: """
                {task: {symbols: 10}, loss: {kind: mse, outputs: 30},
                 model: {embedding: 1, hidden: [24, 24]},
                 optimizer: {representation: {learning_rate: 1.0e-2},
                             decoder: {learning_rate: 1.0e-2, weight_decay: 0}},
                 train_fraction: 0.2, steps: 2000}
                """, record: &record
        ).configuration
        let early = try Self.outcome(configuration, stop: .reachable)
        let whole = try Self.outcome(configuration)
        let reachable = try #require(early.reachable)
        #expect(reachable < 0.9 && whole.reachable == reachable)
        #expect(early.stopReason == .unreachable)
        #expect(early.stepsRun == early.trainCrossing?.step)
        #expect(early.trainCrossing == whole.trainCrossing)
        #expect(early.verdict.phase == .memorization && whole.verdict.phase == .memorization)
        #expect(early.verdict.reason.hasPrefix("out of reach, not measured"))
        #expect(
            whole.curve.trainLoss.prefix(early.curve.steps.count - 1)
                .elementsEqual(early.curve.trainLoss.dropLast()))
        // It goes on for a clock whose threshold is within reach.
        let clock = Clock(trainAccuracy: 0.9, validationAccuracy: reachable, sustain: 1)
        let watched = try Self.outcome(
            configuration, stop: .reachable, record: RecordRequest(clocks: [clock]))
        #expect(watched.stepsRun == 2000 || watched.clocks[0].validation != nil)
        // Where the threshold is within reach the policy is `decided`.
        let rule = PhaseRule(validationAccuracy: reachable)
        #expect(
            try Self.outcome(configuration, stop: .reachable, rule: rule)
                == Self.outcome(configuration, stop: .decided, rule: rule))
    }

    @Test("a clock beside the rule's reads what it would alone, and the run goes on for it")
    func clocks() throws {
        let configuration = try Self.cell()
        let short = PhaseRule(trainAccuracy: 0.3, validationAccuracy: 0.1, gap: 40)
        var long = short
        long.sustain = 40
        let both = try Self.outcome(
            configuration, stop: .decided, rule: short,
            record: RecordRequest(clocks: [long.clock]))
        let alone = try Self.outcome(configuration, stop: .decided, rule: long)
        let brief = try Self.outcome(configuration, stop: .decided, rule: short)
        #expect(both.readings == brief.readings + alone.readings)
        #expect(both.stopReason == .decided && both.stepsRun == alone.stepsRun)
        #expect(brief.stepsRun < alone.stepsRun)
        #expect(long.decide(both) == alone.verdict && short.decide(both) == brief.verdict)
        #expect(long.decide(brief) == nil)
    }

    @Test("a budget of S steps makes S updates and S + 1 evaluations")
    func stepCount() throws {
        let outcome = try Self.outcome(
            try Self.cell(["steps": "250"]),
            record: RecordRequest(parameters: [.step(0), .step(3), .last]))
        #expect(outcome.stopReason == .budget && outcome.stepsRun == 250)
        #expect(outcome.curve.steps.prefix(101).elementsEqual(0...100))
        #expect(outcome.curve.steps.last == 250)
        #expect(outcome.curve.earlyTrainLoss.count == 251)
        #expect(outcome.parameters.map(\.step) == [0, 3, 250])
        #expect(
            outcome.parameters[0].tensors.map(\.name) == [
                "representation", "decoder.0.weight", "decoder.0.bias", "decoder.1.weight",
                "decoder.1.bias", "decoder.2.weight", "decoder.2.bias",
            ])
    }

    @Test(
        "chosen tensors are kept alone, with the values that they have among all, also when resumed"
    )
    func chosenTensors() throws {
        let configuration = try Self.cell(["steps": "120"])
        var record = RecordRequest(parameters: [.step(0), .every(50), .last])
        let whole = try Self.outcome(configuration, record: record)
        #expect(whole.chosenTensors == nil)
        record.tensors = ["decoder.1.bias", "representation"]
        let run = TrainingRun(
            configuration: configuration, seed: 1, stop: .budget, record: record)
        let outcome = try #require(run.run())
        #expect(outcome.chosenTensors == record.tensors)
        #expect(outcome.parameters.map(\.step) == [0, 50, 100, 120])
        for (few, all) in zip(outcome.parameters, whole.parameters) {
            #expect(few.tensors.map(\.name) == ["representation", "decoder.1.bias"])
            #expect(few.tensors == [all.tensors[0], all.tensors[4]])
        }
        var interrupted = run
        interrupted.progressInterval = 1
        var state: [UInt8] = []
        let nothing = interrupted.run { progress in
            state = progress.state()
            return progress.step < 110
        }
        #expect(nothing == nil)
        #expect(try run.resume(state) == outcome)
    }

    @Test("stored curves hold every new maximum of both accuracies", arguments: ["0", "7"])
    func maxima(_ batch: String) throws {
        let configuration = try Self.cell(["batch": batch])
        let outcome = try Self.outcome(configuration)
        let problem = CellProblem(configuration, seed: 1)
        let model = FastModel(problem, kernels: .best)
        var order = Batch(split: problem.split, size: configuration.batch, seed: 1)
        var best = (train: -1.0, validation: -1.0)
        for step in 0...configuration.steps {
            order.advance()
            let result = model.differentiate(order, step: step, evaluating: true)
            let evaluation = try #require(result.evaluation)
            let place = outcome.curve.steps.firstIndex(of: step)
            if evaluation.trainAccuracy > best.train
                || evaluation.validationAccuracy > best.validation
            {
                #expect(place != nil, "step \(step)")
            }
            best.train = max(best.train, evaluation.trainAccuracy)
            best.validation = max(best.validation, evaluation.validationAccuracy)
            if let place {
                #expect(outcome.curve.trainLoss[place] == evaluation.trainLoss)
                #expect(outcome.curve.validationLoss[place] == evaluation.validationLoss)
            }
            if step < 400 { #expect(outcome.curve.earlyTrainLoss[step] == result.loss) }
            model.update()
        }
        // Something was learnt: a constant answer is right for at most 5 of 45.
        #expect(best.train > 0.12)
    }

    @Test("stopping as decided keeps the phase and the crossings", arguments: 0..<6)
    func decided(_ seed: UInt64) throws {
        let rule = PhaseRule(trainAccuracy: 0.6, validationAccuracy: 0.3, gap: 50)
        let configuration = try Self.cell()
        let full = try Self.outcome(configuration, seed: seed, rule: rule)
        let short = try Self.outcome(configuration, seed: seed, stop: .decided, rule: rule)
        #expect(short.verdict == full.verdict)
        #expect(short.trainCrossing == full.trainCrossing)
        #expect(short.validationCrossing == full.validationCrossing)
        let crossings = [full.trainCrossing, full.validationCrossing].compactMap { $0?.step }
        let both = crossings.count == 2 && crossings.allSatisfy { $0 < configuration.steps }
        #expect(short.stopReason == (both ? .decided : .budget))
        #expect(short.stepsRun == (both ? crossings.max() : configuration.steps))
        #expect(rule.decide(full)?.phase == full.verdict.phase)
    }

    @Test("a run that diverges says so, with the step, and counts as wrong")
    func divergence() throws {
        let outcome = try Self.outcome(try Self.cell(["rate": "1.0e+30", "eta": "1.0e+30"]))
        #expect(outcome.stopReason == .diverged)
        #expect(outcome.stepsRun < 20)
        #expect(outcome.curve.steps.last == outcome.stepsRun)
        let accuracy = try #require(outcome.curve.trainAccuracy.last)
        #expect(accuracy < 0.2)
    }

    @Test("progress is told now and then and can end the run")
    func progress() throws {
        let run = TrainingRun(configuration: try Self.cell(), seed: 0, stop: .budget)
        var steps: [Int] = []
        #expect(
            run.run { progress in
                steps.append(progress.step)
                return true
            } != nil)
        #expect(steps == [1, 257, 513])
        #expect(run.run { $0.step < 256 } == nil)
    }

    @Test("a cell of double precision is trained by the reference")
    func doublePrecision() throws {
        let single = try Self.cell(["steps": "60"], loss: "{kind: cross-entropy}")
        var double = single
        double.precision = .double
        let run = TrainingRun(configuration: double, seed: 3, stop: .budget)
        let outcome = try #require(run.run())
        let plain = run.run(ReferenceModel<Double>(CellProblem(double, seed: 3))) { _ in true }
        #expect(outcome == plain)
        let fast = try #require(TrainingRun(configuration: single, seed: 3, stop: .budget).run())
        #expect(fast.curve.trainLoss != outcome.curve.trainLoss)
        // Updates that single precision rounds away move parameters here.
        double.optimizer.representation.learningRate = 0
        double.optimizer.decoder.learningRate = 1e-12
        let slow = try #require(TrainingRun(configuration: double, seed: 3, stop: .budget).run())
        #expect(Set(slow.curve.trainLoss).count == slow.curve.trainLoss.count)
    }

    @Test("the reference trains to the same crossings for a while")
    func referenceRun() throws {
        let configuration = try Self.cell(["steps": "60"], loss: "{kind: cross-entropy}")
        let run = TrainingRun(configuration: configuration, seed: 3, stop: .budget)
        let fast = try #require(run.run())
        let problem = CellProblem(configuration, seed: 3)
        let plain = try #require(run.run(ReferenceModel<Double>(problem)) { _ in true })
        // Single against double precision over 60 smooth steps.
        let off = deviation(
            fast.curve.trainLoss, plain.curve.trainLoss, absolute: 1e-4, relative: 1e-4)
        #expect(off <= 1)
    }
}
