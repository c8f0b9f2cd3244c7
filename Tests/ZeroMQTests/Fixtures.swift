import Foundation
import TestSupport
import Testing
import ZeroMQ

extension TemporaryDirectory {
    /// An address in it.
    func endpoint(_ name: String) -> String { "ipc://\(path)/\(name)" }
}

extension Socket {
    /// The next message, waited for; nil when none comes in time.
    func next(within time: Duration = .seconds(180)) throws -> [[UInt8]]? {
        var poller = Poller()
        _ = poller.add(self)
        _ = try poller.wait(time)
        return try receive()
    }
}

/// Tries until it succeeds or a generous time is over; tests use it to wait for other threads.
func eventually(_ condition: () throws -> Bool) rethrows -> Bool {
    let clock = ContinuousClock()
    let end = clock.now + .seconds(180)
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
