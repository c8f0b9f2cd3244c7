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
            let coordinator = try place.start(
                "grokmap",
                [
                    "run", "small.yaml", "--out", "out", "--slots", "0", "--keys", "keys",
                    "--bind", "tcp://127.0.0.1:*",
                ])
            let address = try place.listeningAddress(of: coordinator)
            func join(_ keys: String, _ scratch: String) throws -> RunningProgram {
                try place.start(
                    "grokmap-worker",
                    [
                        "--connect", address, "--slots", "1", "--key", keys, "--server-key", server,
                        "--scratch", place.path + "/" + scratch,
                    ])
            }
            let stranger = try join("others/stranger.key", "scratch-stranger")
            usleep(1_500_000)
            #expect(place.cellFiles().isEmpty)
            let worker = try join("keys/node1.key", "scratch-node1")
            #expect(try coordinator.wait().code == 0)
            #expect(try worker.wait().code == 0)
            stranger.signal(SIGKILL)
            _ = try stranger.wait()
            #expect(try place.cells().count == 9)
            let hosts = try place.ledger("SELECT count(DISTINCT worker) FROM attempts")
            #expect(hosts == ["1"])
        }
    }
}
