import Core
import Testing

@testable import Coordinator

@Suite struct CellCommandTests {
    private func text(_ change: (inout CellOutcome) -> Void) throws -> String {
        var outcome = Sample.outcome()
        change(&outcome)
        let cell = try #require(try Sample.cells(1).first)
        return try #require(CellCommand(cell, outcome, blasCore: "Haswell")).text
    }

    @Test(
        "the end that is asked for is the one that the file tells of",
        arguments: [
            (StopReason.decided, nil), (.cycled, nil), (.budget, "--stop 'budget'"),
            (.diverged, "--stop 'budget'"), (.unreachable, "--stop 'reachable'"),
        ] as [(StopReason, String?)])
    func stop(_ reason: StopReason, _ words: String?) throws {
        let text = try text { $0.stopReason = reason }
        #expect(text.contains("--stop") == (words != nil))
        if let words { #expect(text.contains(words)) }
        #expect(text.contains("--blas-core Haswell"))
    }

    @Test("rule, clocks and record are those of the file")
    func record() throws {
        let text = try text { outcome in
            outcome.rule.gap = 5
            var clock = outcome.rule.clock
            clock.sustain = 3
            outcome.clocks = [ClockReading(clock, train: nil, validation: nil)]
            outcome.chosenTensors = ["decoder"]
        }
        #expect(text.contains("--rule gap=5"))
        #expect(text.contains("\"clocks\":[{") && text.contains("\"sustain\":3"))
        #expect(text.contains("weight_norm"))
        // No tensors without a step at which they were kept.
        #expect(!text.contains("decoder\"]"))
    }
}
