import Foundation
import TestSupport
import Testing

extension EndToEnd {
    /// The whole tool against a formula: real sweeps whose every letter and step is known, mostly in closed form.
    @Suite struct GroundTruthTests {
        private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()

        @Test(
            "every certain letter and crossing step is the formula's",
            arguments: [
                ("exact-linear", "letters", 1092), ("exact-ridge", "slope", 48),
                ("exact-rule", "shares", 480), ("exact-separable", "separable", 300),
            ])
        func formula(_ sweep: String, _ kind: String, _ cells: Int) throws {
            let place = try Workplace()
            let file = Self.root.appendingPathComponent("sweeps/\(sweep).yaml").path
            let run = try place.grokmap("run", file, "--out", "out", "--quiet")
            #expect(run.code == 0, "\(run.errors)")
            #expect(place.cellFiles().count == cells)
            let script = Self.root.appendingPathComponent("Tests/EndToEndTests/ground_truth.py")
                .path
            let (status, words) = try Python.run(
                try Python.interpreter(), [script, kind, place.path + "/out"])
            #expect(status == 0, "\(words)")
            print(words)
            // A clock that was read along the runs has a diagram of its own, without a cell missing.
            guard sweep == "exact-rule" else { return }
            let report = try place.grokmap("report", "out", "--rule", "sustain=1")
            #expect(report.code == 0, "\(report.errors)")
            let drawn = try String(
                contentsOfFile: place.path + "/out/report/sustain-1/index.html",
                encoding: .utf8)
            #expect(drawn.contains("\(cells) cells: \(cells) done"))
            let unread = try place.grokmap("report", "out", "--rule", "sustain=7")
            #expect(unread.code == 0)
            let empty = try String(
                contentsOfFile: place.path + "/out/report/sustain-7/index.html",
                encoding: .utf8)
            #expect(!empty.contains("\(cells) cells: \(cells) done"))
        }
    }
}
