/// The head of a request: what a server that only shows pages needs of HTTP/1.1 (RFC 9112).
struct HTTPRequest: Equatable, Sendable {
    /// `GET`, `HEAD`, …
    let method: String
    /// The path without its query.
    let path: String
    /// Who the client thinks it talks to.
    let host: String

    /// A request whose head takes more bytes is refused.
    static let largestHead = 8192

    /// A request for a path.
    init(method: String, path: String, host: String) {
        self.method = method
        self.path = path
        self.host = host
    }

    /// The request of a whole head, without the empty line at its end; nil when it is none.
    init?(head: some Collection<UInt8>) {
        let text = String(decoding: head, as: UTF8.self)
        var lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
        let first = lines.removeFirst().split(separator: " ", omittingEmptySubsequences: false)
        guard first.count == 3, first[2] == "HTTP/1.1" || first[2] == "HTTP/1.0",
            first[0].utf8.allSatisfy({ (0x41...0x5A).contains($0) }), first[1].hasPrefix("/")
        else { return nil }
        var hosts: [Substring] = []
        for line in lines {
            guard let colon = line.firstIndex(of: ":") else { return nil }
            guard line[..<colon].lowercased() == "host" else { continue }
            hosts.append(line[line.index(after: colon)...].drop { $0 == " " })
        }
        guard hosts.count == 1, let host = hosts.first else { return nil }
        method = String(first[0])
        path = String(first[1].prefix { $0 != "?" && $0 != "#" })
        self.host = String(host)
    }
}
