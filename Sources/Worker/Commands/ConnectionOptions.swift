import ArgumentParser

/// How a worker and its slots reach their coordinator.
struct ConnectionOptions: ParsableArguments {
    @Option(help: "Where the coordinator listens: tcp://host:port or ipc://path.")
    var connect: String

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

    @Flag(help: "Say nothing but errors.")
    var quiet = false

    /// A worker that `grokmap run` started is of no use for long without it; one started by hand may await a restart.
    var patienceSeconds: Double { patience ?? (launch == nil ? 600 : 60) }

    /// Refuses what cannot be meant.
    func validate() throws {
        guard patienceSeconds > 0, patienceSeconds < 1e9 else {
            throw ValidationError("--patience \(patienceSeconds): must be more than 0 seconds")
        }
    }

    /// The address with its keys.
    func address() throws(WorkerFailure) -> CoordinatorAddress {
        try CoordinatorAddress(connect, keyFile: key, serverKey: serverKey)
    }

    /// The arguments that hand these options on to a slot.
    var arguments: [String] {
        var arguments = ["--connect", connect, "--patience", "\(patienceSeconds)"]
        if let key { arguments += ["--key", key] }
        if let serverKey { arguments += ["--server-key", serverKey] }
        if let launch { arguments += ["--launch", launch] }
        if quiet { arguments.append("--quiet") }
        return arguments
    }
}
