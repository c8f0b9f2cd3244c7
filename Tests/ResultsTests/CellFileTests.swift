import Core
import TestSupport
import Testing

@testable import HDF5
@testable import Results

extension ResultsSuite {
    @Suite("CellFile")
    struct CellFileTests {
        private let directory: TemporaryDirectory

        init() throws { directory = try TemporaryDirectory() }

        @Test("a cell comes back bit for bit, with and without what is optional")
        func roundTrip() throws {
            try expectingNoLeak {
                for (name, cell) in [("full", Fixture.cell), ("bare", Fixture.bareCell)] {
                    let path = directory.file("\(name).h5")
                    try CellFile.write(cell, to: path)
                    let found = try CellFile.read(path, expecting: cell.definition.id)
                    #expect(identical(found, cell), "\(name)")
                }
            }
        }

        @Test("a cell on rows of numbers comes back bit for bit, images without their pixels")
        func rows() throws {
            for (name, cell) in try Fixture.rows() {
                let path = directory.file("\(name).h5")
                try CellFile.write(cell, to: path)
                #expect(try CellFile.read(path).outcome == cell.outcome, "\(name)")
                #expect(try CellFile.summary(path).definition == cell.definition)
                let names = try File.read(at: path) { file in
                    let split = try file.root().group("split")
                    return try ["inputs", "labels", "values"].filter { try split.contains($0) }
                }
                #expect(names == Fixture.rowDatasets[name], "\(name)")
            }
        }

        @Test(
            "a predicted cell comes back with what ended it, and nothing else is ended by a prediction"
        )
        func predicted() throws {
            let cut = EarlyCut(.validationAccuracy, steps: 50, threshold: 0.5, above: true)
            var cell = Fixture.cell
            cell.outcome.curve.steps = [0, 1, 2, 50, 60, 70]
            cell.outcome.curve.validationAccuracy = [0, 0.1, 0.2, 0.3, 0.3, 0.3]
            cell.outcome.curve.measures.removeLast(2)
            cell.outcome.parameters = []
            cell.outcome.stepsRun = 70
            cell.outcome.evaluationInterval = 1
            cell.outcome.validationCrossing = nil
            cell.outcome.stopReason = .predicted
            cell.outcome.prediction = EarlyVerdict(cut, value: 0.3)
            let path = directory.file("predicted.h5")
            try CellFile.write(cell, to: path)
            let summary = try CellFile.summary(path)
            #expect(summary.outcome.prediction == cell.outcome.prediction)
            #expect(summary.outcome.stopReason == .predicted)
            let answer = CellFileAnswer(cell)
            #expect(try CellFileAnswer(decoding: answer.encoded(), about: path) == answer)
            let other = directory.file("wrong.h5")
            var (hopeful, none, budget) = (cell, cell, Fixture.cell)
            hopeful.outcome.prediction = EarlyVerdict(cut, value: 0.6)
            none.outcome.prediction = nil
            budget.outcome.prediction = cell.outcome.prediction
            for wrong in [hopeful, none, budget] {
                #expect(throws: (any Error).self) { try CellFile.write(wrong, to: other) }
            }
        }

        @Test("a cell out of reach comes back as one, and its split must put it there")
        func unreachable() throws {
            var cell = Fixture.cell
            cell.outcome.curve.steps = [0, 1, 2, 50, 60, 70]
            cell.outcome.curve.validationAccuracy = [0, 0.1, 0.2, 0.3, 0.3, 0.3]
            cell.outcome.curve.measures.removeLast(2)
            cell.outcome.parameters = []
            cell.outcome.stepsRun = 70
            cell.outcome.evaluationInterval = 1
            cell.outcome.validationCrossing = nil
            cell.outcome.stopReason = .unreachable
            let rows = cell.outcome.split.validation.map(Int.init)
            // Labels of half of the validation examples that no training example has.
            let unseen = Set(0..<Int32(19)).subtracting(
                cell.outcome.split.train.map { cell.outcome.split.labels[Int($0)] })
            for row in rows.prefix((rows.count + 1) / 2) {
                cell.outcome.split.labels[row] = try #require(unseen.first)
            }
            let reachable = try #require(cell.outcome.split.reachableAccuracy)
            cell.outcome.reachable = reachable
            let path = directory.file("unreachable.h5")
            try CellFile.write(cell, to: path)
            let summary = try CellFile.summary(path)
            #expect(summary.outcome.reachable == reachable)
            #expect(summary.outcome.stopReason == .unreachable)
            #expect(summary.outcome.verdict == cell.outcome.verdict)
            let answer = CellFileAnswer(cell)
            #expect(try CellFileAnswer(decoding: answer.encoded(), about: path) == answer)
            let other = directory.file("within.h5")
            var (within, another, unknown) = (cell, cell, cell)
            within.outcome.rule.validationAccuracy = reachable + 0.25
            within.outcome.reachable = reachable + 0.25
            another.outcome.reachable = reachable + 0.125
            unknown.outcome.reachable = nil
            for wrong in [within, another, unknown] {
                #expect(throws: (any Error).self) { try CellFile.write(wrong, to: other) }
            }
        }

