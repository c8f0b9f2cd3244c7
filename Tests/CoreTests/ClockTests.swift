import Foundation
import TestSupport
import Testing

@testable import Core

@Suite("Clock")
struct ClockTests {
    private let first = Clock(trainAccuracy: 0.9, validationAccuracy: 0.9, sustain: 1)
    private let held = Clock(trainAccuracy: 0.9, validationAccuracy: 0.8, sustain: 3)

    /// A run that was seen at each step, by both clocks.
    private func outcome(_ accuracies: [(Double, Double)], stop: StopReason) -> CellOutcome {
        var (one, other) = (ClockTracker(first), ClockTracker(held))
        var curve = Curve()
        for (step, (train, validation)) in accuracies.enumerated() {
            one.observe(train: train, validation: validation, step: step)
            other.observe(train: train, validation: validation, step: step)
            curve.steps.append(step)
            curve.trainAccuracy.append(train)
            curve.validationAccuracy.append(validation)
        }
        let reading = one.reading
        return CellOutcome(
            curve: curve, rule: PhaseRule(gap: 4), trainCrossing: reading.train,
            validationCrossing: reading.validation, clocks: [other.reading], stopReason: stop,
            stepsRun: accuracies.count - 1, split: ExampleSplit(train: [], validation: []),
            targets: nil, parameters: [])
    }

    /// Validation touches its threshold at step 2, and holds it from step 6 on.
    private let touching = [
        (0.1, 0.1), (0.95, 0.5), (0.95, 0.95), (0.95, 0.2), (0.95, 0.3), (0.95, 0.4),
        (0.95, 0.85), (0.95, 0.9), (0.95, 0.9),
    ]

    @Test("one run has a phase by each clock that it was read by")
    func both() throws {
        let outcome = outcome(touching, stop: .decided)
        let touched = try #require(PhaseRule(gap: 4).decide(outcome))
        #expect(touched.phase == .comprehension && touched.validation?.step == 2)
        let rule = PhaseRule(validationAccuracy: 0.8, gap: 4, sustain: 3)
        let holding = try #require(rule.decide(outcome))
        #expect(holding.phase == .grokking)
        #expect(holding.train?.step == 1 && holding.validation?.step == 6)
        #expect(
            PhaseRule(validationAccuracy: 0.8, gap: 6, sustain: 3).decide(outcome)?.phase
                == .comprehension)
        // By a clock that was not read a sustained crossing is unknown.
        #expect(PhaseRule(sustain: 3).decide(outcome) == nil)
        #expect(PhaseRule(validationAccuracy: 0.8, sustain: 2).decide(outcome) == nil)
    }

    @Test("a run that ended before a clock was decided has no phase by it")
    func early() {
        let outcome = outcome(Array(touching.prefix(4)), stop: .decided)
        #expect(PhaseRule(gap: 4).decide(outcome) != nil)
        #expect(PhaseRule(validationAccuracy: 0.8, gap: 4, sustain: 3).decide(outcome) == nil)
    }

    @Test("a record is satisfied by the clocks that were read, the rule's own among them")
    func satisfied() {
        let outcome = outcome(touching, stop: .decided)
        func holds(_ clocks: [Clock]) -> Bool {
            RecordRequest(measures: [], clocks: clocks).isSatisfied(by: outcome)
        }
        #expect(holds([]) && holds([held]) && holds([first, held]))
        #expect(!holds([Clock(trainAccuracy: 0.9, validationAccuracy: 0.9, sustain: 2)]))
    }

    @Test("a tracker resumes from its memory")
    func memory() {
        var whole = ClockTracker(held)
        var part = ClockTracker(held)
        for (step, (train, validation)) in touching.enumerated() {
            whole.observe(train: train, validation: validation, step: step)
            var next = ClockTracker(held)
            let isRestored = next.restore(memory: part.memory)
            #expect(isRestored)
            next.observe(train: train, validation: validation, step: step)
            part = next
        }
        #expect(part == whole && whole.isDecided && !whole.isPending)
        let isWrong = part.restore(memory: [1, 2, 3])
        #expect(!isWrong)
    }

    @Test("clocks are read from a sweep file, with the phase rule's values where they have none")
    func reading() throws {
        func spec(_ clocks: String) throws -> SweepSpec {
            try SweepSpec(
                parsing: """
                    sweep: q
                    axes: {a: {path: steps, values: [1]}}
                    phase_rule: {train_accuracy: 0.95, sustain: 2}
                    record: {clocks: \(clocks)}
                    """, named: "q.yaml")
        }
        let read = try spec("[{sustain: 20}, {validation_accuracy: 0.5}]").record
        #expect(
            read.clocks == [
                Clock(trainAccuracy: 0.95, validationAccuracy: 0.9, sustain: 20),
                Clock(trainAccuracy: 0.95, validationAccuracy: 0.5, sustain: 2),
            ])
        #expect(read.measures == RecordRequest().measures)
        let text = try JSONEncoder().encode(read)
        #expect(try JSONDecoder().decode(RecordRequest.self, from: text) == read)
        let plain = try JSONEncoder().encode(RecordRequest(measures: []))
        #expect(!String(decoding: plain, as: UTF8.self).contains("clocks"))
        for (wrong, what) in [
            ("[{sustain: 2}]", "that of phase_rule"), ("[{sustain: 0}]", "sustain"),
            ("[{sustain: 3}, {sustain: 3}]", "given twice"), ("[{gap: 3}]", "gap"),
            ("[3]", "clocks"),
        ] {
            let found = problem { _ = try spec(wrong) }
            #expect(found.contains(what), "\(wrong): \(found)")
        }
    }

    @Test(
        "numbers that are no clock's are refused",
        arguments: ["0, 0.9, 1", "0.9, 1.1, 1", "0.9, 0.9, 0", "0.9, 0.9, 1e15"])
    func refused(_ numbers: String) throws {
        let parts = numbers.split(separator: ", ")
        let text =
            #"{"train_accuracy":\#(parts[0]),"validation_accuracy":\#(parts[1]),"sustain":\#(parts[2])}"#
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(Clock.self, from: Data(text.utf8))
        }
    }
}
