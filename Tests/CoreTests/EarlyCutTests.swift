import Foundation
import TestSupport
import Testing

@testable import Core

@Suite("EarlyCut")
struct EarlyCutTests {
    private let cut = EarlyCut(.validationAccuracy, steps: 400, threshold: 0.2, above: true)

    @Test("a cut has one text, and only texts that it can have are read")
    func text() {
        let below = EarlyCut(.trainLoss, steps: 4, threshold: -1.5e-7, above: false)
        for each in [cut, below] { #expect(EarlyCut(rawValue: each.rawValue) == each) }
        #expect(cut.rawValue == "validation_accuracy@400>0.2")
        for wrong in [
            "", "validation_accuracy", "validation_accuracy@400", "validation_accuracy@3>0.2",
            "validation_accuracy@401>0.2", "guess@400>0.2", "validation_accuracy@400>inf",
            "validation_accuracy@400>0.20", "validation_accuracy@+400>0.2",
            "validation_accuracy@400<0.2", "validation_accuracy@400>0.2>1",
        ] { #expect(EarlyCut(rawValue: wrong) == nil, "\(wrong)") }
        #expect(StopPolicy(rawValue: cut.rawValue) == .predicted(cut))
        #expect(StopPolicy(rawValue: "predicted") == nil)
        for policy in [StopPolicy.decided, .budget, .predicted(cut)] {
            #expect(StopPolicy(rawValue: policy.rawValue) == policy)
        }
    }

    @Test("what lies on the wrong side of a cut is hopeless, and what has no value is not")
    func sides() {
        #expect(cut.isHopeless(0.2) && cut.isHopeless(0) && !cut.isHopeless(0.21))
        let below = EarlyCut(.trainLoss, steps: 10, threshold: 1, above: false)
        #expect(below.isHopeless(1.1) && !below.isHopeless(1) && !below.isHopeless(.nan))
        #expect(!cut.isHopeless(.nan))
    }

    @Test("a policy allows the ends that it asks for, and a prediction by the same cut alone")
    func allowed() {
        let own = EarlyVerdict(cut, value: 0.1)
        let other = EarlyVerdict(
            EarlyCut(.trainLoss, steps: 400, threshold: 0.2, above: true), value: 0.1)
        let policy = StopPolicy.predicted(cut)
        #expect(policy.allows(.predicted, own) && policy.allows(.decided, nil))
        #expect(!policy.allows(.predicted, other) && !policy.allows(.predicted, nil))
        for strict in [StopPolicy.decided, .budget] { #expect(!strict.allows(.predicted, own)) }
        #expect(!StopPolicy.budget.allows(.decided, nil) && policy.allows(.settled, nil))
    }

    @Test(
        "a predicted run has no verdict of any rule, and its own words say that it was not measured"
    )
    func verdict() {
        var curve = Curve()
        curve.steps = [0, 500]
        curve.trainAccuracy = [0, 1]
        curve.validationAccuracy = [0, 0.1]
        let outcome = CellOutcome(
            curve: curve, rule: PhaseRule(), trainCrossing: Crossing(step: 500),
            validationCrossing: nil, prediction: EarlyVerdict(cut, value: 0.1),
            stopReason: .predicted, stepsRun: 500,
            split: ExampleSplit(train: [], validation: []), targets: nil, parameters: [])
        for rule in [PhaseRule(), PhaseRule(gap: 3), PhaseRule(validationAccuracy: 0.5)] {
            #expect(rule.decide(outcome) == nil)
        }
        #expect(outcome.verdict.phase == .memorization)
        #expect(outcome.verdict.reason.hasPrefix("predicted, not measured: train at 500"))
        let status = CellStatus.predicted(outcome.verdict, stepsRun: 500)
        #expect(status.verdict == nil && status.isTrained && status.isLeftOut)
        #expect(status.unmeasuredPhase == .memorization)
        let tally = CellTally([status, .missing])
        #expect(tally.predicted == 1 && tally.verified == 0)
        #expect(tally.byPhase.allSatisfy { $0.count == 0 })
    }

    @Test("a sweep file says what hopeless runs are known by")
    func reading() throws {
        func stop(_ lines: String) throws -> StopPolicy {
            try SweepSpec(
                parsing: "sweep: q\naxes: {a: {path: steps, values: [1]}}\n\(lines)\n",
                named: "q.yaml"
            ).stop
        }
        let one = try stop(
            "stop: predicted\nprediction: {predictor: validation_accuracy, above: 0.2}")
        #expect(one == .predicted(cut))
        let two = try stop(
            """
            stop: predicted
            prediction: {predictor: entropy_difference, steps: 100, below: 0.01}
            record: {measures: [entropy_difference]}
            """)
        #expect(two.rawValue == "entropy_difference@100<=0.01")
        for (wrong, what) in [
            ("stop: predicted", "add prediction"),
            ("prediction: {predictor: activity, above: 1}", "without stop: predicted"),
            ("stop: predicted\nprediction: {above: 1}", "predictor"),
            ("stop: predicted\nprediction: {predictor: activity}", "above or below"),
            (
                "stop: predicted\nprediction: {predictor: activity, above: 1, below: 1}",
                "one of both"
            ),
            ("stop: predicted\nprediction: {predictor: activity, above: 1, steps: 401}", "steps"),
            ("stop: predicted\nprediction: {predictor: activty, above: 1}", "activity"),
            (
                "stop: predicted\nprediction: {predictor: slingshots, above: 1}",
                "add last_layer_norm"
            ),
            ("stop: validation_accuracy@400>0.2", "stop"),
        ] {
            let found = problem { _ = try stop(wrong) }
            #expect(found.contains(what), "\(wrong): \(found)")
        }
    }
}
