@preconcurrency import Glibc

/// How many files and connections this process may have open.
enum OpenFiles {
    /// Raises the limit as far as this user may: each slot is a connection, and where strangers can knock, so is each of
    /// them; without room for another file no result could be stored.
    static func raiseLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        // Where it is refused, the limit stays what it was.
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
