import CZeroMQ
import Glibc

/// Ends another thread's wait: an event counter that any thread may raise and a `Poller` watches.
package final class Waker: Sendable {
    /// The descriptor to add to a poller; owned by the waker.
    package let descriptor: CInt

    /// Opens the event counter.
    package init() throws(ZMQError) {
        descriptor = try Call.check("eventfd", "waker") {
            eventfd(0, CInt(EFD_NONBLOCK | EFD_CLOEXEC))
        }
    }

    deinit { _ = close(descriptor) }

    /// Makes the descriptor readable, from any thread; repeated calls add up to one wake-up.
    package func wake() {
        var one: UInt64 = 1
        // eventfd(2): a write fails with EAGAIN only at the counter's maximum, where it is readable.
        _ = Call.status { CInt(write(descriptor, &one, MemoryLayout<UInt64>.size)) }
    }

    /// Takes back every wake-up so far; true when there was one.
    @discardableResult
    package func drain() -> Bool {
        var count: UInt64 = 0
        return Call.status { CInt(read(descriptor, &count, MemoryLayout<UInt64>.size)) } > 0
    }
}
