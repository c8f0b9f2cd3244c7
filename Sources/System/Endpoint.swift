@preconcurrency import Glibc

/// Where a coordinator listens or is found: `tcp://HOST:PORT` or `ipc://PATH`, read from text in one place so that nobody
/// else decides what an address means.
package enum Endpoint: Sendable, Hashable, CustomStringConvertible {
    /// A socket file of this machine.
    case ipc(path: String)
    /// A TCP port; nil stands for any free one.
    case tcp(Host, port: UInt16?)

    /// The machine in a TCP address.
    package enum Host: Sendable, Hashable {
        /// Every interface of this machine; listening only.
        case any
        /// An IPv4 address.
        case ipv4(String)
        /// An IPv6 address, without brackets.
        case ipv6(String)
        /// A name: a machine's where one connects, a network interface's where one listens.
        case name(String)
    }

    /// What an address is for.
    package enum Purpose: String, Sendable {
        /// A coordinator binds it.
        case listen
        /// A worker connects to it.
        case connect

        /// How an address is written.
        fileprivate var form: String {
            switch self {
            case .listen: "write tcp://HOST:PORT, for example tcp://127.0.0.1:5555"
            case .connect: "tcp://host:port or ipc://path"
            }
        }
    }

    /// The TCP port, nil for a socket file and for any free one.
    package var port: UInt16? { if case .tcp(_, let port) = self { port } else { nil } }

    /// Reads an address; `localhost` is 127.0.0.1, whatever a name service says.
    ///
    /// - Throws: `SystemError` naming what is wrong with it and how to write it.
    package init(_ text: String, to purpose: Purpose) throws(SystemError) {
        func failure(_ reason: String, hint: String? = nil) -> SystemError {
            SystemError(purpose.rawValue, text, reason, hint: hint)
        }
        if let path = text.after("ipc://"), !path.isEmpty {
            self = .ipc(path: path)
            return
        }
        // A worker's HOST:PORT is short for TCP.
        let short = purpose == .connect && !text.contains("://") ? text : nil
        guard let rest = text.after("tcp://") ?? short, let colon = rest.lastIndex(of: ":"),
            colon > rest.startIndex
        else { throw failure("not an address", hint: purpose.form) }
        let port = rest[rest.index(after: colon)...]
        guard let host = Host(rest[..<colon]) else {
            throw failure(
                "\"\(rest[..<colon])\" is not a host",
                hint: "\(purpose.form), an IPv6 address in brackets")
        }
        let number = port.utf8.allSatisfy { (0x30...0x39).contains($0) } ? UInt16(port) : nil
        switch purpose {
        case .listen:
            guard port == "*" || number != nil else { throw failure("\"\(port)\" is not a port") }
            self = .tcp(host, port: number == 0 ? nil : number)
        case .connect:
            guard let number, number > 0 else { throw failure("\"\(port)\" is not a port") }
            guard !host.isWildcard else {
                throw failure(
                    "stands for every address of the machine that listens",
                    hint: "name the coordinator's machine")
            }
            self = .tcp(host, port: number)
        }
    }

    /// Whether nobody but processes of this machine can be at the other end. The one notion of loopback: by the number of
    /// the address, never by how a name begins.
    package var isLocal: Bool {
        switch self {
        case .ipc: true
        case .tcp(let host, _): host.isLoopback
        }
    }

    /// Whether ZeroMQ must be told to speak IPv6.
    package var isIPv6: Bool {
        if case .tcp(.ipv6, _) = self { true } else { false }
    }

    /// The address with another machine in the place of a wildcard: how those reach it that cannot see every interface.
    package func reached(at host: Host) -> Endpoint {
        guard case .tcp(let own, let port) = self, own.isWildcard else { return self }
        return .tcp(host, port: port)
    }

    /// As ZeroMQ takes it.
    package var description: String {
        switch self {
        case .ipc(let path): return "ipc://\(path)"
        case .tcp(let host, let port):
            let port = port.map(String.init) ?? "*"
            switch host {
            case .any: return "tcp://*:\(port)"
            case .ipv4(let text), .name(let text): return "tcp://\(text):\(port)"
            case .ipv6(let text): return "tcp://[\(text)]:\(port)"
            }
        }
    }
}

extension Endpoint.Host {
    /// Reads a host as it stands before the port, nil when it is none.
    package init?(_ text: Substring) {
        let text = String(text)
        if text == "*" {
            self = .any
        } else if text.lowercased() == "localhost" {
            self = .ipv4("127.0.0.1")
        } else if let inner = text.after("["), inner.last == "]" {
            let number = String(inner.dropLast())
            // A link-local address names its interface behind a percent sign, which inet_pton(3) does not take.
            let address = number.split(separator: "%", maxSplits: 1).first.map(String.init) ?? ""
            guard Endpoint.Host.bytes(of: address, AF_INET6, 16) != nil else { return nil }
            self = .ipv6(number)
        } else if Endpoint.Host.bytes(of: text, AF_INET, 4) != nil {
            self = .ipv4(text)
        } else {
            let isName = text.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x61...0x7a).contains($0 | 0x20)
                    || "-._".utf8.contains($0)
            }
            // Digits and points alone are a number that is wrong: a resolver may still take it for one (127.1).
            guard isName, text.utf8.contains(where: { $0 > 0x39 || $0 == 0x2d }) else { return nil }
            self = .name(text)
        }
    }

    /// Whether it stands for every interface.
    package var isWildcard: Bool {
        switch self {
        case .any: true
        case .ipv4(let text): Endpoint.Host.bytes(of: text, AF_INET, 4) == [0, 0, 0, 0]
        case .ipv6(let text):
            Endpoint.Host.bytes(of: text, AF_INET6, 16) == [UInt8](repeating: 0, count: 16)
        case .name: false
        }
    }

    /// 127.0.0.0/8, ::1, and 127.0.0.0/8 written as IPv6; no name is.
    fileprivate var isLoopback: Bool {
        switch self {
        case .any, .name: return false
        case .ipv4(let text): return Endpoint.Host.bytes(of: text, AF_INET, 4)?.first == 127
        case .ipv6(let text):
            guard let bytes = Endpoint.Host.bytes(of: text, AF_INET6, 16) else { return false }
            let zeros = [UInt8](repeating: 0, count: 10)
            return bytes == zeros + [0, 0, 0, 0, 0, 1]
                || (bytes.starts(with: zeros + [0xff, 0xff]) && bytes[12] == 127)
        }
    }

    private static func bytes(of text: String, _ family: CInt, _ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        return inet_pton(family, text, &bytes) == 1 ? bytes : nil
    }
}

extension String {
    /// The rest behind a beginning, nil without it.
    fileprivate func after(_ beginning: String) -> String? {
        hasPrefix(beginning) ? String(dropFirst(beginning.count)) : nil
    }
}
