import TestSupport
import Testing

@testable import Core

@Suite("PhaseRule")
struct PhaseRuleTests {
    /// A pair of crossings and what the published rule makes of it.
    struct Case: Sendable, CustomTestStringConvertible {
        var train: Crossing?
        var validation: Crossing?
        var phase: Phase
        var uncertain = false
        var reason: String

        var testDescription: String { reason }
    }

    @Test(
        "every branch and both sides of every boundary have their phase and reason",
        arguments: [
            Case(
                train: Crossing(step: 100), validation: Crossing(step: 1099),
                phase: .comprehension,
                reason: "train at 100, validation at 1099: a delay of 999 < gap 1000"),
            Case(
                train: Crossing(step: 100), validation: Crossing(step: 1100), phase: .grokking,
                reason: "train at 100, validation at 1100: a delay of 1000 ≥ gap 1000"),
            Case(
                train: Crossing(step: 100), validation: Crossing(step: 1101), phase: .grokking,
                reason: "train at 100, validation at 1101: a delay of 1001 ≥ gap 1000"),
            Case(
                train: Crossing(step: 0), validation: Crossing(step: 0), phase: .comprehension,
                reason: "train at 0, validation at 0: a delay of 0 < gap 1000"),
            Case(
                train: Crossing(step: 5000), validation: Crossing(step: 10),
                phase: .comprehension,
                reason: "train at 5000, validation at 10: a delay of -4990 < gap 1000"),
            Case(
                train: Crossing(step: 7), validation: nil, phase: .memorization,
                reason: "train at 7, validation never reached 0.9"),
            Case(
                train: nil, validation: Crossing(step: 9), phase: .confusion,
                reason: "train never reached 0.9, though validation did at 9"),
            Case(
                train: nil, validation: nil, phase: .confusion,
                reason: "neither train reached 0.9 nor validation 0.9"),
        ])
    func table(_ sample: Case) {
        let verdict = PhaseRule().classify(train: sample.train, validation: sample.validation)
        #expect(verdict.phase == sample.phase)
        #expect(verdict.reason == sample.reason)
        #expect(!verdict.uncertain)
        #expect(verdict.train == sample.train)
        #expect(verdict.validation == sample.validation)
    }

    @Test(
        "a verdict is uncertain exactly when the bracket holds a crossing of the other phase",
        arguments: [
            // validation may have crossed anywhere in notBefore...1100; the gap is met from 1100 on
            (1100, 1100, false), (1100, 1099, true), (1100, 1001, true), (1199, 1100, false),
            (1199, 1099, true), (1099, 1000, false), (1099, 0, false),
        ])
    func brackets(_ step: Int, _ notBefore: Int, _ uncertain: Bool) {
        let verdict = PhaseRule().classify(
            train: Crossing(step: 100), validation: Crossing(step: step, notBefore: notBefore))
        #expect(verdict.uncertain == uncertain)
    }

    @Test("a bracket of the training crossing counts as well")
    func trainBracket() {
        let train = Crossing(step: 100, notBefore: 91)
        let sure = PhaseRule().classify(train: train, validation: Crossing(step: 1090))
        #expect(sure.phase == .comprehension)
        #expect(!sure.uncertain)
        let unsure = PhaseRule().classify(train: train, validation: Crossing(step: 1091))
        #expect(unsure.phase == .comprehension)
        #expect(unsure.uncertain)
    }

    @Test("with a gap of 0 any delay is grokking, and validation before training is not")
    func noGap() {
        let rule = PhaseRule(gap: 0)
        let at = Crossing(step: 10)
        #expect(rule.classify(train: at, validation: at).phase == .grokking)
        #expect(rule.classify(train: at, validation: Crossing(step: 9)).phase == .comprehension)
    }

    @Test("only two known crossings decide a run")
    func decided() {
        let at = Crossing(step: 1)
        #expect(PhaseRule().isDecided(train: at, validation: at))
        #expect(!PhaseRule().isDecided(train: at, validation: nil))
        #expect(!PhaseRule().isDecided(train: nil, validation: at))
        #expect(!PhaseRule().isDecided(train: nil, validation: nil))
    }

    @Test("settings change single thresholds and refuse what is no key or out of range")
    func changed() throws {
        let rule = try PhaseRule().changed(by: "gap=500,train_accuracy=0.95")
        #expect(rule == PhaseRule(trainAccuracy: 0.95, gap: 500))
        #expect(
            problem { _ = try PhaseRule().changed(by: "gab=5") }
                == "phase_rule.gab: unknown key (hint: did you mean gap?)")
        #expect(
            problem { _ = try PhaseRule().changed(by: "gap=5,sustain=2,gap=6") }
                == "phase_rule.gap: given twice (hint: keep one of them)")
        #expect(
            problem { _ = try PhaseRule().changed(by: "train_accuracy=0") }
                == "phase_rule.train_accuracy: 0 is out of range: must be more than 0 and at most 1"
        )
    }

    @Test("each phase has its word and its letter")
    func names() {
        #expect(
            Phase.allCases.map(\.name) == [
                "comprehension", "grokking", "memorization", "confusion",
            ])
        #expect(String(Phase.allCases.map(\.letter)) == "CGMX")
        #expect(Phase.allCases.map(\.rawValue) == [0, 1, 2, 3])
        for phase in Phase.allCases { #expect(Phase(name: phase.name) == phase) }
        #expect(Phase(name: "Grokking") == nil)
    }
}
