import Core
import Foundation
import TestSupport
import Testing

@testable import HDF5
@testable import Results

extension ResultsSuite {
    @Suite("CellFile with damage")
    struct CellFileDamageTests {
        private let directory: TemporaryDirectory

        init() throws { directory = try TemporaryDirectory() }

        @Test("an audit refuses damage to what only other programs read")
        func audit() throws {
            let whole = try sample()
            let path = directory.file("audited.h5")
            try write(whole, path)
            try audit(path)
            var unread = 0
            var unaudited = 0
            for position in stride(from: 0, to: whole.count, by: Self.spacing) {
                var bytes = whole
                bytes[position] ^= 0x01
                try write(bytes, path)
                guard (try? CellFile.read(path)) != nil else { continue }
                unread += 1
                if (try? audit(path)) != nil { unaudited += 1 }
            }
            #expect(unaudited < unread)
        }

        private func audit(_ path: String) throws {
            _ = try contents(path).withUnsafeBytes {
                try CellFile.examine($0, named: path, of: Fixture.definition)
            }
        }

        /// 1 looks at every byte, as `GROKMAP_EXHAUSTIVE=1` asks for; otherwise a prime keeps the suite short.
        private static let spacing =
            ProcessInfo.processInfo.environment["GROKMAP_EXHAUSTIVE"] == nil ? 61 : 1

        @Test("a file cut short anywhere is refused")
        func truncated() throws {
            let whole = try sample()
            let path = directory.file("cut.h5")
            for length in stride(from: 0, to: whole.count, by: Self.spacing) {
                try write(Array(whole.prefix(length)), path)
                #expect(throws: ResultsError.self, "\(length) bytes") {
                    try CellFile.summary(path)
                }
            }
            try write(Array(whole.dropLast()), path)
            #expect(throws: ResultsError.self) { try CellFile.read(path) }
        }

        @Test(
            "a changed byte is refused or changes nothing, wherever it lies",
            arguments: [0x01, 0xff])
        func flipped(pattern: UInt8) throws {
            let whole = try sample()
            let path = directory.file("flipped.h5")
            var refused = 0
            var harmless: [Int] = []
            try expectingNoLeak {
                for position in stride(from: 0, to: whole.count, by: Self.spacing) {
                    var bytes = whole
                    // Every bit has its turn over the file.
                    bytes[position] ^= pattern == 0xff ? 0xff : pattern << (position % 8)
                    try write(bytes, path)
                    do throws(ResultsError) {
                        let found = try CellFile.read(path)
                        #expect(identical(found, Fixture.cell), "byte \(position)")
                        harmless.append(position)
                    } catch {
                        refused += 1
                        #expect(error.path == path)
                        #expect(!error.description.contains("\n"))
                    }
                }
            }
            #expect(refused > harmless.count)
            if Self.spacing == 1 {
                print("bytes: \(whole.count), refused: \(refused), harmless: \(harmless.count)")
                print("harmless at: \(ranges(harmless))")
            }
        }

