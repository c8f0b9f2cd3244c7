import Foundation

/// Listens to the slot's supervisor (stdin) and to signals, and passes on what they ask for.
///
/// The supervisor writes a line `drain` or `stop`; the end of its pipe means that it is dead, and the slot goes on as an
/// orphan: it finishes and delivers what it holds.
struct ControlThread: Sendable {
    /// Where the link finds what was asked for.
    let mailbox: TrainerMailbox

    /// Signals that all mean drain, however often they come; stopping is the supervisor's word alone, because batch systems
    /// signal every process of a job while the supervisor passes the signal on as well.
    static let signals: [Int32] = [SIGTERM, SIGINT, SIGUSR1, SIGUSR2]

    /// Starts listening.
    func start() throws(WorkerFailure) {
        let signals = try SignalPipe.open(ControlThread.signals)
        let thread = Thread { [self] in listen(signals) }
        thread.name = "control"
        thread.stackSize = 256 << 10
        thread.start()
    }

    private func listen(_ signals: Int32) {
        var items = [
            pollfd(fd: signals, events: Int16(POLLIN), revents: 0),
            pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
        ]
        var pending = ""
        while true {
            guard poll(&items, nfds_t(items.count), -1) > 0 else { continue }
            for signal in SignalPipe.read(signals) {
                mailbox.post(.drain(reason: "signal \(signal)", handOver: true))
            }
            guard items[1].revents != 0 else { continue }
            var buffer = [UInt8](repeating: 0, count: 256)
            let count = read(STDIN_FILENO, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                mailbox.post(.drain(reason: "the supervisor is gone", handOver: false))
                // A negative descriptor is one that poll(2) passes over.
                items[1].fd = -1
                continue
            }
            pending += String(decoding: buffer.prefix(count), as: UTF8.self)
            while let end = pending.firstIndex(of: "\n") {
                obey(pending[..<end])
                pending.removeSubrange(...end)
            }
        }
    }

    private func obey(_ word: Substring) {
        switch word {
        case "drain":
            mailbox.post(.drain(reason: "asked to by the supervisor", handOver: true))
        case "stop": mailbox.post(.stop(reason: "the worker was stopped"))
        default: break
        }
    }
}
