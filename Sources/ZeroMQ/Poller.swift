import CZeroMQ

/// Waits until one of several sockets or file descriptors has something to do.
package struct Poller {
    /// What to wait for, and what has happened.
    package struct Events: OptionSet, Sendable {
        /// The bits of zmq_poll(3).
        package let rawValue: Int16

        /// Events from zmq_poll's bits.
        package init(rawValue: Int16) { self.rawValue = rawValue }

        /// A whole message, or bytes, can be read.
        package static let readable = Events(rawValue: Int16(ZMQ_POLLIN))
        /// A message can be sent without blocking.
        package static let writable = Events(rawValue: Int16(ZMQ_POLLOUT))
        /// A file descriptor is in trouble; never reported for sockets.
        package static let failed = Events(rawValue: Int16(ZMQ_POLLERR))
    }

    /// Names one entry of the poller, as `add` returned it.
    package struct Entry: Hashable, Sendable {
        fileprivate let index: Int
    }

    /// Sockets by entry, held so that none is closed while it is waited for.
    private var sockets: [Socket?] = []
    private var items: [zmq_pollitem_t] = []

    /// A poller that waits for nothing yet.
    package init() {}

    /// Waits for a socket as well.
    package mutating func add(_ socket: Socket, _ events: Events = .readable) -> Entry {
        sockets.append(socket)
        items.append(
            zmq_pollitem_t(
                socket: socket.pointer, fd: -1, events: events.rawValue, revents: 0))
        return Entry(index: items.count - 1)
    }

    /// Waits for a file descriptor as well; it stays the caller's.
    package mutating func add(descriptor: CInt, _ events: Events = .readable) -> Entry {
        sockets.append(nil)
        items.append(
            zmq_pollitem_t(socket: nil, fd: descriptor, events: events.rawValue, revents: 0))
        return Entry(index: items.count - 1)
    }

    /// Changes what an entry waits for; nothing switches it off.
    package mutating func watch(_ entry: Entry, for events: Events) {
        items[entry.index].events = events.rawValue
    }

    /// Waits until something happens or the time is over; nil waits for ever.
    ///
    /// Returns the entries with something to do, none after a timeout, nil once the context has
    /// been shut down.
    package mutating func wait(_ timeout: Duration?) throws(ZMQError) -> [Entry: Events]? {
        let clock = ContinuousClock()
        let deadline = timeout.map { clock.now + $0 }
        while true {
            let left = deadline.map { max(.zero, $0 - clock.now) }
            // A wait beyond zmq_poll's 24 days is cut and repeated.
            let milliseconds = left.map { Int($0.milliseconds) } ?? -1
            let result = zmq_poll(&items, CInt(items.count), milliseconds)
            let code = zmq_errno()
            if result > 0 { return happened() }
            if result < 0 {
                if code == ETERM { return nil }
                guard code == EINTR else { throw Call.error("zmq_poll", "poller", -code) }
            }
            if let deadline, clock.now >= deadline { return [:] }
        }
    }

    private func happened() -> [Entry: Events] {
        var ready: [Entry: Events] = [:]
        for (index, item) in items.enumerated() where item.revents != 0 {
            ready[Entry(index: index)] = Events(rawValue: item.revents)
        }
        return ready
    }
}

// Holds sockets, and they belong to one thread.
@available(*, unavailable)
extension Poller: Sendable {}
