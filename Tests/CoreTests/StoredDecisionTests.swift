import Testing

@testable import Core

@Suite("StoredDecision")
struct StoredDecisionTests {
    /// A run whose accuracies rise to `peak` in even steps, recorded where they are a new maximum.
    private func outcome(
        train: [(Int, Double)], validation: [Double], rule: PhaseRule = PhaseRule(),
        stop: StopReason, steps: Int, interval: Int = 1
    ) -> CellOutcome {
        var curve = Curve()
        curve.steps = train.map(\.0)
        curve.trainAccuracy = train.map(\.1)
        curve.validationAccuracy = validation
        var t = CrossingTracker(threshold: rule.trainAccuracy, sustain: rule.sustain)
        var v = CrossingTracker(threshold: rule.validationAccuracy, sustain: rule.sustain)
        for (place, step) in curve.steps.enumerated() {
            t.observe(curve.trainAccuracy[place], step: step)
            v.observe(curve.validationAccuracy[place], step: step)
        }
        return CellOutcome(
            curve: curve, rule: rule, trainCrossing: t.crossing, validationCrossing: v.crossing,
            stopReason: stop, stepsRun: steps, evaluationInterval: interval,
            split: ExampleSplit(
                inputs: [], symbolsPerExample: 2, labels: [], train: [], validation: []),
            targets: nil, parameters: [])
    }

    private var decided: CellOutcome {
        outcome(
            train: [(0, 0), (10, 0.5), (20, 0.92), (400, 1), (1500, 1)],
            validation: [0, 0.1, 0.2, 0.6, 0.91], stop: .decided, steps: 1500)
    }

    private var full: CellOutcome {
        outcome(
            train: [(0, 0), (10, 0.5), (20, 0.92), (400, 1), (1500, 1), (5000, 1)],
            validation: [0, 0.1, 0.2, 0.6, 0.91, 0.93], stop: .budget, steps: 9000)
    }

    @Test("the rule a cell was trained with gives its own verdict back")
    func same() {
        #expect(PhaseRule().decide(decided) == decided.verdict)
        #expect(PhaseRule().decide(decided)?.phase == .grokking)
        #expect(PhaseRule().decide(full) == full.verdict)
    }

    @Test("another gap is decided from the stored crossings")
    func gap() {
        #expect(PhaseRule(gap: 1480).decide(decided)?.phase == .grokking)
        #expect(PhaseRule(gap: 1481).decide(decided)?.phase == .comprehension)
    }

    @Test("lower thresholds are decided from the curves, to the step")
    func lower() throws {
        let rule = PhaseRule(trainAccuracy: 0.5, validationAccuracy: 0.6, gap: 390)
        let verdict = try #require(rule.decide(decided))
        #expect(verdict.train == Crossing(step: 10))
        #expect(verdict.validation == Crossing(step: 400))
        #expect(verdict.phase == .grokking)
    }

    @Test("a decided cell is missing under a rule that its end came too early for")
    func stricter() {
        #expect(PhaseRule(validationAccuracy: 0.95).decide(decided) == nil)
        #expect(PhaseRule(trainAccuracy: 1).decide(decided)?.train == Crossing(step: 400))
    }

    @Test("a cell that used its budget decides every threshold")
    func complete() {
        #expect(PhaseRule(validationAccuracy: 0.93).decide(full)?.phase == .grokking)
        #expect(PhaseRule(validationAccuracy: 0.95).decide(full)?.phase == .memorization)
        var diverged = full
        diverged.stopReason = .diverged
        #expect(PhaseRule(validationAccuracy: 0.95).decide(diverged)?.phase == .memorization)
        var predicted = full
        predicted.stopReason = .predicted
        #expect(PhaseRule(validationAccuracy: 0.95).decide(predicted) == nil)
    }

