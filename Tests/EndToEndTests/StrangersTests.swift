import Core
import Foundation
@preconcurrency import Glibc
import TestSupport
import Testing

extension EndToEnd {
    @Suite("What peers can do to a coordinator")
    struct StrangersTests {
        @Test("a message without an end costs its sender the connection, and others nothing")
        func endlessMessage() throws {
            let place = try Workplace()
            try place.write(smallSweep(steps: 1_000_000, extra: "stop: budget"), to: "small.yaml")
            let (coordinator, address) = try place.serve()
            let stranger = try RawPeer(address)
            stranger.greet()
            // The part's flags say that more follows, its size is eight bytes long (ZMTP 3.1).
            let size: [UInt8] = [0, 0, 0, 0, 0, 4, 0, 0]
            let part = [0x03] + size + [UInt8](repeating: 0, count: 1 << 18)
            var sent = 0
            while sent < 2048, stranger.say(part) { sent += 1 }
            #expect(sent < 2048, "512 MiB without an end were taken")
            let slot = try ScriptedSlot("honest", address)
            _ = try slot.lease()
            #expect(try peakMegabytes(of: coordinator.pid) < 300)
            coordinator.signal(SIGKILL)
            _ = try coordinator.wait()
        }

        @Test("strangers who open connections without end keep nobody out, and end nothing")
        func connections() throws {
            let place = try Workplace()
            try place.write(smallSweep(steps: 1_000_000, extra: "stop: budget"), to: "small.yaml")
            let program = Workplace.program("grokmap").path
            let coordinator = try RunningProgram(
                URL(fileURLWithPath: "/bin/bash"),
                [
                    "-c",
                    "ulimit -n 200; exec \(program) run small.yaml --out out --slots 0"
                        + " --bind 'tcp://127.0.0.1:*'",
                ], in: place.path)
            let address = try place.listeningAddress(of: coordinator)
            let early = try ScriptedSlot("early", address)
            _ = try early.lease()
            var strangers: [RawPeer] = []
            for _ in 0..<400 {
                // A full queue of connections makes the next one wait, up to a minute.
                try early.say(.progress(Progress()))
                strangers.append(try RawPeer(address))
            }
            usleep(500_000)
            // It waits until the strangers, who say nothing, are sent away; the early one is at work meanwhile.
            let late = try ScriptedSlot("late", address, beside: [early])
            let lease = try late.lease()
            // A result's first piece opens a file.
            try late.say(
                .resultChunk(
                    FileChunk(
                        attempt: lease.attempt, offset: 0, size: 100,
                        sha256: String(repeating: "0", count: 64), payload: [1])))
            let ack = try late.hear { if case .resultAck(let body) = $0 { body } else { nil } }
            #expect(ack.offset == 1)
            try early.drain()
            try early.say(.progress(Progress()))
            _ = try early.hear { if case .progress(let body) = $0 { body } else { nil } }
            #expect(coordinator.isRunning, "\(coordinator.text(".err"))")
            coordinator.signal(SIGKILL)
            _ = try coordinator.wait()
            withExtendedLifetime(strangers) {}
        }

        /// The most memory that a process has had.
        private func peakMegabytes(of pid: Int32) throws -> Int {
            let text = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
            let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("VmHWM") })
            let number = line.split(whereSeparator: \.isWhitespace).dropFirst().first
            return try #require(number.flatMap { Int($0) }) / 1024
        }
    }
}

/// A connection that says the bytes it is told to.
private final class RawPeer {
    private let descriptor: Int32

    init(_ address: String) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        let port = try #require(address.split(separator: ":").last.flatMap { UInt16($0) })
        var target = sockaddr_in()
        target.sin_family = sa_family_t(AF_INET)
        target.sin_port = port.bigEndian
        target.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let status = withUnsafePointer(to: &target) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 || errno == EAGAIN else { throw POSIXError(.ECONNREFUSED) }
    }

    deinit { close(descriptor) }

    /// Greets as a DEALER does that shows no key (ZMTP 3.1).
    func greet() {
        var greeting: [UInt8] = [0xFF] + [UInt8](repeating: 0, count: 7) + [1, 0x7F, 3, 0]
        greeting += Array("NULL".utf8) + [UInt8](repeating: 0, count: 16)
        greeting += [UInt8](repeating: 0, count: 32)
        #expect(say(greeting))
        var answer = [UInt8](repeating: 0, count: 64)
        #expect(recv(descriptor, &answer, 64, Int32(MSG_WAITALL)) == 64)
        var ready: [UInt8] = [5] + Array("READY".utf8) + [11] + Array("Socket-Type".utf8)
        ready += [0, 0, 0, 6] + Array("DEALER".utf8)
        #expect(say([4, UInt8(ready.count)] + ready))
    }

    /// Sends bytes; false when the other side has closed.
    func say(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                send(
                    descriptor, $0.baseAddress?.advanced(by: sent), $0.count - sent,
                    Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }
}
