@preconcurrency import Glibc

/// What a program settles about itself before anything else: its standard streams, and the limits it was started under.
package enum ProcessStart {
    /// Opens the standard streams that are closed, raises what may be raised, and finds what leaves no room to work.
    ///
    /// Beyond these limits libraries end the process with a signal, or wait for ever, without a word.
    ///
    /// - Returns: one line naming the limit, nil where there is room.
    package static func limitation() -> String? {
        openStandardStreams()
        // Writing beyond the limit on lengths is then an error of the call, with its reason.
        signal(SIGXFSZ, SIG_IGN)
        raiseOpenFiles()
        for (number, least, unit, what, option) in needs {
            guard let limit = limit(number), limit < least * unit else { continue }
            let words = unit == 1 ? "" : " KiB"
            return "the limit on \(what) (ulimit \(option)) is \(limit / unit)\(words); "
                + "at least \(least)\(words) are needed"
        }
        let threads = startable(leastThreads)
        guard threads == leastThreads else {
            return "no more than \(threads) threads can be started (ulimit -u); "
                + "at least \(leastThreads) are needed"
        }
        return nil
    }

    private static let leastThreads = 12

    /// What is needed: descriptors for the ledger, sockets and a few slots; the libraries' own memory; the ledger's longest
    /// log; some time to train.
    private static var needs: [(Int, UInt64, UInt64, String, String)] {
        [
            (Int(RLIMIT_NOFILE.rawValue), 64, 1, "open files", "-n"),
            (Int(RLIMIT_AS.rawValue), 1 << 20, 1024, "memory", "-v"),
            (Int(RLIMIT_STACK.rawValue), 1024, 1024, "the stack", "-s"),
            (Int(RLIMIT_FSIZE.rawValue), 1 << 16, 1024, "the length of files", "-f"),
            (Int(RLIMIT_CPU.rawValue), 60, 1, "processor time in seconds", "-t"),
        ]
    }

    /// A descriptor that is free among the first three would become the next file or socket, and be written to as a
    /// standard stream.
    private static func openStandardStreams() {
        while true {
            // open(2) takes the lowest that is free.
            let descriptor = open("/dev/null", O_RDWR)
            guard descriptor > STDERR_FILENO || descriptor < 0 else { continue }
            if descriptor >= 0 { close(descriptor) }
            return
        }
    }

    private static func raiseOpenFiles() {
        let number = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(number, &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        // Where it is refused, the limit stays what it was.
        setrlimit(number, &limit)
    }

    private static func limit(_ number: Int) -> UInt64? {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(number), &limit) == 0 else { return nil }
        return UInt64(limit.rlim_cur)
    }

    /// How many of so many threads can be there at once.
    private static func startable(_ count: Int) -> Int {
        let gate = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
        defer { gate.deallocate() }
        sem_init(gate, 0, 0)
        var threads: [pthread_t] = []
        for _ in 0..<count {
            var thread = pthread_t()
            let code = pthread_create(
                &thread, nil,
                { gate in
                    _ = gate.map { sem_wait($0.assumingMemoryBound(to: sem_t.self)) }
                    return nil
                }, gate)
            guard code == 0 else { break }
            threads.append(thread)
        }
        for _ in threads { sem_post(gate) }
        for thread in threads { pthread_join(thread, nil) }
        sem_destroy(gate)
        return threads.count
    }
}
