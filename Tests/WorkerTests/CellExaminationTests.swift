import Core
import Foundation
import Results
import TestSupport
import Testing
import Training

@testable import Worker

/// Files whose every part HDF5 and the schema have nothing against, and that training cannot have left.
@Suite("CellExamination", .serialized, .exclusiveHDF5)
struct CellExaminationTests {
    private static func trained() throws -> StoredCell {
        let definition = try CellDefinition(parsing: SelfTest.cell)
        let outcome = TrainingRun(
            configuration: definition.configuration, seed: definition.seed, stop: .budget
        ).run()
        return StoredCell(
            definition: definition, outcome: try #require(outcome),
            provenance: CellProvenance(
                sweep: "s", worker: "w/0", host: "Gerät-1", attempt: 1, engine: "fast",
                blasCore: "Haswell", started: "2026-01-02T03:04:05Z",
                finished: "2026-01-02T03:04:09Z", wallSeconds: 4))
    }

    private func examine(_ cell: StoredCell) throws -> CellFileAnswer {
        let path = NSTemporaryDirectory() + "/examined-\(UUID().uuidString).h5"
        defer { unlink(path) }
        try CellFile.write(cell, to: path)
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        defer { close(descriptor) }
        let question = CellFileQuestion(
            cell.definition, sweep: "s", attempt: 1, record: RecordRequest())
        return try CellExamination(Array(try JSONEncoder().encode(question))).examine(descriptor)
    }

    /// What is done to a sound cell, and what the refusal says.
    struct Forgery: Sendable, CustomTestStringConvertible {
        let name: String
        let problem: String
        let make: @Sendable (inout StoredCell) -> Void
        var testDescription: String { name }

        init(
            _ name: String, _ problem: String,
            _ make: @escaping @Sendable (inout StoredCell) -> Void
        ) {
            (self.name, self.problem, self.make) = (name, problem, make)
        }
    }

    static let forgeries = [
        Forgery("accuracies that are no numbers", "validation_accuracy is no share") {
            let count = $0.outcome.curve.steps.count
            $0.outcome.curve.validationAccuracy = Array(repeating: .nan, count: count)
            $0.outcome.validationCrossing = nil
            $0.outcome.stopReason = .diverged
        },
        Forgery("accuracies above one", "train_accuracy is no share") {
            let count = $0.outcome.curve.steps.count
            $0.outcome.curve.trainAccuracy = Array(repeating: 7.5, count: count)
            $0.outcome.trainCrossing = Crossing(step: $0.outcome.curve.steps[0])
        },
        Forgery("a loss that was lost on the way", "train_loss is not finite") {
            $0.outcome.curve.trainLoss[1] = -.infinity
        },
        Forgery("a curve without its end", "does not reach step") {
            $0.outcome.curve.steps.removeLast()
            $0.outcome.curve.trainLoss.removeLast()
            $0.outcome.curve.trainAccuracy.removeLast()
            $0.outcome.curve.validationLoss.removeLast()
            $0.outcome.curve.validationAccuracy.removeLast()
            for place in $0.outcome.curve.measures.indices {
                $0.outcome.curve.measures[place].values.removeLast()
            }
        },
        Forgery("a split turned round", "its split or targets") {
            let train = $0.outcome.split.train
            $0.outcome.split.train = $0.outcome.split.validation
            $0.outcome.split.validation = train
        },
        Forgery("other labels", "its split or targets") { $0.outcome.split.labels[0] += 1 },
        Forgery("other targets", "its split or targets") {
            $0.outcome.targets?.values[0] += 1
        },
        Forgery("no measures", "lacks measures") { $0.outcome.curve.measures = [] },
        Forgery("escapes in a name", "host is no line of text") {
            $0.provenance.host = "\u{1b}[2Jnode"
        },
        Forgery("millennia", "wall_seconds is") { $0.provenance.wallSeconds = 1e300 },
        Forgery("another attempt", "its attempt is") { $0.provenance.attempt = 9 },
        Forgery("another sweep", "another sweep") { $0.provenance.sweep = "t" },
        Forgery("a state's maker that turns the terminal's text", "state_from is no line of text") {
            $0.provenance.stateFrom = "step 5 by \u{202e}x"
        },
    ]

    @Test("what training cannot have left is refused, saying why", arguments: forgeries)
    func forged(_ forgery: Forgery) throws {
        var cell = try Self.trained()
        forgery.make(&cell)
        let error = #expect(throws: ResultsError.self) { try examine(cell) }
        #expect(error?.problem.contains(forgery.problem) == true, "\(error?.problem ?? "")")
    }

    @Test("what was trained is answered with its curves, also where the run diverged")
    func sound() throws {
        var cell = try Self.trained()
        #expect(try examine(cell).outcome.curve == cell.outcome.curve)
        #expect(try examine(cell).provenance == cell.provenance)
        cell.outcome.stopReason = .diverged
        let last = cell.outcome.curve.steps.count - 1
        cell.outcome.curve.trainLoss[last] = .nan
        cell.outcome.curve.validationLoss[last] = .infinity
        #expect(try examine(cell).outcome.curve == cell.outcome.curve)
    }

    @Test("an answer is the same after its way through a socket, and nonsense is none")
    func answer() throws {
        let answer = try examine(try Self.trained())
        let bytes = try answer.encoded()
        #expect(try CellFileAnswer(decoding: bytes, about: "x") == answer)
        for length in stride(from: 0, to: bytes.count, by: 97) {
            #expect(throws: (any Error).self) {
                try CellFileAnswer(decoding: Array(bytes.prefix(length)), about: "x")
            }
        }
    }
}
