@preconcurrency import Glibc
import System

/// Where a coordinator listens for workers that it launches on other machines: on a port that a sweep's directory remembers,
/// so that those which an earlier coordinator left behind find this one.
struct LaunchAddress {
    /// The sweep's directory.
    let directory: String

    private var path: String { directory + "/port" }

    /// Every interface of this machine, on the port of the last time if nobody else has it, else on any.
    var endpoint: Endpoint {
        let text = (try? Posix.read(path)).map { String(decoding: $0, as: UTF8.self) }
        let port = text.flatMap { UInt16($0.prefix { $0 != "\n" }) }
        let isFree = port.map(LaunchAddress.isFree) ?? false
        return .tcp(.ipv4("0.0.0.0"), port: isFree ? port : nil)
    }

    /// Keeps the port of an address that is listened on.
    func remember(_ address: String) throws(CoordinatorError) {
        guard case .tcp(_, let port?) = try Endpoint(address, to: .listen) else { return }
        try Posix.writeDurably(Array("\(port)\n".utf8), to: path)
    }

    private static func isFree(_ port: UInt16) -> Bool {
        let descriptor = socket(
            AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var one: CInt = 1
        // As ZeroMQ binds: what lingers of the last coordinator's connections is no hindrance.
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<CInt>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
