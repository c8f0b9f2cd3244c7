import Foundation
@preconcurrency import Glibc
import TestSupport
import Testing

extension EndToEnd {
    /// The live page of a sweep that really runs.
    @Suite("Live")
    struct LiveTests {
        private static let chromium = "/usr/bin/chromium"

        /// What a browser makes of a page once its script has run.
        private func browse(_ address: String, in place: Workplace) throws -> String {
            let browser = try RunningProgram(
                URL(fileURLWithPath: Self.chromium),
                [
                    "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=4000",
                    "--user-data-dir=\(place.path)/browser", "--dump-dom", address,
                ], in: place.path)
            return try browser.wait().output
        }

        @Test("a browser sees cells come in while the sweep runs, and nothing else changes")
        func filling() throws {
            let place = try Workplace()
            // Long enough for a browser to start and look.
            try place.write(smallSweep(steps: 60_000, extra: "stop: budget"), to: "small.yaml")
            let run = try place.start(
                "grokmap", ["run", "small.yaml", "--out", "out", "--slots", "1", "--live", "0"])
            var address = ""
            try eventually("it says where") {
                let words = run.text(".err")
                guard let start = words.range(of: "live: "),
                    let end = words[start.upperBound...].firstIndex(of: "\n")
                else { return false }
                address = String(words[start.upperBound..<end])
                return true
            }
            let script = """
                import json, sys, time, urllib.request
                address = sys.argv[1]
                def state():
                    return json.load(urllib.request.urlopen(address + "live.json"))
                def done():
                    return urllib.request.urlopen(address).read().decode().split('data-done="')[1].split('"')[0]
                before = state()
                assert before["cells"] == 9, before
                while not (now := state())["verified"] > before["verified"]:
                    time.sleep(0.1)
                assert int(done()) >= now["verified"]
                assert sum(now["workers"].values()) == 1, now
                print("agrees")
                """
            let (status, output) = try Python.run(
                try Python.interpreter(), ["-c", script, address])
            #expect(status == 0, "\(output)")
            let page =
                FileManager.default.isExecutableFile(atPath: Self.chromium)
                ? try browse(address, in: place) : ""
            // What the browser saw of a run that ended meanwhile says nothing.
            if !page.isEmpty, run.isRunning {
                // The script has put the line and the worker where the page had nothing.
                if page.contains("/9 cells") { #expect(page.contains(": 1 slot")) }
                #expect(page.contains("id=\"live-line\""), "\(page.prefix(500))")
            }
            let ending = try run.wait()
            #expect(ending.code == 0, "\(ending.errors)")
            let cell = try place.grokmap(
                "explain", "out", "learning_rate=0.001,weight_decay=2", "--format", "json")
            let facts = try members(cell.output)
            #expect(facts["status"] as? String == "verified")
            #expect(facts["learning_rate"] as? Double == 0.001)
            #expect(
                (facts["attempts"] as? [[String: Any]])?.first?["outcome"] as? String == "stored")
            #expect(place.cellFiles().contains { $0.hasSuffix(facts["file"] as? String ?? "none") })
        }

        @Test("a plan tells how long it takes before anything was trained, and trains nothing")
        func forecast() throws {
            let place = try Workplace()
            try place.write(smallSweep(), to: "small.yaml")
            let plan = try members(place.grokmap("plan", "small.yaml", "--format", "json").output)
            #expect(plan["seconds_left_from"] as? String == "calibration")
            #expect((plan["steps_per_second_per_slot"] as? Double ?? 0) > 0)
            #expect((plan["seconds_left"] as? Double ?? -1) >= 0)
            let words = try place.grokmap("plan", "small.yaml", "--no-calibrate").output
            #expect(words.contains("time: grokmap-worker bench says"), "\(words)")
            let left = try FileManager.default.contentsOfDirectory(atPath: place.path)
            #expect(left.filter { !$0.hasPrefix("said-") } == ["small.yaml"], "\(left)")
        }

        private func members(_ text: String) throws -> [String: Any] {
            let object = try JSONSerialization.jsonObject(with: Data(text.utf8))
            return try #require(object as? [String: Any])
        }
    }
}
