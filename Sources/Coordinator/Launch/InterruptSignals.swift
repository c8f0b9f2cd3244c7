@preconcurrency import Glibc
import System

/// Interrupts as values: INT, TERM and HUP are blocked in every thread started from now on and taken here, so that no
/// handler ever runs in the middle of anything. Those that were ignored at the start stay ignored: blocked, the kernel
/// would keep them for us (signal(7)).
struct InterruptSignals {
    private var set = sigset_t()

    /// Blocks the signals in this thread; make it before any other thread is started.
    init() {
        sigemptyset(&set)
        for signal in Signals.takeable([SIGINT, SIGTERM, SIGHUP]) { sigaddset(&set, signal) }
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Waits at most so long.
    ///
    /// - Returns: the signal that came, nil for none.
    func wait(milliseconds: Int) -> CInt? {
        var set = set
        var time = timespec(
            tv_sec: milliseconds / 1000, tv_nsec: (milliseconds % 1000) * 1_000_000)
        let signal = sigtimedwait(&set, nil, &time)
        return signal > 0 ? signal : nil
    }
}
