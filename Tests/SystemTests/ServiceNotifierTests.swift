import Foundation
@preconcurrency import Glibc
import Testing

@testable import System

@Suite struct ServiceNotifierTests {
    /// A socket as a service manager has one, at a path or under an abstract name.
    private func listen(_ name: [UInt8]) throws -> CInt {
        let descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        try #require(bound == 0)
        return descriptor
    }

    private func received(_ descriptor: CInt) -> String {
        var buffer = [UInt8](repeating: 0, count: 200)
        let count = recv(descriptor, &buffer, buffer.count, CInt(MSG_DONTWAIT))
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }

    @Test("a service tells its manager that it is ready, alive and about to end")
    func words() throws {
        let name = "grokmap-notify-\(UUID().uuidString.prefix(8))"
        let places: [(String, [UInt8])] = [
            ("/tmp/\(name)", Array("/tmp/\(name)".utf8) + [0]),
            ("@\(name)", [0] + Array(name.utf8)),
        ]
        for (variable, bytes) in places {
            let descriptor = try listen(bytes)
            defer {
                close(descriptor)
                unlink("/tmp/\(name)")
            }
            let notifier = try #require(
                ServiceNotifier(["NOTIFY_SOCKET": variable, "WATCHDOG_USEC": "3000000"]))
            #expect(notifier.interval == 1.5)
            notifier.ready("a sweep")
            #expect(received(descriptor) == "READY=1\nSTATUS=a sweep")
            notifier.giveSignOfLife()
            #expect(received(descriptor) == "WATCHDOG=1")
            notifier.stopping()
            #expect(received(descriptor) == "STOPPING=1")
        }
    }

    @Test("who is no service tells nobody, and another process's watchdog is not ours")
    func strangers() {
        #expect(ServiceNotifier([:]) == nil)
        #expect(ServiceNotifier(["NOTIFY_SOCKET": "relative"]) == nil)
        let other = ServiceNotifier(
            ["NOTIFY_SOCKET": "/nowhere", "WATCHDOG_USEC": "1000000", "WATCHDOG_PID": "1"], pid: 2)
        #expect(other != nil)
        #expect(other?.interval == nil)
        other?.giveSignOfLife()
    }
}
