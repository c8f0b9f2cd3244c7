import Foundation
@preconcurrency import Glibc
import TestSupport
import Testing

extension EndToEnd {
    @Suite struct EncryptedWorkersTests {
        @Test("a worker with an authorised key joins, one with another key does not")
        func keys() throws {
            let place = try Workplace()
            try place.write(smallSweep(), to: "small.yaml")
            let created = try place.grokmap("keys", "create", "node1", "--keys", "keys")
            #expect(created.code == 0, "\(created.errors)")
            let words = created.output.split(separator: "'")
            let server = String(try #require(words.dropFirst().first))
            #expect(try place.grokmap("keys", "create", "stranger", "--keys", "others").code == 0)
            let (coordinator, address) = try place.serve("--keys", "keys")
            func join(
                _ keys: String, _ scratch: String, _ more: [String] = []
            ) throws -> RunningProgram {
                try place.start(
                    "grokmap-worker",
                    [
                        "--connect", address, "--slots", "1", "--key", keys, "--server-key", server,
                        "--scratch", place.path + "/" + scratch,
                    ] + more)
            }
            let stranger = try join(
                "others/stranger.key", "scratch-stranger", ["--patience", "2"]
            ).wait()
            #expect(stranger.code == 2)
            #expect(stranger.errors.contains("nothing heard from the coordinator"))
            #expect(place.cellFiles().isEmpty)
            let worker = try join("keys/node1.key", "scratch-node1")
            #expect(try coordinator.wait().code == 0)
            #expect(try worker.wait().code == 0)
            #expect(try place.cells().count == 9)
            let hosts = try place.ledger("SELECT count(DISTINCT worker) FROM attempts")
            #expect(hosts == ["1"])
        }

        @Test("a worker whose key is revoked is turned away at once, and its cell goes to another")
        func revoked() throws {
            let place = try Workplace()
            try place.write(
                smallSweep(
                    steps: 2_000_000, rates: "[1.0e-3]", decays: "[2]", extra: "stop: budget"),
                to: "small.yaml")
            func key(_ name: String) throws -> [String] {
                let created = try place.grokmap("keys", "create", name, "--keys", "keys")
                let server = try #require(created.output.split(separator: "'").dropFirst().first)
                return [
                    "--key", "keys/\(name).key", "--server-key", String(server), "--slots", "1",
                    "--scratch", place.path + "/" + name,
                ]
            }
            let (first, second) = (try key("first"), try key("second"))
            let (coordinator, address) = try place.serve("--keys", "keys")
            let worker = try place.start("grokmap-worker", ["--connect", address] + first)
            try eventually("it trains") {
                try place.ledger("SELECT * FROM attempts WHERE ended_at IS NULL").count == 1
            }
            #expect(try place.grokmap("keys", "revoke", "first", "--keys", "keys").code == 0)
            #expect(try worker.wait().code == 2)
            #expect(worker.text(".err").contains("its key has been revoked"))
            let lost = try place.ledger("SELECT reason FROM attempts WHERE outcome = 'lost'")
            #expect(lost.count == 1)
            #expect(lost.first?.contains("its key has been revoked") == true)
            let successor = try place.start("grokmap-worker", ["--connect", address] + second)
            try eventually("another one has the cell") {
                try place.ledger("SELECT * FROM attempts WHERE ended_at IS NULL").count == 1
            }
            coordinator.signal(SIGKILL)
            successor.signal(SIGKILL)
            _ = try (coordinator.wait(), successor.wait())
        }

        @Test(
            "a worker let in while the sweep runs joins with one line, which no command line shows")
        func invite() throws {
            let place = try Workplace()
            try place.write(smallSweep(), to: "small.yaml")
            #expect(try place.grokmap("keys", "create", "first", "--keys", "keys").code == 0)
            let (coordinator, address) = try place.serve("--keys", "keys")
            let invited = try place.grokmap(
                "keys", "invite", "node2", "--connect", address, "--keys", "keys")
            #expect(invited.code == 0, "\(invited.errors)")
            let line = invited.output.trimmingCharacters(in: .whitespacesAndNewlines)
            #expect(line.hasPrefix("grokmap-join-1."))
            try place.write(line, to: "token")
            let open = try place.start("grokmap-worker", ["--join", "token"])
            #expect(try open.wait().code == 2)
            #expect(open.text(".err").contains("token: other users can read it"))
            chmod(place.path + "/token", 0o600)
            let worker = try place.start(
                "grokmap-worker",
                ["--join", "token", "--slots", "1", "--scratch", place.path + "/scratch"])
            #expect(try coordinator.wait().code == 0)
            #expect(try worker.wait().code == 0)
            #expect(try place.cells().count == 9)
            #expect(!worker.text(".err").contains(line.dropFirst(20)))
            #expect(!coordinator.text(".err").contains(line.dropFirst(20)))
        }
    }
}
