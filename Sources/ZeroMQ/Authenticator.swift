import Dispatch
import Foundation
import Synchronization

/// Decides which CURVE keys may connect: the ZAP handler of one context, on its own thread.
///
/// CURVE without a handler lets every key in, and libzmq as Debian builds it ignores a ZAP domain
/// for which nobody answers. So this must run before a socket with that domain binds, and a server
/// should check once that an unknown key is refused. Connections made stay when a key is removed; what they bring can be
/// told by `Socket.sender`.
package final class Authenticator: Sendable {
    private let shared: Shared
    private let finished = DispatchSemaphore(value: 0)
    /// Kept to the end, so that the handler's thread is never the one that ends the context.
    private let context: Context

    /// Starts answering for `domain`; returns once libzmq can ask. One per context.
    package init(_ context: Context, domain: String, allowing keys: Set<CurveKey> = [])
        throws(ZMQError)
    {
        self.context = context
        shared = Shared(waker: try Waker(), domain: domain, allowed: keys)
        let started = DispatchSemaphore(value: 0)
        let thread = Thread { [shared, finished] in
            shared.run(context) { started.signal() }
            finished.signal()
        }
        thread.name = "zap"
        thread.stackSize = 512 << 10
        thread.start()
        started.wait()
        if let failure = shared.failure {
            finished.wait()
            // Balances the wait in deinit, which runs for this throw as well.
            finished.signal()
            throw failure
        }
    }

    deinit {
        shared.stop()
        finished.wait()
    }

    /// Replaces the keys that may connect from now on.
    package func allow(_ keys: Set<CurveKey>) {
        let names = Set(keys.map(\.z85))
        shared.state.withLock { $0.allowed = names }
    }

    /// Whether a message's sender may still be heard.
    package func admits(_ sender: String) -> Bool {
        shared.state.withLock { $0.allowed.contains(sender) }
    }

    /// How many connections were refused so far.
    package var denials: Int { shared.state.withLock { $0.denials } }

    /// Why the handler stopped answering, which refuses everybody; nil while all is well.
    package var failure: ZMQError? { shared.failure }

    /// How many connections were let in so far.
    package var admissions: Int { shared.state.withLock { $0.admissions } }
}

extension Authenticator {
    /// What the handler's thread and its owner have in common.
    private final class Shared: Sendable {
        struct State {
            /// In Z85.
            var allowed: Set<String>
            var denials = 0
            var admissions = 0
            var isStopping = false
            var failure: ZMQError?
        }

        let state: Mutex<State>
        let waker: Waker
        let domain: String

        init(waker: Waker, domain: String, allowed: Set<CurveKey>) {
            self.waker = waker
            self.domain = domain
            state = Mutex(State(allowed: Set(allowed.map(\.z85))))
        }

        var failure: ZMQError? { state.withLock { $0.failure } }

        func stop() {
            state.withLock { $0.isStopping = true }
            waker.wake()
        }

        func run(_ context: Context, started: () -> Void) {
            do throws(ZMQError) {
                var options = SocketOptions()
                options.linger = .zero
                let socket = try Socket(context, .reply, options)
                let endpoint = try socket.bind("inproc://zeromq.zap.01")
                started()
                serve(socket, endpoint)
            } catch {
                state.withLock { $0.failure = error }
                started()
            }
        }

        private func serve(_ socket: Socket, _ endpoint: String) {
            do throws(ZMQError) {
                try answer(socket, endpoint)
            } catch {
                state.withLock { $0.failure = error }
                // Without a bound handler libzmq lets everybody in; bound and silent, nobody.
                var poller = Poller()
                _ = poller.add(descriptor: waker.descriptor)
                while !state.withLock({ $0.isStopping }) {
                    // There is nothing better left to do than to wait for the owner.
                    _ = try? poller.wait(.seconds(1))
                }
                withExtendedLifetime(socket) {}
            }
        }

        private func answer(_ socket: Socket, _ endpoint: String) throws(ZMQError) {
            var poller = Poller()
            _ = poller.add(socket)
            _ = poller.add(descriptor: waker.descriptor)
            while try poller.wait(nil) != nil {
                // Frees the place for the next handler before this one's owner goes on.
                if state.withLock({ $0.isStopping }) { return try socket.unbind(endpoint) }
                while let request = try socket.receive() {
                    // The requester is libzmq itself and waits for this one answer.
                    _ = try socket.send(reply(to: request))
                }
            }
        }

        /// ZeroMQ RFC 27: a request is version, request id, domain, address, routing id, mechanism
        /// and credentials; a reply is version, request id, status, reason, user id, metadata.
        private func reply(to request: [[UInt8]]) -> [[UInt8]] {
            let user = admittedUser(request)
            state.withLock {
                if user == nil { $0.denials += 1 } else { $0.admissions += 1 }
            }
            let requestID = request.count > 1 ? request[1] : []
            let status = user == nil ? "400" : "200"
            let reason = user == nil ? "not on the list" : "OK"
            return ["1.0".bytes, requestID, status.bytes, reason.bytes, (user ?? "").bytes, []]
        }

        /// The Z85 key of a peer that may connect: CURVE, this domain, on the list.
        private func admittedUser(_ request: [[UInt8]]) -> String? {
            guard request.count == 7, request[0] == "1.0".bytes, request[2] == domain.bytes,
                request[5] == "CURVE".bytes, let name = CurveKey(bytes: request[6])?.z85
            else { return nil }
            return state.withLock { $0.allowed.contains(name) } ? name : nil
        }
    }
}

extension String {
    fileprivate var bytes: [UInt8] { Array(utf8) }
}
