import Foundation
@preconcurrency import Glibc
import Logging
import Synchronization
import System

/// Keeps connections from using up this process: libzmq holds a message back, and its bytes in memory, until its last
/// part has come, and accepts whoever knocks while there are descriptors.
///
/// A thread looks at the kernel's count of what each connection has brought. What has not come out of the socket as whole
/// messages waits in memory: where that is too much, the connection is cut. Where descriptors run short, the oldest
/// connections go that have never said anything; those that have are slots.
final class ConnectionWatch: Sendable {
    /// How much is too much.
    struct Limits: Sendable {
        /// Bytes that may wait of one connection: several times what a slot sends ahead.
        var bytesPerConnection = 16 << 20
        /// Bytes that may wait of all.
        var bytesInAll = 128 << 20
        /// Connections, however many descriptors there are.
        var connections = 16_384
        /// Seconds between two looks at descriptors and memory.
        var interval = 0.005

        /// The limits.
        init() {}
    }

    /// A connection as the last look found it.
    private struct Peer {
        /// What tells it from the next one with the same descriptor.
        var inode: UInt64
        var since = ConnectionWatch.now
        /// Bytes the kernel has handed to libzmq.
        var read = 0
        /// Bytes of them that have come out as messages, and what came before the count began.
        var accounted = 0
        /// Whether it has ever brought a message.
        var hasSpoken = false

        var waiting: Int { max(0, read - accounted) }
    }

    private struct State {
        var peers: [CInt: Peer] = [:]
        /// Those that have brought messages since the last time that none was left.
        var speakers: Set<CInt> = []
    }

    private let ports: Set<UInt16>
    private let limits: Limits
    private let log: Logger
    private let state = Mutex(State())

    /// Watches the connections that come in on these TCP ports; nil where there are none.
    init?(ports: [UInt16], _ log: Logger, limits: Limits = Limits()) {
        guard !ports.isEmpty else { return nil }
        self.ports = Set(ports)
        self.limits = limits
        self.log = log
        let thread = Thread { [weak self] in
            var round = 0
            var calm = 0
            while let watch = self {
                // Memory that grows is looked into at once, all else ten times a second.
                let size = ConnectionWatch.residentBytes
                let grows = size > calm + (16 << 20)
                calm = grows ? size : min(calm, size)
                if grows || round % 20 == 0 || watch.descriptorsRunShort { watch.look() }
                round += 1
                usleep(UInt32(watch.limits.interval * 1e6))
            }
        }
        thread.name = "grokmap-watch"
        thread.start()
    }

    /// Notes a whole message.
    func heard(on descriptor: CInt, bytes: Int) {
        state.withLock { state in
            if state.peers[descriptor] == nil {
                state.peers[descriptor] = ConnectionWatch.inode(descriptor).map { Peer(inode: $0) }
            }
            state.peers[descriptor]?.accounted += bytes
            state.peers[descriptor]?.hasSpoken = true
            state.speakers.insert(descriptor)
        }
    }

    /// Notes that every whole message has come out: of the connections that brought some, the counts start again, because the
    /// bytes between parts of messages are not counted.
    func caughtUp() {
        state.withLock { state in
            for descriptor in state.speakers {
                guard let read = ConnectionWatch.read(descriptor) else { continue }
                state.peers[descriptor]?.read = read
                state.peers[descriptor]?.accounted = read
            }
            state.speakers = []
        }
    }

    // MARK: A look

    /// Whether new descriptors have numbers beyond what is meant for connections: the kernel gives the lowest.
    private var descriptorsRunShort: Bool {
        let next = open("/dev/null", O_RDONLY | O_CLOEXEC)
        guard next >= 0 else { return errno == EMFILE || errno == ENFILE }
        close(next)
        return Int(next) >= mostDescriptors
    }

    /// A quarter of the descriptors, and never fewer than 32, is for files.
    private var mostDescriptors: Int {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let most = Int(clamping: limit.rlim_cur)
        return min(most - max(min(32, most / 2), most / 4), limits.connections)
    }

