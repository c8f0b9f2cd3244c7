import Core
import Testing

@testable import HDF5
@testable import Results

extension ResultsSuite {
    @Suite("CellFile")
    struct CellFileTests {
        private let directory: ScratchDirectory

        init() throws { directory = try ScratchDirectory() }

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
