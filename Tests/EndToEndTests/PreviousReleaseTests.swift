import Core
import Foundation
import SHA256
import TestSupport
import Testing

extension EndToEnd {
    /// What 0.1.0 left behind, and what its slots are told; `Tests/Chaos` builds it and plays both against each other.
    @Suite("The previous release")
    struct PreviousReleaseTests {
        /// The sweep that 0.1.0 trained, with one more learning rate.
        private static let longer = """
            sweep: small
            title: A small sweep of the previous release
            cell:
              task: {kind: addition, symbols: 6}
              model: {kind: pair-decoder, hidden: [8]}
              loss: {kind: mse, targets: gaussian, outputs: 4}
              train_fraction: 0.8
              steps: 1500
            axes:
              learning_rate: {path: optimizer.decoder.learning_rate, values: [1.0e-3, 1.0e-2, 1.0e-1]}
              weight_decay: {path: optimizer.decoder.weight_decay, values: [0, 2]}

            """

        /// A workplace with the directory of a finished sweep of 0.1.0: four cells and their ledger.
        private func workplace() throws -> Workplace {
            let place = try Workplace()
            let archive = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .appending(path: "previous-release.tar.gz").path
            let unpacked = try RunningProgram(
                URL(fileURLWithPath: "/bin/tar"), ["xzf", archive], in: place.path
            ).wait()
            try #require(unpacked.code == 0, "\(unpacked.errors)")
            return place
        }

        private func hashes(_ place: Workplace) -> [String: String] {
            Dictionary(
                uniqueKeysWithValues: place.cellFiles().map { path in
                    let data = FileManager.default.contents(atPath: path) ?? Data()
                    return (path, SHA256Digest.hex(of: Array(data)))
                })
        }

        @Test("its sweep is looked at, verified and drawn")
        func lookedAt() throws {
            let place = try workplace()
            let before = hashes(place)
            #expect(before.count == 4)
            #expect(try place.grokmap("status", "out").output.contains("4 of 4 cells are there"))
            let report = try place.grokmap("report", "out")
            #expect(report.code == 0 && report.errors.contains("4 confusion, 0 missing"))
            let verified = try place.grokmap("verify", "out")
            #expect(verified.code == 0, "\(verified.errors)")
            let again = try place.grokmap("run", "out/sweep.yaml", "--out", "out")
            #expect(again.errors.contains("nothing to train: all 4 cells are there"))
            #expect(hashes(place) == before)
        }

        @Test("its sweep takes further cells, and the ones that are there stay byte for byte")
        func takenOver() throws {
            let place = try workplace()
            let before = hashes(place)
            try place.write(Self.longer, to: "longer.yaml")
            let run = try place.grokmap("run", "longer.yaml", "--out", "out")
            #expect(run.code == 0 && run.errors.contains("trained 2 cells: 6 of 6 are there"))
            let after = hashes(place)
            #expect(after.count == 6)
            #expect(before.allSatisfy { after[$0.key] == $0.value })
            // The ledger too may be lost: the cells say all that is needed.
            try FileManager.default.removeItem(atPath: place.path + "/out/ledger.sqlite")
            let rebuilt = try place.grokmap("run", "longer.yaml", "--out", "out")
            #expect(rebuilt.errors.contains("nothing to train: all 6 cells are there"))
        }

        @Test("its slots are told both versions and given nothing, while others train")
        func olderSlot() throws {
            let place = try Workplace()
            try place.write(smallSweep(), to: "small.yaml")
            let (run, address) = try place.serve()
            let older = try ScriptedSlot("older", address, version: "0.1.0")
            let reject = try older.hear { if case .reject(let body) = $0 { body } else { nil } }
            #expect(reject.code == .version)
            #expect(
                reject.reason.contains("0.1.0 (science") && reject.reason.contains(Grokmap.version))
            let worker = try place.start("grokmap-worker", ["--connect", address, "--slots", "1"])
            #expect(try run.wait().code == 0)
            #expect(try worker.wait().code == 0)
            #expect(place.cellFiles().count == 9)
        }
    }
}
