import CZeroMQ
import Synchronization

/// libzmq's threads and the name space of `inproc://`; ends when its last socket has been closed.
///
/// zmq(7): "Individual ØMQ sockets are not thread safe", while a context "is thread safe and may be
/// shared among as many application threads as necessary" (zmq_ctx_new(3)).
package final class Context: Sendable {
    /// The handle's address; kept as an integer because a raw pointer is not Sendable and this
    /// handle, unlike a socket's, may be used from every thread.
    private let address: UInt
    private let sockets = Atomic<Int>(0)

    /// The version of libzmq in use, as in `4.3.4`.
    package static var libraryVersion: String {
        var (major, minor, patch): (CInt, CInt, CInt) = (0, 0, 0)
        zmq_version(&major, &minor, &patch)
        return "\(major).\(minor).\(patch)"
    }

    /// Starts libzmq with one I/O thread.
    package init() throws(ZMQError) {
        guard let pointer = zmq_ctx_new() else {
            throw ZMQError(call: "zmq_ctx_new", code: zmq_errno(), subject: "context")
        }
        address = UInt(bitPattern: pointer)
    }

    deinit {
        // zmq_ctx_term(3): blocks until all sockets are closed. Sockets keep their context, so here
        // none is left; what remains is their linger, which is bounded.
        _ = Call.status { zmq_ctx_term(pointer) }
    }

    /// Makes every pending and later call on this context's sockets report the end.
    package func shutdown() {
        _ = Call.status { zmq_ctx_shutdown(pointer) }
    }

    /// How many sockets of this context are open.
    package var openSockets: Int { sockets.load(ordering: .relaxed) }

    var pointer: UnsafeMutableRawPointer? { UnsafeMutableRawPointer(bitPattern: address) }

    func socketOpened() { sockets.add(1, ordering: .relaxed) }
    func socketClosed() { sockets.subtract(1, ordering: .relaxed) }
}
