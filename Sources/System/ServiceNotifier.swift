@preconcurrency import Glibc

/// Tells systemd how this service does (sd_notify(3)): one datagram for each word, written by ourselves.
package struct ServiceNotifier: Sendable {
    /// The socket: a path, or an abstract name behind `@`.
    private let socketPath: String
    /// Seconds between two signs of life, half of what systemd waits for; nil where it does not watch.
    package let interval: Double?

    /// Where the manager listens, nil where this process is no service that is asked.
    ///
    /// - Parameters:
    ///   - environment: `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID` as systemd sets them.
    ///   - pid: this process.
    package init?(_ environment: [String: String], pid: Int32 = getpid()) {
        guard let path = environment["NOTIFY_SOCKET"], path.hasPrefix("/") || path.hasPrefix("@"),
            path.utf8.count < 108
        else { return nil }
        socketPath = path
        let isMeant = environment["WATCHDOG_PID"].map { $0 == String(pid) } ?? true
        interval = environment["WATCHDOG_USEC"].flatMap(Double.init).flatMap {
            isMeant && $0 > 0 ? $0 / 2e6 : nil
        }
    }

    /// It has started, and `status` is what it does.
    package func ready(_ status: String) { say("READY=1\nSTATUS=\(status)") }

    /// It is alive.
    package func giveSignOfLife() { say("WATCHDOG=1") }

    /// It has begun to end.
    package func stopping() { say("STOPPING=1") }

    /// A manager that does not listen any more is no reason to fail.
    private func say(_ text: String) {
        let descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        // An abstract name begins with a zero byte (unix(7)).
        let name =
            socketPath.hasPrefix("@")
            ? [0] + Array(socketPath.utf8.dropFirst()) : Array(socketPath.utf8)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let isAbstract = socketPath.hasPrefix("@")
        let length = MemoryLayout<sa_family_t>.size + name.count + (isAbstract ? 0 : 1)
        let bytes = Array(text.utf8)
        withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = sendto(
                    descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL), $0,
                    socklen_t(length))
            }
        }
    }
}
