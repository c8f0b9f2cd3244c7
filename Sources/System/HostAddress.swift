@preconcurrency import Glibc

/// By which address other machines are likely to reach this one.
package enum HostAddress {
    /// The address that this machine's way out begins at, else that of the first interface that is up and not its own
    /// loop, else 127.0.0.1.
    package static var own: Endpoint.Host {
        .ipv4(outgoing ?? interfaces.first ?? "127.0.0.1")
    }

    /// The source address of packets to far away; connecting a datagram socket sends none.
    private static var outgoing: String? {
        let descriptor = socket(AF_INET, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(9).bigEndian
        // 192.0.2.1 is of TEST-NET-1 (RFC 5737): nobody's.
        address.sin_addr.s_addr = UInt32(0xc000_0201).bigEndian
        let isKnown = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        return isKnown ? text(address) : nil
    }

    /// IPv4 addresses of the interfaces that are up, loopback left out.
    private static var interfaces: [String] {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return [] }
        defer { freeifaddrs(list) }
        var found: [String] = []
        var next = list
        while let entry = next?.pointee {
            next = entry.ifa_next
            let flags = Int(entry.ifa_flags)
            guard flags & Int(IFF_UP) != 0, flags & Int(IFF_LOOPBACK) == 0,
                let address = entry.ifa_addr, address.pointee.sa_family == sa_family_t(AF_INET)
            else { continue }
            let number = address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                HostAddress.text($0.pointee)
            }
            if let number { found.append(number) }
        }
        return found
    }

    private static func text(_ address: sockaddr_in) -> String? {
        var number = address.sin_addr
        var buffer = [CChar](repeating: 0, count: Int(INET_ADDRSTRLEN))
        guard inet_ntop(AF_INET, &number, &buffer, socklen_t(buffer.count)) != nil else {
            return nil
        }
        return String(
            decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