    /// Counts what every connection has brought, and cuts those that are too much.
    private func look() {
        let found = connections()
        let isShort = descriptorsRunShort
        let cut = state.withLock { state -> (greedy: [CInt], silent: [CInt]) in
            state.peers = state.peers.filter { found[$0.key] == $0.value.inode }
            for (descriptor, inode) in found {
                var peer = state.peers[descriptor] ?? Peer(inode: inode)
                peer.read = ConnectionWatch.read(descriptor) ?? peer.read
                state.peers[descriptor] = peer
            }
            return (greedy(state.peers), isShort ? superfluous(state.peers) : [])
        }
        // The other end, and libzmq's, see a connection that has ended.
        for descriptor in cut.greedy + cut.silent { shutdown(descriptor, CInt(SHUT_RDWR)) }
        if !cut.greedy.isEmpty {
            log.warning("cut \(cut.greedy.count) connections that sent messages without an end")
        }
        if !cut.silent.isEmpty {
            log.debug("cut \(cut.silent.count) connections: descriptors run short")
        }
    }

    /// Connections of which too much waits: each by itself, and the largest where all are too much together.
    private func greedy(_ peers: [CInt: Peer]) -> [CInt] {
        var sum = peers.values.reduce(0) { $0 + $1.waiting }
        var cut: [CInt] = []
        for (descriptor, peer) in peers.sorted(by: { $0.value.waiting > $1.value.waiting }) {
            guard peer.waiting > limits.bytesPerConnection || sum > limits.bytesInAll else { break }
            sum -= peer.waiting
            cut.append(descriptor)
        }
        return cut
    }

    /// The connections that go first where there are too many: the oldest of those that have said nothing, then the newest of
    /// the others.
    private func superfluous(_ peers: [CInt: Peer]) -> [CInt] {
        let few = max(1, peers.count / 16)
        let silent = peers.filter { !$0.value.hasSpoken }.sorted { $0.value.since < $1.value.since }
        if !silent.isEmpty { return silent.prefix(few).map(\.key) }
        return peers.sorted { $0.value.since > $1.value.since }.prefix(few).map(\.key)
    }

    // MARK: The kernel's word

    private static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    /// The connections that came in on the ports, with their inodes.
    private func connections() -> [CInt: UInt64] {
        var found: [CInt: UInt64] = [:]
        for name in Posix.list("/proc/self/fd") {
            guard let descriptor = CInt(name), ConnectionWatch.isPeer(descriptor, of: ports)
            else { continue }
            found[descriptor] = ConnectionWatch.inode(descriptor)
        }
        return found
    }

    private static func inode(_ descriptor: CInt) -> UInt64? {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? UInt64(status.st_ino) : nil
    }

    /// Whether a descriptor is a connection whose own end has one of the ports.
    private static func isPeer(_ descriptor: CInt, of ports: Set<UInt16>) -> Bool {
        var address = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let isSocket = withUnsafeMutableBytes(of: &address) { raw in
            raw.baseAddress.map {
                getsockname(descriptor, $0.assumingMemoryBound(to: sockaddr.self), &length) == 0
            } ?? false
        }
        let family = CInt(address.ss_family)
        guard isSocket, family == AF_INET || family == AF_INET6 else { return false }
        // The port is at the same place in both kinds of address, in network order (ip(7), ipv6(7)).
        let port = withUnsafeBytes(of: &address) { UInt16($0[2]) << 8 | UInt16($0[3]) }
        guard ports.contains(port) else { return false }
        var listens: CInt = 0
        length = socklen_t(MemoryLayout<CInt>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listens, &length)
        return listens == 0
    }

    /// Bytes of a connection that the kernel has handed to this process: all that were received but those that wait in the
    /// kernel, which bounds them.
    private static func read(_ descriptor: CInt) -> Int? {
        // struct tcp_info of linux/tcp.h: tcpi_bytes_received, since Linux 4.1, is at byte 128; glibc's is shorter.
        var info = [UInt64](repeating: 0, count: 32)
        var length = socklen_t(256)
        var unread: CInt = 0
        guard
            info.withUnsafeMutableBytes({
                getsockopt(descriptor, CInt(IPPROTO_TCP), TCP_INFO, $0.baseAddress, &length)
            }) == 0, length >= 136, ioctl(descriptor, UInt(FIONREAD), &unread) == 0
        else { return nil }
        return Int(clamping: info[16]) - Int(unread)
    }

    private static var residentBytes: Int {
        // The second number is resident pages (proc(5)); unreadable, memory counts as not growing.
        let text = (try? Posix.read("/proc/self/statm")).map { String(decoding: $0, as: UTF8.self) }
        let pages = text?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
        return (pages ?? 0) * 4096
    }
}
