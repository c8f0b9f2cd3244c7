import Foundation

/// A slot's process as its supervisor sees it.
final class SlotChild {
    /// Its process id.
    let pid: pid_t
    /// When it was started.
    let startedAt: Duration
    private let control: Int32

    /// Starts this very program again as a slot.
    ///
    /// - Parameters:
    ///   - arguments: after the program's name.
    ///   - environment: the whole environment of the process.
    ///   - now: the time of its start.
    /// - Throws: `WorkerFailure` when the system has no room for another process.
    init(arguments: [String], environment: [String: String], now: Duration) throws(WorkerFailure) {
        let pipe = try PrivatePipe()
        defer { _ = close(pipe.readEnd) }

        var files = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&files)
        defer { posix_spawn_file_actions_destroy(&files) }
        posix_spawn_file_actions_adddup2(&files, pipe.readEnd, STDIN_FILENO)
        // stdout is for data, and a slot has none.
        posix_spawn_file_actions_adddup2(&files, STDERR_FILENO, STDOUT_FILENO)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        // A process group of its own: an interrupt from the terminal reaches the supervisor alone.
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))

        var argv = (["grokmap-worker"] + arguments).map { strdup($0) } + [nil]
        var envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer {
            for pointer in argv { free(pointer) }
            for pointer in envp { free(pointer) }
        }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, ProcessIdentity.program, &files, &attributes, &argv, &envp)
        guard code == 0 else {
            _ = close(pipe.writeEnd)
            throw WorkerFailure(
                "start a slot", subject: "grokmap-worker",
                why: "\(String(cString: strerror(code))) (\(code))")
        }
        self.pid = pid
        control = pipe.writeEnd
        startedAt = now
    }

    deinit { _ = close(control) }

    /// Writes a word to the slot; one that is dead does not hear it.
    func say(_ word: String) {
        let line = Array((word + "\n").utf8)
        _ = write(control, line, line.count)
    }

    /// Ends the process at once.
    func kill() { _ = Foundation.kill(pid, SIGKILL) }
}
