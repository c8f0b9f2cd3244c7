import Foundation
import TestSupport
import Testing

extension EndToEnd {
    /// The whole tool against a formula: real sweeps whose every letter and step is known in closed form.
    @Suite struct GroundTruthTests {
        private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()

        @Test(
            "every certain letter and crossing step is the formula's",
            arguments: [("exact-linear", "letters", 1092), ("exact-ridge", "slope", 48)])
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
        }
    }
}
