import Core
import Foundation
import Results
import TestSupport
import Testing

@testable import Coordinator

extension EndToEnd {
    /// The process that reads cell files, as it is built.
    @Suite struct CellReaderTests {
        private static let corpus = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Fuzz/corpus/cell-file")

        private let reader = CellReader(program: Workplace.program("grokmap-worker").path)

        @Test("files that crash HDF5, and what is no file, are refused; the next file is read")
        func hostile() throws {
            let place = try Workplace()
            try place.write(smallSweep(rates: "[1.0e-3]", decays: "[0]"), to: "small.yaml")
            let run = try place.grokmap(
                "run", "small.yaml", "--out", "out", "--slots", "1", "--quiet")
            #expect(run.code == 0, "\(run.errors)")
            let path = try #require(place.cellFiles().first)
            let cell = try Workplace.cell(path).definition
            let question = CellFileQuestion(cell)
            let names = try FileManager.default.contentsOfDirectory(atPath: Self.corpus.path)
            for name in names where name.hasPrefix("sig") {
                #expect(throws: ResultsError.self, "\(name)") {
                    try reader.read(Self.corpus.path + "/" + name, question)
                }
            }
            let fifo = place.path + "/fifo"
            #expect(mkfifo(fifo, 0o600) == 0)
            #expect(throws: ResultsError.self) { try reader.read(fifo, question) }
            let answer = try reader.read(path, question)
            #expect(answer.outcome.curve == (try Workplace.cell(path).outcome.curve))
        }
    }
}
