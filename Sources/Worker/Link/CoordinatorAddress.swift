import Core
import Foundation
import System
import ZeroMQ

/// Where the coordinator is and how to prove who we are.
struct CoordinatorAddress: Sendable {
    /// Where to connect to.
    let endpoint: Endpoint
    /// Keys for CURVE, none on this machine.
    let security: SocketOptions.Security

    /// Reads the options.
    ///
    /// - Parameters:
    ///   - endpoint: `tcp://host:port`, `ipc://path`, or `host:port` for TCP.
    ///   - keyFile: a file with the worker's secret key in Z85.
    ///   - serverKey: the coordinator's public key in Z85.
    /// - Throws: `WorkerFailure` naming what is wrong with the address or a key.
    init(_ endpoint: String, keyFile: String?, serverKey: String?) throws(WorkerFailure) {
        self.endpoint = try CoordinatorAddress.read(endpoint)
        switch (keyFile, serverKey) {
        case (nil, nil):
            guard self.endpoint.isLocal else {
                throw WorkerFailure(
                    "connect", subject: endpoint, why: "another machine is reached with keys only",
                    hint: "--key FILE --server-key KEY, from grokmap keys")
            }
            security = .none
        case (let file?, let server?):
            guard let key = CurveKey(z85: server) else {
                throw WorkerFailure(
                    "server key", subject: server, why: "not a key of 40 characters in Z85")
            }
            security = .curveClient(try CoordinatorAddress.keys(in: file), server: key)
        case (_?, nil), (nil, _?):
            throw WorkerFailure(
                "connect", subject: endpoint, why: "--key and --server-key go together")
        }
    }

    /// Reads a file with the one line of `grokmap keys invite`.
    ///
    /// - Throws: `WorkerFailure` when the file is not there, not private, or holds no such line.
    init(joining path: String) throws(WorkerFailure) {
        let text = try CoordinatorAddress.privateText(path, "join")
        guard let token = JoinToken(parsing: text), let server = CurveKey(z85: token.serverKey),
            let secret = CurveKey(z85: token.secretKey)
        else {
            throw WorkerFailure(
                "join", subject: path, why: "holds no line of grokmap keys invite")
        }
        endpoint = try CoordinatorAddress.read(token.address)
        do {
            security = .curveClient(try CurveKeyPair(secretKey: secret), server: server)
        } catch {
            throw WorkerFailure("join", subject: path, why: error.description)
        }
    }

    /// The text of a file that only its owner may read.
    private static func privateText(
        _ path: String, _ what: String
    ) throws(WorkerFailure) -> String {
        guard let text = KernelText.read(path) else {
            throw WorkerFailure(what, subject: path, why: "cannot be read")
        }
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & 0o077 == 0 else {
            throw WorkerFailure(
                what, subject: path, why: "other users can read it", hint: "chmod 600 \(path)")
        }
        return text
    }

    /// Whether the coordinator is on this machine, so that waiting long between connections is of no use to anybody.
    var isLocal: Bool { endpoint.isLocal }

    private static func read(_ text: String) throws(WorkerFailure) -> Endpoint {
        do {
            return try Endpoint(text, to: .connect)
        } catch {
            throw WorkerFailure(error)
        }
    }

    /// The key pair of the secret key in a file that only its owner may read.
    private static func keys(in path: String) throws(WorkerFailure) -> CurveKeyPair {
        let text = try privateText(path, "key file")
        guard let secret = secretKey(text) else {
            throw WorkerFailure(
                "key file", subject: path, why: "holds no secret key of 40 characters in Z85")
        }
        do {
            return try CurveKeyPair(secretKey: secret)
        } catch {
            throw WorkerFailure("key file", subject: path, why: error.description)
        }
    }

    /// The key on the line that says `secret`, or the file's only key.
    static func secretKey(_ text: String) -> CurveKey? {
        func keys(_ line: Substring) -> [CurveKey] {
            // Neither blanks nor quotes are characters of Z85.
            line.split { $0.isWhitespace || $0 == "\"" || $0 == "'" }.compactMap {
                CurveKey(z85: String($0))
            }
        }
        let lines = text.split(whereSeparator: \.isNewline)
        if let line = lines.first(where: { $0.lowercased().contains("secret") && !keys($0).isEmpty }
        ) {
            return keys(line).first
        }
        let all = lines.flatMap(keys)
        return all.count == 1 ? all[0] : nil
    }
}
