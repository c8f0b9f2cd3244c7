import Core
import Foundation
import Results
import TestSupport
import Testing

extension EndToEnd {
    @Suite("grokmap verify --retrain")
    struct RetrainTests {
        @Test("cells trained again are the same bit for bit, and one that was made up shows")
        func retrain() throws {
            let place = try Workplace()
            try place.write(smallSweep(rates: "[1.0e-3]", decays: "[0, 2]"), to: "small.yaml")
            let run = try place.grokmap("run", "small.yaml", "--out", "out", "--slots", "1")
            #expect(run.code == 0, "\(run.errors)")
            let sound = try place.grokmap("verify", "out", "--retrain", "2")
            #expect(sound.code == 0, "\(sound.errors)")
            #expect(sound.output.contains("2 cells trained again are the same bit for bit"))
            // What a lying worker would send: a sound file with other numbers.
            let path = try #require(place.cellFiles().first)
            var cell = try Workplace.cell(path)
            let last = try #require(cell.outcome.curve.trainLoss.indices.last)
            cell.outcome.curve.trainLoss[last] *= 1.001
            try FileManager.default.removeItem(atPath: path)
            try Workplace.write(cell, to: path)
            let forged = try place.grokmap("verify", "out", "--retrain", "2")
            #expect(forged.code == 1)
            #expect(forged.errors.contains("trained again it is another: train_loss at step"))
            #expect(forged.errors.contains("brought by slot"))
            #expect(forged.output.contains("1 cells trained again are the same"))
        }
    }
}
