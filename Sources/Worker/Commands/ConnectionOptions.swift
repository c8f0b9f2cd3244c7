import ArgumentParser
import Foundation

/// How a worker and its slots reach their coordinator.
struct ConnectionOptions: ParsableArguments {
    @Option(help: "Where the coordinator listens: tcp://host:port or ipc://path.")
    var connect: String?

    @Option(
        help: ArgumentHelp(
            "Instead of --connect and keys: a file with the line of grokmap keys invite; - reads it "
                + "from standard input.", valueName: "file"))
    var join: String?

    @Option(help: "File with this worker's secret key; needed for another machine.")
    var key: String?

    @Option(help: ArgumentHelp("The coordinator's public key.", valueName: "z85"))
    var serverKey: String?

    @Option(
        help: ArgumentHelp(
            "Leave after this long without a word from the coordinator.", valueName: "seconds"))
    var patience: Double?

    @Option(help: .hidden)
    var launch: String?

    @Option(help: .hidden)
    var allocation: String?

    @Flag(help: "Say nothing but errors.")
    var quiet = false

    /// A worker that `grokmap run` started is of no use for long without it; one started by hand may await a restart.
    var patienceSeconds: Double { patience ?? (launch == nil ? 600 : 60) }

    /// Refuses what cannot be meant.
    func validate() throws {
        guard (connect == nil) != (join == nil) else {
            throw ValidationError("name the coordinator: either --connect ADDRESS or --join FILE")
        }
        if join != nil, key != nil || serverKey != nil {
            throw ValidationError("--join brings its own keys: leave --key and --server-key out")
        }
        guard patienceSeconds > 0, patienceSeconds < 1e9 else {
            throw ValidationError("--patience \(patienceSeconds): must be more than 0 seconds")
        }
    }

    /// The address with its keys.
    func address() throws(WorkerFailure) -> CoordinatorAddress {
        if let join { return try CoordinatorAddress(joining: join) }
        return try CoordinatorAddress(connect ?? "", keyFile: key, serverKey: serverKey)
    }

    /// Where slots find a token that was read from standard input, which only one process can read.
    ///
    /// - Parameter directory: a directory of this worker's.
    /// - Returns: a private file to be removed at the end, nil where nothing was read.
    /// - Throws: `WorkerFailure` when the file cannot be written.
    mutating func keepToken(in directory: String) throws(WorkerFailure) -> String? {
        guard join == "-" else { return nil }
        let path = directory + "/join." + ProcessIdentity.randomName()
        let bytes = Array((readLine() ?? "").utf8)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw WorkerFailure("join", subject: path, why: String(cString: strerror(errno)))
        }
        defer { _ = close(descriptor) }
        guard write(descriptor, bytes, bytes.count) == bytes.count else {
            throw WorkerFailure("join", subject: path, why: "the disk is full")
        }
        join = path
        return path
    }

    /// The arguments that hand these options on to a slot.
    var arguments: [String] {
        var arguments = ["--patience", "\(patienceSeconds)"]
        if let connect { arguments += ["--connect", connect] }
        if let join { arguments += ["--join", join] }
        if let key { arguments += ["--key", key] }
        if let serverKey { arguments += ["--server-key", serverKey] }
        if let launch { arguments += ["--launch", launch] }
        if let allocation { arguments += ["--allocation", allocation] }
        if quiet { arguments.append("--quiet") }
        return arguments
    }
}
