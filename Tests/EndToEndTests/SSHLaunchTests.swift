import Foundation
@preconcurrency import Glibc
import Testing

extension EndToEnd {
    /// `--ssh` with an ssh whose hosts are directories; real ones are a case of Tests/Chaos.
    @Suite struct SSHLaunchTests {
        /// A workplace whose PATH begins with the fake ssh.
        private struct Site {
            let place: Workplace
            private let environment: [String: String]

            init(_ hosts: [String], steps: Int = 2000) throws {
                place = try Workplace()
                try place.write(smallSweep(steps: steps), to: "small.yaml")
                let files = FileManager.default
                for folder in ["bin"] + hosts.map({ "hosts/" + $0 }) {
                    try files.createDirectory(
                        atPath: place.path + "/" + folder, withIntermediateDirectories: true)
                }
                let fake = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                    .appendingPathComponent("fake_ssh.sh").path
                try files.createSymbolicLink(
                    atPath: place.path + "/bin/ssh", withDestinationPath: fake)
                let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
                environment = [
                    "PATH": "\(place.path)/bin:\(path)", "FAKE_SSH": place.path + "/hosts",
                ]
            }

            func start(
                _ hosts: String, _ options: String..., port: String = "*"
            ) throws -> RunningProgram {
                try place.start(
                    "grokmap",
                    [
                        "run", "small.yaml", "--out", "out", "--ssh", hosts, "--bind",
                        "tcp://127.0.0.1:\(port)",
                    ] + options, environment: environment)
            }

            /// The port of the last run.
            func port() throws -> String {
                try String(contentsOfFile: place.path + "/out/port", encoding: .utf8)
                    .trimmingCharacters(in: .newlines)
            }

            /// A line of a hosts file for a host that has the worker already.
            func ready(_ host: String) -> String {
                "\(host) slots=1 worker=\(Workplace.program("grokmap-worker").path)\n"
            }

            func log(of host: String) -> String {
                let data = FileManager.default.contents(atPath: "\(place.path)/out/ssh/\(host).log")
                return String(decoding: data ?? Data(), as: UTF8.self)
            }

            /// Whether any process of this workplace's hosts is left.
            func isEmpty() -> Bool { place.processes().isEmpty }
        }

        @Test(
            "hosts without a worker get it, with a hash; logs come back, nothing is left, no secret is told"
        )
        func copies() throws {
            let site = try Site(["alpha", "beta"])
            let bundles = site.place.path + "/hosts/alpha/.cache/grokmap"
            let ending = try site.start("alpha:1,beta:1").wait()
            #expect(ending.code == 0, "\(ending.errors)")
            #expect(try site.place.cells().count == 9)
            for host in ["alpha", "beta"] {
                #expect(site.log(of: host).contains("1 slot for tcp://127.0.0.1"))
            }
            try eventually("nothing is left") { site.isEmpty() }
            let asked = String(
                decoding: FileManager.default.contents(atPath: site.place.path + "/hosts/asked")
                    ?? Data(), as: UTF8.self)
            #expect(asked.contains("tar -xzf"))
            #expect(!asked.contains("grokmap-join"))
            // One that was tampered with is replaced.
            let names = try FileManager.default.contentsOfDirectory(atPath: bundles)
            let name = try #require(names.first { $0.count == 64 })
            let worker = "\(bundles)/\(name)/bin/grokmap-worker"
            try Data("#!/bin/sh\nexit 1\n".utf8).write(to: URL(fileURLWithPath: worker))
            try FileManager.default.removeItem(atPath: site.place.path + "/out/cells")
            #expect(try site.start("alpha:1").wait().code == 0)
            #expect(
                try FileManager.default.attributesOfItem(atPath: worker)[.size] as? Int ?? 0
                    > 1_000_000)
        }

        @Test("a host that refuses and one that nobody knows leave the work to the others")
        func refuses() throws {
            let site = try Site(["alpha", "beta"], steps: 6000)
            try site.place.write("Permission denied (publickey).\n", to: "hosts/beta/refuses")
            try site.place.write(
                site.ready("beta") + site.ready("nowhere") + site.ready("alpha"), to: "hosts.txt")
            let ending = try site.start("hosts.txt").wait()
            #expect(ending.code == 0, "\(ending.errors)")
            let reasons = try site.place.ledger("SELECT name || ' ' || reason FROM allocations")
            #expect(reasons.contains { $0.hasPrefix("beta") && $0.contains("Permission denied") })
            #expect(reasons.contains { $0.hasPrefix("nowhere") && $0.contains("not known") })
            try eventually("nothing is left") { site.isEmpty() }
        }

        @Test("hosts that all refuse end the run with one line")
        func allRefuse() throws {
            let site = try Site([])
            try site.place.write(site.ready("alpha"), to: "hosts.txt")
            let ending = try site.start("hosts.txt", "--quiet").wait()
            #expect(ending.code == 2)
            #expect(ending.complaint?.contains("alpha: ssh: Could not resolve") == true)
        }

        @Test(
            "a worker that is killed is started again, and an interrupted run leaves nothing behind"
        )
        func dies() throws {
            let site = try Site(["alpha"], steps: 2_000_000)
            try site.place.write(site.ready("alpha"), to: "hosts.txt")
            let run = try site.start("hosts.txt")
            func supervisors() -> [Int32] {
                site.place.processes().filter { $0.kind == "supervisor" }.map(\.pid)
            }
            try eventually("it serves") {
                FileManager.default.fileExists(atPath: site.place.path + "/out/events.jsonl")
            }
            try eventually("it trains") {
                try site.place.ledger("SELECT * FROM attempts WHERE ended_at IS NULL").count == 1
            }
            let first = supervisors()
            for pid in first { kill(pid, SIGKILL) }
            try eventually("another worker is there") {
                !supervisors().isEmpty && Set(supervisors()).isDisjoint(with: first)
            }
            run.signal(SIGTERM)
            #expect(try run.wait().code == 2)
            try eventually("nothing is left") { site.isEmpty() }
        }

        @Test(
            "workers of a killed coordinator are taken over by the next one, which starts none beside"
        )
        func takesOver() throws {
            let site = try Site(["alpha"], steps: 2_000_000)
            try site.place.write(site.ready("alpha"), to: "hosts.txt")
            func supervisors() -> [Int32] {
                site.place.processes().filter { $0.kind == "supervisor" }.map(\.pid)
            }
            let first = try site.start("hosts.txt")
            try eventually("it serves") {
                FileManager.default.fileExists(atPath: site.place.path + "/out/events.jsonl")
            }
            try eventually("it trains") {
                try site.place.ledger("SELECT * FROM attempts WHERE ended_at IS NULL").count == 1
            }
            let workers = supervisors()
            first.signal(SIGKILL)
            // Its end is told by a pipe that the worker has as well: `wait` would wait for both.
            try eventually("it is dead") {
                let stat = try? String(contentsOfFile: "/proc/\(first.pid)/stat", encoding: .utf8)
                return stat?.contains(") Z ") != false
            }
            let known = try site.place.ledger("SELECT * FROM allocations")
            let second = try site.start("hosts.txt", port: site.port())
            try eventually("a worker was asked for") {
                try site.place.ledger("SELECT * FROM allocations") != known
            }
            #expect(supervisors() == workers)
            second.signal(SIGTERM)
            #expect(try second.wait().code == 2)
            try eventually("nothing is left") { site.isEmpty() }
        }
    }
}
