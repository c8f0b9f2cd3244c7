import Core
import Foundation
@preconcurrency import Glibc
import Synchronization
import System

/// Shows pages to browsers on this machine: a server of HTTP/1.1 that knows `GET` and `HEAD` and one request a connection
/// (decision 0015). It listens on 127.0.0.1 only, and answers nobody who asks for another host: a page of elsewhere whose
/// name is made to mean 127.0.0.1 sends its own.
final class LiveServer: Sendable {
    /// Where it listens.
    let port: UInt16

    private let listener: CInt
    private let respond: @Sendable (HTTPRequest) -> HTTPResponse
    private let open = Mutex(0)

    /// So many connections are served at once; more are closed.
    private static let mostConnections = 16
    /// Seconds for a whole request to come, and for its answer to be taken.
    private static let patience = 5.0

    /// A server that listens and answers from now on.
    ///
    /// - Parameters:
    ///   - port: the port; 0 takes a free one.
    ///   - respond: what to answer; called on any thread.
    /// - Throws: `CoordinatorError` when the port cannot be had.
    init(
        port: UInt16, respond: @escaping @Sendable (HTTPRequest) -> HTTPResponse
    ) throws(CoordinatorError) {
        func refusal() -> CoordinatorError {
            CoordinatorError(
                "show the sweep live", "127.0.0.1:\(port)", errno: errno,
                hint: "--live 0 takes a free port")
        }
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard listener >= 0 else { throw refusal() }
        _ = fcntl(listener, F_SETFD, FD_CLOEXEC)
        var yes: CInt = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<CInt>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = listener
        let bound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && listen(descriptor, 32) == 0
                    && getsockname(descriptor, address, &length) == 0
            }
        }
        guard bound else {
            let error = refusal()
            close(descriptor)
            throw error
        }
        self.port = UInt16(bigEndian: address.sin_port)
        self.respond = respond
        let thread = Thread { [self] in accept() }
        thread.name = "grokmap-live"
        thread.start()
    }

    /// Takes no more connections.
    func stop() {
        // accept(2) in the other thread then fails.
        shutdown(listener, CInt(SHUT_RDWR))
    }

    private func accept() {
        defer { close(listener) }
        while true {
            let connection = Glibc.accept(listener, nil, nil)
            if connection < 0 {
                if errno == EINTR || errno == ECONNABORTED { continue }
                guard errno == EMFILE || errno == ENFILE else { return }
                usleep(100_000)
                continue
            }
            _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
            _ = fcntl(connection, F_SETFL, O_NONBLOCK)
            let isTaken = open.withLock { count in
                guard count < LiveServer.mostConnections else { return false }
                count += 1
                return true
            }
            guard isTaken else {
                close(connection)
                continue
            }
            Thread { [self] in
                serve(connection)
                open.withLock { $0 -= 1 }
            }.start()
        }
    }

    private func serve(_ connection: CInt) {
        defer { close(connection) }
        let end = Date(timeIntervalSinceNow: LiveServer.patience)
        let (answer, hasBody) = answer(to: connection, until: end)
        guard let answer else { return }
        let bytes = answer.bytes(withBody: hasBody)
        var sent = 0
        while sent < bytes.count, wait(for: connection, POLLOUT, until: end) {
            let count = bytes.withUnsafeBytes {
                send(
                    connection, $0.baseAddress?.advanced(by: sent), bytes.count - sent,
                    CInt(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else { return }
            sent += count
        }
        // What a client still sends must not reset the connection before it has read the answer.
        shutdown(connection, CInt(SHUT_WR))
        var rest = [UInt8](repeating: 0, count: 4096)
        while wait(for: connection, POLLIN, until: end),
            recv(connection, &rest, rest.count, 0) > 0
        {}
    }

    /// The answer to what comes over a connection, nil when nothing sensible does.
    private func answer(
        to connection: CInt, until end: Date
    ) -> (response: HTTPResponse?, hasBody: Bool) {
        var head: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4096)
        let mark = Array("\r\n\r\n".utf8)
        while true {
            guard wait(for: connection, POLLIN, until: end) else { return (nil, false) }
            let count = recv(connection, &piece, piece.count, 0)
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else { return (nil, false) }
            head += piece.prefix(count)
            if let place = head.firstRange(of: mark) {
                guard place.lowerBound <= HTTPRequest.largestHead else { break }
                return answer(to: HTTPRequest(head: head[..<place.lowerBound]))
            }
            guard head.count <= HTTPRequest.largestHead else { break }
        }
        return (HTTPResponse(.headTooLarge), true)
    }

    private func answer(to request: HTTPRequest?) -> (response: HTTPResponse?, hasBody: Bool) {
        guard let request else { return (HTTPResponse(.badRequest), true) }
        guard LiveServer.hosts(at: port).contains(request.host.lowercased()) else {
            return (HTTPResponse(.misdirected), true)
        }
        switch request.method {
        case "GET": return (respond(request), true)
        case "HEAD": return (respond(request), false)
        default: return (HTTPResponse(.methodNotAllowed), true)
        }
    }

    /// What a browser on this machine calls the server.
    static func hosts(at port: UInt16) -> [String] {
        let names = ["127.0.0.1", "localhost"]
        return names.map { "\($0):\(port)" } + (port == 80 ? names : [])
    }

    private func wait(for connection: CInt, _ event: CInt, until end: Date) -> Bool {
        while true {
            let left = end.timeIntervalSinceNow
            guard left > 0 else { return false }
            var item = pollfd(fd: connection, events: Int16(event), revents: 0)
            let count = poll(&item, 1, CInt((left * 1000).rounded(.up)))
            if count < 0, errno == EINTR { continue }
            return count > 0
        }
    }
}