        @Test("what further clocks said comes back, and no clock twice or beyond the run")
        func clocks() throws {
            var cell = Fixture.cell
            let steps = cell.outcome.stepsRun
            let clock = Clock(trainAccuracy: 0.2, validationAccuracy: 1, sustain: 7)
            let first = try #require(
                cell.outcome.curve.trainAccuracy.firstIndex { $0 >= 0.2 })
            let crossing = Crossing(step: cell.outcome.curve.steps[first])
            cell.outcome.clocks = [ClockReading(clock, train: crossing, validation: nil)]
            cell.outcome.stopReason = .diverged
            let path = directory.file("clocks.h5")
            try CellFile.write(cell, to: path)
            #expect(try CellFile.summary(path).outcome.clocks == cell.outcome.clocks)
            let answer = CellFileAnswer(cell)
            #expect(try CellFileAnswer(decoding: answer.encoded(), about: path) == answer)
            let other = directory.file("wrong.h5")
            for readings in [
                [cell.outcome.clocks[0], cell.outcome.clocks[0]],
                [ClockReading(clock, train: Crossing(step: steps + 1), validation: nil)],
                [ClockReading(cell.outcome.rule.clock, train: nil, validation: nil)],
            ] {
                cell.outcome.clocks = readings
                #expect(throws: (any Error).self) { try CellFile.write(cell, to: other) }
            }
        }

        @Test("a changed value, step, tensor or provenance makes another cell of it")
        func identicalTellsApart() {
            var loss = Fixture.cell
            loss.outcome.curve.validationLoss[5] = 0
            var tensor = Fixture.cell
            tensor.outcome.parameters[1].tensors[2].values[0] = -0.0
            var host = Fixture.cell
            host.provenance.host = "other"
            for cell in [loss, tensor, host, Fixture.bareCell] {
                #expect(!identical(cell, Fixture.cell))
            }
        }

        @Test("a file of chosen tensors says which, and holds no others")
        func chosenTensors() throws {
            let path = directory.file("chosen.h5")
            var cell = Fixture.cell
            for place in cell.outcome.parameters.indices {
                cell.outcome.parameters[place].tensors.remove(at: 1)
            }
            cell.outcome.chosenTensors = ["decoder.0.bias", "representation"]
            try CellFile.write(cell, to: path)
            #expect(identical(try CellFile.read(path, expecting: cell.definition.id), cell))
            let summary = try CellFile.summary(path, expecting: cell.definition.id)
            #expect(summary.outcome.chosenTensors == cell.outcome.chosenTensors)
            var record = RecordRequest(measures: [], parameters: [.last])
            #expect(!record.isSatisfied(by: summary.outcome))
            record.tensors = ["representation"]
            #expect(record.isSatisfied(by: summary.outcome))
            let answer = CellFileAnswer(cell)
            #expect(try CellFileAnswer(decoding: answer.encoded(), about: path) == answer)
            // Of chosen tensors a network may have none.
            for place in cell.outcome.parameters.indices {
                cell.outcome.parameters[place].tensors = []
            }
            let empty = directory.file("none.h5")
            try CellFile.write(cell, to: empty)
            #expect(identical(try CellFile.read(empty, expecting: cell.definition.id), cell))
            cell = Fixture.cell
            cell.outcome.chosenTensors = ["representation"]
            #expect(throws: (any Error).self) {
                try CellFile.write(cell, to: directory.file("other.h5"))
            }
        }

        @Test("a summary holds everything but split, targets and tensors")
        func summary() throws {
            let path = directory.file("a.h5")
            try CellFile.write(Fixture.cell, to: path)
            let summary = try CellFile.summary(path, expecting: Fixture.definition.id)
            var expected = Fixture.cell.outcome
            expected.split = ExampleSplit(train: [], validation: [])
            expected.targets = nil
            expected.parameters = [0, 5000].map { ParameterSnapshot(step: $0, tensors: []) }
            #expect(summary.outcome == expected)
            #expect(summary.definition == Fixture.definition)
            #expect(summary.provenance == Fixture.provenance)
            #expect(summary.parameterSteps == [0, 5000])
            #expect(PhaseRule().decide(summary.outcome)?.phase == .grokking)
            let record = RecordRequest(measures: [.rqi], parameters: [.step(0), .last])
            #expect(record.isSatisfied(by: summary.outcome))
        }

        @Test("the same cell gives the same bytes")
        func deterministic() throws {
            try CellFile.write(Fixture.cell, to: directory.file("a.h5"))
            try CellFile.write(Fixture.cell, to: directory.file("b.h5"))
            #expect(
                try contents(directory.file("a.h5")) == contents(directory.file("b.h5")))
        }

        @Test("an existing file is refused and left as it is")
        func exclusive() throws {
            let path = directory.file("a.h5")
            try write([1, 2, 3], path)
            let error = #expect(throws: ResultsError.self) {
                try CellFile.write(Fixture.cell, to: path)
            }
            #expect(error?.description == "write result: \(path): there is a file already")
            #expect(try contents(path) == [1, 2, 3])
        }

        @Test("nothing is left where a cell cannot be written")
        func unwritable() throws {
            let path = directory.file("absent/a.h5")
            let error = #expect(throws: ResultsError.self) {
                try CellFile.write(Fixture.cell, to: path)
            }
            #expect(error?.description.contains("No such file or directory") == true)
            var odd = Fixture.cell
            odd.provenance.host = "a\0b"
            #expect(throws: ResultsError.self) {
                try CellFile.write(odd, to: directory.file("b.h5"))
            }
            #expect(try directory.names().isEmpty)
        }

        @Test("a crossing known to the step has no bracket attribute, an absent one no attribute")
        func crossingAttributes() throws {
            let paths = [directory.file("full.h5"), directory.file("bare.h5")]
            try CellFile.write(Fixture.cell, to: paths[0])
            try CellFile.write(Fixture.bareCell, to: paths[1])
            let names = try paths.map { path in
                try File.read(at: path) { try $0.root().attributes.names() }
            }
            #expect(names[0].contains("train_step"))
            #expect(!names[0].contains("train_step_not_before"))
            #expect(names[0].contains("validation_step_not_before"))
            #expect(!names[1].contains { $0.contains("_step") })
            #expect(names[1].contains("complete"))
        }
    }
}
