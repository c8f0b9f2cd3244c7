import Foundation

/// Everything that a worker on another machine needs to join, in one line: `grokmap-join-1.` and base64 of address,
/// coordinator's public key and the worker's secret key. Whoever has it can join in that worker's name.
package struct JoinToken: Sendable, Equatable {
    /// Where the coordinator listens: `tcp://host:port`.
    package var address: String
    /// The coordinator's public key in Z85.
    package var serverKey: String
    /// The worker's secret key in Z85.
    package var secretKey: String

    /// A token of these parts.
    package init(address: String, serverKey: String, secretKey: String) {
        self.address = address
        self.serverKey = serverKey
        self.secretKey = secretKey
    }

    private static let prefix = "grokmap-join-1."
    private static let separator = "\n"

    /// Reads a token, nil when the text is none; blanks around it do no harm.
    package init?(parsing text: String) {
        let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard text.hasPrefix(JoinToken.prefix), text.utf8.count <= 4096,
            let data = Data(base64Encoded: String(text.dropFirst(JoinToken.prefix.count)))
        else { return nil }
        let parts = String(decoding: data, as: UTF8.self).components(
            separatedBy: JoinToken.separator)
        guard parts.count == 3, parts[0].hasPrefix("tcp://"), parts[1].utf8.count == 40,
            parts[2].utf8.count == 40
        else { return nil }
        self.init(address: parts[0], serverKey: parts[1], secretKey: parts[2])
    }

    /// The one line.
    package var text: String {
        let parts = [address, serverKey, secretKey].joined(separator: JoinToken.separator)
        return JoinToken.prefix + Data(parts.utf8).base64EncodedString()
    }
}