    @Test(
        "a cell that ended out of reach is expected to memorize under every rule that it is out of reach of, and no other"
    )
    func unreachable() {
        var outcome = self.outcome(
            train: [(0, 0), (10, 0.5), (20, 0.92)], validation: [0, 0.1, 0.2], stop: .unreachable,
            steps: 20)
        outcome.reachable = 0.5
        for rule in [
            PhaseRule(), PhaseRule(gap: 5), PhaseRule(validationAccuracy: 0.51),
            PhaseRule(trainAccuracy: 0.5),
        ] {
            #expect(rule.decide(outcome) == nil)
            #expect(rule.unreachable(outcome)?.phase == .memorization)
        }
        #expect(PhaseRule(trainAccuracy: 0.5).unreachable(outcome)?.train == Crossing(step: 10))
        for rule in [
            PhaseRule(validationAccuracy: 0.5), PhaseRule(trainAccuracy: 0.95),
            PhaseRule(validationAccuracy: 0.2), PhaseRule(sustain: 3),
        ] { #expect(rule.unreachable(outcome) == nil) }
        #expect(PhaseRule(validationAccuracy: 0.2).decide(outcome)?.phase == .comprehension)
        outcome.stopReason = .budget
        #expect(PhaseRule().unreachable(outcome) == nil)
    }

    @Test("cells that are audited for being out of reach are a twentieth, chosen by identity")
    func audited() {
        let cells = (0..<2000).map { CellID(canonicalConfiguration: "\($0)") }
        let audited = cells.filter { StopPolicy.reachable.policy(for: $0) == .decided }
        #expect((60...140).contains(audited.count))
        #expect(cells.allSatisfy { StopPolicy.budget.policy(for: $0) == .budget })
        // Not the same ones as are audited for being inferred.
        #expect(audited.count { $0.ticket(0) < 0.05 } < audited.count / 4)
    }

    @Test("a cell that went round in a circle has seen all there is to see")
    func cycled() {
        var outcome = full
        outcome.stopReason = .cycled
        outcome.stepsRun = 6000
        for rule in [PhaseRule(), PhaseRule(validationAccuracy: 0.95)] {
            #expect(rule.decide(outcome) == rule.decide(full))
            #expect(rule.decide(outcome) != nil)
        }
        #expect(StopPolicy.decided.allows(.cycled, nil) && !StopPolicy.budget.allows(.cycled, nil))
    }

    @Test("another sustain is decided only where the threshold was never touched, or from 1")
    func sustain() {
        #expect(PhaseRule(sustain: 3).decide(full) == nil)
        let never = PhaseRule(trainAccuracy: 1, validationAccuracy: 0.99, sustain: 3)
        #expect(never.decide(full) == nil)  // training was touched
        var calm = full
        calm.curve.trainAccuracy = calm.curve.trainAccuracy.map { $0 / 2 }
        calm.trainCrossing = nil
        #expect(
            PhaseRule(validationAccuracy: 0.99, sustain: 3).decide(calm)?.phase == .confusion)

        var strict = full
        strict.rule.sustain = 50
        strict.trainCrossing = Crossing(step: 380)
        strict.validationCrossing = nil
        #expect(PhaseRule(sustain: 50).decide(strict)?.phase == .memorization)
        #expect(PhaseRule().decide(strict)?.train == Crossing(step: 20))
        #expect(PhaseRule().decide(strict)?.validation == Crossing(step: 1500))
    }

    @Test("a crossing read off a curve has a bracket from the first step that is not on it")
    func bracket() {
        var coarse = full
        coarse.evaluationInterval = 10
        let rule = PhaseRule(validationAccuracy: 0.6)
        #expect(rule.decide(coarse)?.validation == Crossing(step: 400, notBefore: 1))
        #expect(
            PhaseRule(trainAccuracy: 1e-9, validationAccuracy: 0.1).decide(coarse)?.train
                == Crossing(step: 10, notBefore: 1))
    }

    @Test("brackets of earlier versions are widened to what the curve leaves open")
    func widened() {
        var coarse = full
        coarse.trainCrossing = Crossing(step: 20, notBefore: 18)
        #expect(coarse.bracketed == coarse)
        coarse.evaluationInterval = 5
        #expect(coarse.bracketed.trainCrossing == Crossing(step: 20, notBefore: 1))
        #expect(coarse.bracketed.bracketed == coarse.bracketed)
        coarse.curve.steps[1] = 1
        #expect(coarse.bracketed.trainCrossing == Crossing(step: 20, notBefore: 2))
        #expect(coarse.bracketed.verdict.uncertain)
    }
}