        @Test("what is no cell file is refused in one line")
        func notACell() throws {
            let cases: [(name: String, bytes: [UInt8])] = [
                ("empty", []), ("text", Array("steps: 3\n".utf8)),
                ("zeros", [UInt8](repeating: 0, count: 4096)),
            ]
            for (name, bytes) in cases {
                let path = directory.file(name)
                try write(bytes, path)
                #expect(
                    problem(path) == """
                        read result: \(path): unable to open file (file signature not found)
                        """)
            }
            let path = directory.file("absent")
            #expect(problem(path)?.contains("No such file or directory") == true)
        }

        @Test("a file of another kind, schema, cell or state is refused, saying which")
        func wrongAttributes() throws {
            let definition = Fixture.definition
            let other = Fixture.definition(seed: 8)
            let cases: [(text: [String: String], complete: Int64?, problem: String)] = [
                ([:], nil, "not a cell file: it has no schema attribute"),
                (
                    ["schema": "grokmap-cell/2"], 1,
                    "its schema is grokmap-cell/2, not grokmap-cell/1 "
                        + "(hint: use the version of grokmap that wrote it)"
                ),
                (["schema": Schema.cell], nil, "incomplete: it was not written to its end"),
                (["schema": Schema.cell], 0, "incomplete: it was not written to its end"),
                (["schema": Schema.cell, "cell": "3f"], 1, "\"3f\" is no cell identity"),
                (
                    [
                        "schema": Schema.cell, "cell": definition.id.hex,
                        "config": other.canonicalText,
                    ], 1,
                    "its config is that of cell \(other.id.short), not of \(definition.id.short)"
                ),
                (
                    [
                        "schema": Schema.cell,
                        "cell": CellID(canonicalConfiguration: "{\"stepz\":1}").hex,
                        "config": "{\"stepz\":1}",
                    ], 1, "config: unknown key (hint: did you mean steps?)"
                ),
            ]
            for (index, item) in cases.enumerated() {
                let path = directory.file("\(index).h5")
                try File.create(at: path) { file in
                    let attributes = try file.root().attributes
                    for (name, text) in item.text { try attributes.set(name, text) }
                    if let complete = item.complete { try attributes.set("complete", complete) }
                }
                #expect(problem(path) == "read result: \(path): \(item.problem)")
            }
            let path = directory.file("cell.h5")
            try CellFile.write(Fixture.cell, to: path)
            let error = #expect(throws: ResultsError.self) {
                try CellFile.summary(path, expecting: other.id)
            }
            #expect(error?.problem == "it is cell \(definition.id.short), not \(other.id.short)")
        }

        @Test("parts that disagree are refused by the writer and by both readers")
        func disagreement() throws {
            for (index, item) in Self.disagreements.enumerated() {
                var cell = Fixture.cell
                item.change(&cell)
                let path = directory.file("\(index).h5")
                let refusal = #expect(throws: ResultsError.self) {
                    try CellFile.write(cell, to: path)
                }
                #expect(refusal?.problem == item.problem)
                try File.create(at: path) { file in
                    try CellFileWriter(cell).write(into: try file.root())
                }
                #expect(problem(path) == "read result: \(path): \(item.problem)")
                if item.isInSummary {
                    let error = #expect(throws: ResultsError.self) { try CellFile.summary(path) }
                    #expect(error?.problem == item.problem)
                }
            }
        }

        private static let disagreements:
            [(change: @Sendable (inout StoredCell) -> Void, problem: String, isInSummary: Bool)] = [
                (
                    { $0.outcome.trainCrossing = Crossing(step: 50) },
                    "train_step is step 50 but train_accuracy reaches 0.9 at step 2", true
                ),
                (
                    { $0.outcome.validationCrossing = nil },
                    "validation_step is no step but validation_accuracy reaches 0.9 at step 2100",
                    true
                ),
                (
                    { $0.outcome.validationCrossing = Crossing(step: 2100, notBefore: 2101) },
                    "validation_step 2100 is not bracketed by 2101 and 5000", true
                ),
                (
                    { $0.outcome.curve.trainLoss.removeLast() },
                    "train_loss has 5 values for 6 steps", true
                ),
                (
                    { $0.outcome.curve.steps[3] = 2 },
                    "the recorded steps do not ascend from 0 to at most 5000", true
                ),
                (
                    { $0.outcome.curve.measures[2].ownSteps = [0, 2500, 5001] },
                    "the steps of fourier_spectrum do not ascend from 0 to at most 5000", true
                ),
                (
                    { $0.outcome.stepsRun = 5001 }, "steps_run is 5001 of a budget of 5000", true
                ),
                (
                    { $0.outcome.split.train[0] = 6 }, "split: train holds example 6 of 6", false
                ),
                (
                    { $0.outcome.split.symbolsPerExample = 0 },
                    "split: its examples are not of the task addition", false
                ),
                (
                    { $0.outcome.split.validation[0] = 5 }, "split: example 5 is used twice", false
                ),
            ]

        private func sample() throws -> [UInt8] {
            let path = directory.file("whole.h5")
            if !FileManager.default.fileExists(atPath: path) {
                try CellFile.write(Fixture.cell, to: path)
            }
            return try contents(path)
        }

        private func problem(_ path: String) -> String? {
            do throws(ResultsError) {
                _ = try CellFile.read(path)
                return nil
            } catch {
                return error.description
            }
        }

        private func ranges(_ positions: [Int]) -> String {
            var ranges: [ClosedRange<Int>] = []
            for position in positions {
                if let last = ranges.last, last.upperBound + 1 == position {
                    ranges[ranges.count - 1] = last.lowerBound...position
                } else {
                    ranges.append(position...position)
                }
            }
            return ranges.map { "\($0.lowerBound)+\($0.count)" }.joined(separator: " ")
        }
    }
}
