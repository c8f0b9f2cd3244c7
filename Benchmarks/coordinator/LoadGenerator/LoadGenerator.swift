import ArgumentParser
import Core
@preconcurrency import Glibc
import ZeroMQ

/// Plays slots that train nothing against a running coordinator, and measures the coordinator.
///
/// Every subcommand prints one JSON object. Times are monotonic, sizes bytes.
@main
struct LoadGenerator: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "LoadGenerator",
        abstract: "Measure a coordinator with slots that train nothing.",
        discussion: "Start one with: grokmap run SWEEP --slots 0 --bind tcp://127.0.0.1:*",
        subcommands: [
            HoldCommand.self, LeasesCommand.self, RoundTripCommand.self, ResultsCommand.self,
            TransferCommand.self,
        ])
}

/// The coordinator to be measured.
struct TargetOptions: ParsableArguments {
    @Option(help: "The coordinator's address.")
    var connect: String

    @Option(help: "The coordinator's process.")
    var pid: Int32

    @Option(help: "How many slots to play.")
    var slots = 32

    @Option(help: "File with this worker's keys, where the address is encrypted.")
    var key: String?

    @Option(help: "The coordinator's public key.")
    var serverKey: String?

    func validate() throws {
        guard slots > 0 else { throw ValidationError("--slots must be 1 or more") }
    }

    /// The slots, registered.
    func crew() throws -> Crew { try Crew(slots, connect, security: security()) }

    private func security() throws -> SocketOptions.Security {
        guard let key, let serverKey else { return .none }
        let words = try Bytes.text(of: key).split(whereSeparator: \.isWhitespace).map(String.init)
        guard let place = words.firstIndex(of: "secret"), place + 1 < words.count,
            let secret = CurveKey(z85: words[place + 1]), let server = CurveKey(z85: serverKey)
        else { throw ValidationError("\(key) or the server key holds no key") }
        return .curveClient(try CurveKeyPair(secretKey: secret), server: server)
    }
}

/// The sweep that the coordinator runs, planned here once more.
struct SweepOptions: ParsableArguments {
    @Argument(help: "The sweep file.")
    var sweep: String

    @Option(name: .customLong("set"), help: "As given to the coordinator: key.path=value.")
    var settings: [String] = []

    /// The plan.
    func plan() throws -> SweepPlan {
        try SweepPlan(
            try SweepSpec(parsing: try Bytes.text(of: sweep), named: sweep, overrides: settings))
    }
}

/// Why a measurement could not be made.
struct LoadError: Error, CustomStringConvertible {
    /// One line.
    var description: String

    /// An error in these words.
    init(_ description: String) { self.description = description }
}
