import Foundation
import Testing
import ZeroMQ

/// A directory of its own for one test, removed with it; short, because ipc paths are limited.
final class TemporaryDirectory {
    let path: String

    init() throws {
        var template = Array("/tmp/zmqtest-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw POSIXError(.EIO) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func endpoint(_ name: String) -> String { "ipc://\(path)/\(name)" }
}

extension Socket {
    /// The next message, waited for; nil when none comes in time.
    func next(within time: Duration = .seconds(20)) throws -> [[UInt8]]? {
        var poller = Poller()
        _ = poller.add(self)
        _ = try poller.wait(time)
        return try receive()
    }
}

/// Tries until it succeeds or a generous time is over; tests use it to wait for other threads.
func eventually(_ condition: () throws -> Bool) rethrows -> Bool {
    let clock = ContinuousClock()
    let end = clock.now + .seconds(20)
    while clock.now < end {
        if try condition() { return true }
        usleep(2000)
    }
    return false
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

/// Options with which nothing outlives a test for long.
func brisk(_ change: (inout SocketOptions) -> Void = { _ in }) -> SocketOptions {
    var options = SocketOptions()
    options.linger = .zero
    options.reconnectInterval = .milliseconds(10)
    options.reconnectMaximum = .milliseconds(50)
    change(&options)
    return options
}
