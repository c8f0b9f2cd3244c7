import Foundation
import Testing
import ZeroMQ

@testable import Worker

@Suite struct CoordinatorAddressTests {
    private static let z85 = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"

    private func failure(
        _ endpoint: String, key: String? = nil, server: String? = nil
    ) -> String? {
        do {
            _ = try CoordinatorAddress(endpoint, keyFile: key, serverKey: server)
            return nil
        } catch {
            return error.description
        }
    }

    @Test(
        "this machine needs no keys",
        arguments: [
            "ipc:///tmp/x", "tcp://127.0.0.1:5", "tcp://localhost:5", "localhost:5",
        ])
    func local(_ endpoint: String) throws {
        #expect(try CoordinatorAddress(endpoint, keyFile: nil, serverKey: nil).isLocal)
    }

    @Test(
        "a name that only begins like this machine's is another machine, which needs keys",
        arguments: [
            "tcp://127.example.org:5", "tcp://localhost.example.org:5", "127.0.0.1.nip.io:5",
        ])
    func disguised(_ endpoint: String) {
        #expect(
            failure(endpoint)
                == "connect: \(endpoint): another machine is reached with keys only "
                + "(hint: --key FILE --server-key KEY, from grokmap keys)")
    }

    @Test("what is wrong with an address or its keys is said with the remedy")
    func messages() {
        #expect(
            failure("udp://x:1")
                == "connect: udp://x:1: not an address (hint: tcp://host:port or ipc://path)")
        #expect(
            failure("node7:5555")
                == "connect: node7:5555: another machine is reached with keys only "
                + "(hint: --key FILE --server-key KEY, from grokmap keys)")
        #expect(
            failure("node7:5555", key: "f")
                == "connect: node7:5555: --key and --server-key go together")
        #expect(
            failure("node7:5555", key: "f", server: "abc")
                == "server key: abc: not a key of 40 characters in Z85")
        #expect(
            failure("node7:5555", key: "/nowhere", server: Self.z85)
                == "key file: /nowhere: cannot be read")
    }

    @Test("a key file must be private and hold a secret key")
    func keyFile() throws {
        let path = NSTemporaryDirectory() + "/key-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let pair = try CurveKeyPair.generate()
        let text = "public \(pair.publicKey.z85)\nsecret \"\(pair.secretKey.z85)\"\n"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        chmod(path, 0o644)
        #expect(
            failure("node7:5555", key: path, server: Self.z85)
                == "key file: \(path): other users can read it (hint: chmod 600 \(path))")
        chmod(path, 0o600)
        let address = try CoordinatorAddress("node7:5555", keyFile: path, serverKey: Self.z85)
        guard case .curveClient(let own, let server) = address.security else {
            Issue.record("no keys")
            return
        }
        #expect(own == pair && server.z85 == Self.z85 && !address.isLocal)
    }

    @Test("the secret key is the one on its line, or the only one")
    func secretKey() {
        let other = "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6"
        #expect(CoordinatorAddress.secretKey("\(Self.z85)\n")?.z85 == Self.z85)
        #expect(
            CoordinatorAddress.secretKey("public-key = \"\(other)\"\nsecret-key = \"\(Self.z85)\"")?
                .z85 == Self.z85)
        #expect(CoordinatorAddress.secretKey("\(other)\n\(Self.z85)\n") == nil)
        #expect(CoordinatorAddress.secretKey("") == nil)
    }
}
