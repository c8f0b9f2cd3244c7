import SHA256

/// What is said to the shell of a host; plain POSIX, with the tools that every Linux has. No secret is in any of it: those come
/// on standard input.
struct RemoteCommands: Sendable {
    /// The host.
    var host: RemoteHost
    /// The bundle's name, nil where the host has a worker of its own.
    var bundle: String?
    /// Tells this sweep's files on the host from those of others.
    var mark: String

    /// A worker that was started: its process, and when that began by the host's own clock, so that nobody else's is meant
    /// that comes to have its number.
    struct Started: Sendable, Equatable {
        /// Process id, and of the session that its slots are in.
        var pid: Int
        /// Start time in `/proc/PID/stat`.
        var stamp: Int
    }

    private var base: String {
        host.directory.map { "base=\(SlurmScript.quoted($0)); " }
            ?? "base=${XDG_CACHE_HOME:-$HOME/.cache}/grokmap; "
    }

    private var here: String { base + (bundle.map { "b=$base/\($0); " } ?? "") }
    // Hosts may share a home directory.
    private var log: String { "\"$base/run/\(mark).\(host.address).log\"" }
    /// Which process the worker is: its id, start time, and a hash of what it was told.
    private var note: String { "\"$base/run/\(mark).\(host.address).worker\"" }

    /// Says `present` where the bundle lies unharmed.
    var probe: String {
        here
            + "cd \"$b\" 2>/dev/null && [ \"$(sha256sum SHA256SUMS | cut -d' ' -f1)\" = \(bundle ?? "") ]"
            + " && sha256sum --quiet -c SHA256SUMS >/dev/null 2>&1 && echo present || echo absent"
    }

    /// Unpacks the bundle from standard input; it is there wholly and right, or not at all.
    var copy: String {
        here + "set -e; umask 077; mkdir -p \"$base\"; t=$(mktemp -d \"$base/.new-XXXXXX\"); "
            + "trap 'rm -rf \"$t\"' EXIT; tar -xzf - -C \"$t\"; cd \"$t\"; "
            + "[ \"$(sha256sum SHA256SUMS | cut -d' ' -f1)\" = \(bundle ?? "") ]; "
            + "sha256sum --quiet -c SHA256SUMS; rm -rf \"$b\"; mv \"$t\" \"$b\"; mkdir \"$t\""
    }

    /// Starts the worker, which reads the join token from standard input, in a session of its own, so that it outlives this
    /// connection; says its process and start time. One that an earlier coordinator of this sweep has left behind stays if it
    /// was told the same, and is asked to leave if not.
    func start(_ options: WorkerOptions, _ token: String) -> String {
        var options = options
        options.data = host.data ?? options.data
        options.scratch = nil
        var words = options.arguments.map(SlurmScript.quoted)
        words += ["--join", "-", "--allocation", SlurmScript.quoted("ssh:\(host.address)")]
        if let slots = host.slots { words += ["--slots", "\(slots)"] }
        let program = host.worker.map(SlurmScript.quoted) ?? "\"$b/bin/grokmap-worker\""
        let libraries = bundle == nil ? "" : "LD_LIBRARY_PATH=\"$b/lib\"; export LD_LIBRARY_PATH; "
        let order = "\(program) \(words.joined(separator: " "))"
        let told = SHA256Digest.hex(of: Array("\(bundle ?? "") \(order) \(token)".utf8))
        return here + "umask 077; mkdir -p \"$base/run\" && cd \"$base/run\" || exit 1; "
            + "since() { cut -d' ' -f22 \"/proc/$1/stat\" 2>/dev/null; }; "
            + "if [ -r \(note) ] && read -r p s t <\(note) && [ \"$s\" ] && [ \"$(since \"$p\")\" = \"$s\" ]; "
            + "then if [ \"$t\" = \(told) ]; then cat >/dev/null; echo \"started $p $s\"; exit 0; fi; "
            + "kill -TERM \"$p\"; fi; " + libraries
            + "exec 3<&0; setsid \(order) <&3 3<&- >\(log) 2>&1 & "
            + "s=$(since $!); echo \"$! $s \(told)\" >\(note); echo \"started $! $s\""
    }

    /// What `start` printed, nil for something else.
    static func started(_ output: String) -> Started? {
        for line in output.split(whereSeparator: \.isNewline) {
            let words = line.split(separator: " ")
            guard words.count == 3, words[0] == "started", let pid = Int(words[1]), pid > 1,
                let stamp = Int(words[2])
            else { continue }
            return Started(pid: pid, stamp: stamp)
        }
        return nil
    }

    private func alive(_ worker: Started) -> String {
        "alive() { [ \"$(cut -d' ' -f22 /proc/\(worker.pid)/stat 2>/dev/null)\" = \(worker.stamp) ]; }; "
    }

    /// Says `alive`, or the last line that the worker wrote.
    func look(_ worker: Started) -> String {
        here + alive(worker)
            + "if alive; then echo alive; else echo \"dead $(tail -n 1 \(log))\"; fi"
    }

    /// Asks the worker to hand over what it is training.
    func handOver(_ worker: Started) -> String {
        alive(worker) + "alive && kill -TERM \(worker.pid); true"
    }

    /// Ends the worker with its slots: waits, asks, asks again, kills; says `left` or `gone`, then what it wrote.
    func end(_ worker: Started, patience: Double) -> String {
        let pid = worker.pid
        func wait(_ seconds: Double) -> String {
            "i=0; while alive && [ $i -lt \(Int(seconds * 10)) ]; do sleep 0.1; i=$((i+1)); done; "
        }
        // Field 6 of a process is its session.
        let session =
            "members() { for p in /proc/[0-9]*; do read -r s < \"$p/stat\" || continue; "
            + "set -- ${s##*)}; [ \"$4\" = \(pid) ] && echo \"${p#/proc/}\"; done 2>/dev/null; }; "
        return here + alive(worker) + session + wait(patience)
            + "alive && kill -TERM \(pid) && sleep 0.5 && alive && kill -TERM \(pid); " + wait(6)
            + "for p in $(members); do kill -KILL $p; done; sleep 0.1; "
            + "[ -z \"$(members)\" ] && rm -f \(note) && echo gone || echo left; tail -c 1000000 \(log)"
    }
}
