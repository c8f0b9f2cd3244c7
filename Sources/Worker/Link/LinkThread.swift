import Core
import Foundation
import Logging
import System
import ZeroMQ

/// The thread that owns a slot's socket: turns messages into events and performs what `SlotLink` decides.
///
/// zmq_socket(3): sockets are not thread safe, so context and socket are made, used and closed here and nowhere else.
final class LinkThread: Sendable {
    private let settings: SlotLink.Settings
    private let address: CoordinatorAddress
    private let mailbox: TrainerMailbox
    private let waker: Waker
    private let logger: Logger

    /// A thread that is not running yet.
    init(
        settings: SlotLink.Settings, address: CoordinatorAddress, mailbox: TrainerMailbox,
        waker: Waker, logger: Logger
    ) {
        self.settings = settings
        self.address = address
        self.mailbox = mailbox
        self.waker = waker
        self.logger = logger
    }

    /// Starts talking; the trainer is told when it is over.
    func start() {
        let thread = Thread { [self] in
            var exit: SlotExit
            do {
                var session = try LinkSession(
                    link: SlotLink(settings: settings), address: address, mailbox: mailbox,
                    logger: logger)
                exit = try session.run(waker)
            } catch {
                logger.error("\(error)")
                exit = .broken(reason: "\(error)")
            }
            mailbox.leave(exit)
            // The trainer looks at its orders every few steps; one that is stuck must not keep the process alive.
            Thread.sleep(forTimeInterval: LinkThread.trainerGraceSeconds)
            _exit(exit.code)
        }
        thread.name = "link"
        thread.start()
    }

    private static let trainerGraceSeconds = 10.0
}

/// The state of a link thread: lives on that thread's stack.
private struct LinkSession {
    private var link: SlotLink
    private let address: CoordinatorAddress
    private let mailbox: TrainerMailbox
    private let logger: Logger
    private let context: Context
    private var socket: Socket?
    private var exit: SlotExit?
    private var dropped = 0

    init(
        link: SlotLink, address: CoordinatorAddress, mailbox: TrainerMailbox, logger: Logger
    ) throws(ZMQError) {
        self.link = link
        self.address = address
        self.mailbox = mailbox
        self.logger = logger
        context = try Context()
    }

    /// Talks until the link is over.
    mutating func run(_ waker: Waker) throws(ZMQError) -> SlotExit {
        // CLOCK_MONOTONIC: a suspended laptop has not lost patience when it wakes up.
        let clock = SuspendingClock()
        let origin = clock.now
        try handle(.started, clock.now - origin)
        while true {
            if let exit { return exit }
            let wait = link.deadline.map { max(.zero, $0 - (clock.now - origin)) }
            var poller = Poller()
            _ = poller.add(descriptor: waker.descriptor)
            if let socket { _ = poller.add(socket) }
            _ = try poller.wait(wait)
            waker.drain()
            link.snapshot = mailbox.snapshot
            for event in mailbox.takeEvents() { try handle(event, clock.now - origin) }
            while exit == nil, let frames = try socket?.receive() {
                try handle(LinkSession.event(frames), clock.now - origin)
            }
            try handle(.tick, clock.now - origin)
        }
    }

    private static func event(_ frames: [[UInt8]]) -> LinkEvent {
        do {
            return .received(try MessageCodec.decode(frames))
        } catch {
            return .malformed(error.description)
        }
    }

    private mutating func handle(_ event: LinkEvent, _ now: Duration) throws(ZMQError) {
        for effect in link.handle(event, at: now) { try perform(effect) }
    }

    private mutating func perform(_ effect: LinkEffect) throws(ZMQError) {
        switch effect {
        case .connect:
            socket = nil
            let fresh = try Socket(context, .dealer, options)
            try fresh.connect("\(address.endpoint)")
            socket = fresh
        case .disconnect:
            socket = nil
        case .send(let message):
            try send(message)
        case .sendChunk(let attempt, let file, let offset, let length):
            do {
                let bytes = try file.piece(offset: offset, length: length)
                try send(
                    .resultChunk(
                        FileChunk(
                            attempt: attempt, offset: offset, size: file.size,
                            sha256: file.sha256, payload: bytes)))
            } catch let failure as WorkerFailure {
                logger.error("\(failure)")
                mailbox.post(.resultLost(attempt, reason: "\(failure)"))
            } catch let error as ZMQError {
                throw error
            } catch {
                logger.error("\(error)")
            }
        case .train(let job):
            mailbox.give(job)
        case .stopTraining(let attempt):
            mailbox.stopTraining(attempt)
        case .handOver(let attempt):
            mailbox.handOver(attempt)
        case .discard(let file):
            unlink(file.path)
        case .keep(let file):
            logger.warning("a finished cell was not delivered and stays at \(file.path)")
        case .note(let level, let text):
            note(level, text)
        case .exit(let exit):
            // Closing lingers, so that the goodbye before this gets out.
            socket = nil
            self.exit = exit
        }
    }

    private mutating func send(_ message: Message) throws(ZMQError) {
        guard let socket else { return }
        switch try socket.send(MessageCodec.encode(message)) {
        case .sent: break
        case .wouldBlock, .hostUnreachable, .ended:
            // Whatever matters is said again: heartbeats, hellos, requests and pieces all have their timers.
            dropped += 1
            logger.debug("the queue is full: \(dropped) messages dropped so far")
        }
    }

    private func note(_ level: LinkNote, _ text: String) {
        switch level {
        case .debug: logger.debug("\(text)")
        case .info: logger.info("\(text)")
        case .warning: logger.warning("\(text)")
        case .error: logger.error("\(text)")
        }
    }

    private var options: SocketOptions {
        var options = SocketOptions()
        options.linger = .seconds(2)
        options.security = address.security
        options.isIPv6 = address.endpoint.isIPv6
        // What a lease needs at most, with room to spare.
        options.maximumFrameBytes = 1 << 20
        options.reconnectInterval = address.isLocal ? .milliseconds(100) : .milliseconds(500)
        options.reconnectMaximum = address.isLocal ? .seconds(2) : .seconds(15)
        options.heartbeat = .init(interval: .seconds(10), timeout: .seconds(30))
        options.keepAlive = .init(idle: .seconds(60), interval: .seconds(15), count: 4)
        return options
    }
}
