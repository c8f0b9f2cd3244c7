import Foundation
@preconcurrency import Glibc
import Testing

extension EndToEnd {
    /// `--slurm` against a Slurm that shows what a real one cannot be made to; the real one is a case of Tests/Chaos.
    @Suite struct SlurmLaunchTests {
        /// A workplace whose PATH begins with the fake Slurm.
        private struct Site {
            let place: Workplace
            private let environment: [String: String]

            init(steps: Int = 2000, wishes: [String: String] = [:]) throws {
                place = try Workplace()
                try place.write(smallSweep(steps: steps), to: "small.yaml")
                try place.write(
                    """
                    maximum: 2
                    look_every: 0.2
                    submit_every: 0.2
                    """, to: "profile.yaml")
                let files = FileManager.default
                for folder in ["bin", "slurm"] {
                    try files.createDirectory(
                        atPath: place.path + "/" + folder, withIntermediateDirectories: true)
                }
                let fake = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                    .appendingPathComponent("fake_slurm.py").path
                for name in ["sbatch", "squeue", "scancel"] {
                    try files.createSymbolicLink(
                        atPath: "\(place.path)/bin/\(name)", withDestinationPath: fake)
                }
                let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
                environment = [
                    "PATH": "\(place.path)/bin:\(path)", "FAKE_SLURM": place.path + "/slurm",
                ]
                for (name, text) in wishes { try wish(name, text) }
            }

            func wish(_ name: String, _ text: String) throws {
                try place.write(text, to: "slurm/" + name)
            }

            func start(_ options: String...) throws -> RunningProgram {
                try place.start(
                    "grokmap",
                    [
                        "run", "small.yaml", "--out", "out", "--slurm", "profile.yaml", "--bind",
                        "tcp://127.0.0.1:*",
                    ] + options, environment: environment)
            }

            /// What was asked of Slurm with this command.
            func asked(_ command: String) -> [String] {
                let data = FileManager.default.contents(atPath: place.path + "/slurm/asked")
                return String(decoding: data ?? Data(), as: UTF8.self).split(separator: "\n")
                    .map(String.init).filter { $0.hasPrefix(command + " ") }
            }

            /// Waits until no worker is left.
            func becomesEmpty() throws {
                // A slot that lost its supervisor looks for its coordinator for a minute.
                try eventually("nothing is left running") {
                    place.processes().isEmpty
                }
            }
        }

        @Test("a sweep trains in jobs alone, and none is left at its end")
        func completes() throws {
            let site = try Site()
            let run = try site.start()
            let ending = try run.wait()
            #expect(ending.code == 0, "\(ending.errors)")
            #expect(try site.place.cells().count == 9)
            #expect(!site.asked("sbatch").isEmpty)
            #expect(site.asked("sbatch").allSatisfy { !$0.contains("grokmap-join") })
            #expect(site.asked("scancel").last?.contains("--name=grokmap-small-") == true)
            let states = try site.place.ledger("SELECT DISTINCT state FROM allocations")
            #expect(states == ["ended"])
            try site.becomesEmpty()
        }

        @Test("why jobs wait is told in the scheduler's words, by looking at the directory alone")
        func pending() throws {
            let site = try Site(wishes: ["pending": "QOSMaxCpuPerUserLimit"])
            let run = try site.start()
            try eventually("the reason is known") {
                try site.place.grokmap("status", "out").output.contains(
                    "pending (QOSMaxCpuPerUserLimit)")
            }
            let cell = try site.place.grokmap(
                "explain", "out", "learning_rate=1e-4,weight_decay=2,seed=0")
            #expect(cell.output.contains("workers: slurm: "), "\(cell.output)")
            let name = try #require(
                try site.place.ledger("SELECT name FROM allocations").first)
            let one = try site.place.grokmap("explain", "out", name)
            #expect(one.output.contains("slurm \(name): pending: QOSMaxCpuPerUserLimit"))
            run.signal(SIGINT)
            #expect(try run.wait().code == 2)
            #expect(site.asked("scancel").count == 1)
        }

        @Test("a Slurm that refuses ends the run with one line in its own words")
        func refuses() throws {
            let site = try Site(wishes: ["refuse": "Invalid account specified"])
            let ending = try site.start("--quiet").wait()
            #expect(ending.code == 2)
            #expect(ending.complaint?.contains("Invalid account specified") == true)
        }

        @Test("the queue may fail, ids may come again, ended jobs may never go, arrays have limits")
        func mischief() throws {
            let site = try Site(
                steps: 6000,
                wishes: ["same-id": "7", "limit": "1", "for-ever": "yes"])
            let run = try site.start()
            try eventually("it serves") {
                FileManager.default.fileExists(atPath: site.place.path + "/out/events.jsonl")
            }
            try eventually("a job trains") {
                try site.place.ledger("SELECT * FROM attempts WHERE ended_at IS NULL").count > 0
            }
            try site.wish("queue-fails", "Unable to contact slurm controller")
            // The job is taken away under a queue that tells nothing, then under one that says it goes on completing.
            let pid = try String(
                contentsOfFile: site.place.path + "/slurm/jobs/7.pid", encoding: .utf8)
            kill(-(Int32(pid.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0), SIGKILL)
            try FileManager.default.removeItem(atPath: site.place.path + "/slurm/queue-fails")
            let state = site.place.path + "/slurm/jobs/7.end"
            try "9\n".write(toFile: state, atomically: true, encoding: .utf8)
            let ending = try run.wait()
            #expect(ending.code == 0, "\(ending.errors)")
            #expect(try site.place.cells().count == 9)
            #expect(site.asked("sbatch").count { !$0.contains("--array") } >= 2)
            try site.becomesEmpty()
        }

        @Test("a submission is tried without being made")
        func check() throws {
            let site = try Site()
            let ending = try site.start("--slurm-check").wait()
            #expect(ending.code == 0)
            #expect(ending.output.contains("to start at"))
            #expect(!FileManager.default.fileExists(atPath: site.place.path + "/out/lock"))
            try site.wish("refuse", "Requested time limit is invalid")
            let refused = try site.start("--slurm-check").wait()
            #expect(refused.code == 2)
            #expect(refused.complaint?.contains("Requested time limit is invalid") == true)
        }
    }
}
