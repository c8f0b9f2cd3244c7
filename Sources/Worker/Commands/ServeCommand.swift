import ArgumentParser
import Core
import Foundation
import Logging
import System

/// `grokmap-worker --connect …`: the supervisor.
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Train for a coordinator (the default).")

    @OptionGroup var connection: ConnectionOptions

    @OptionGroup var files: DataOptions

    @Option(help: "Trainer processes; as many as there are CPUs to use by default.")
    var slots: Int?

    @Option(help: ArgumentHelp(blasCoreHelp, valueName: "core"))
    var blasCore = "inherit"

    @Option(help: "Directory for results that are not delivered yet.")
    var scratch: String?

    @Option(
        help: ArgumentHelp(
            "When this machine will be taken away, from now: seconds or [days-]hours:minutes:seconds; "
                + "Slurm's own limit is known.", valueName: "time"))
    var wallTime: String?

    @Option(
        help: ArgumentHelp(
            "Training time between two checkpoints of a cell; 0 for none but when leaving.",
            valueName: "seconds"))
    var checkpointEvery = 60.0

    @Option(
        help: ArgumentHelp(
            "Restart a trainer that has made no step for this long.",
            valueName: "seconds"))
    var stalledAfter = 1200.0

    /// Refuses what cannot be meant.
    func validate() throws {
        if let slots, !(1...4096).contains(slots) {
            throw ValidationError("--slots \(slots): must be between 1 and 4096")
        }
        guard checkpointEvery >= 0, checkpointEvery < 1e9 else {
            throw ValidationError("--checkpoint-every \(checkpointEvery): must not be negative")
        }
        guard stalledAfter > 0, stalledAfter < 1e9 else {
            throw ValidationError("--stalled-after \(stalledAfter): must be more than 0")
        }
    }

    /// Supervises until every slot has left.
    func run() throws {
        var connection = connection
        if connection.join != "-" { _ = try connection.address() }
        let environment = try TrainingEnvironment(
            blasCore: blasCore, inherited: ProcessInfo.processInfo.environment)
        let worker = ProcessIdentity.randomName()
        let directory = try ScratchDirectory(scratch, worker: worker)
        let token = try connection.keepToken(in: directory.path)
        defer {
            if let token { unlink(token) }
            directory.removeIfOurs()
        }
        let address = try connection.address().endpoint
        let logger = Logger(process: "worker", quiet: connection.quiet)
        let count = slots ?? SlotCount.allowed()
        let noun = count == 1 ? "slot" : "slots"
        logger.info("\(count) \(noun) for \(address), kernels \(environment.kernelSet)")
        if let note = environment.note { logger.info("\(note)") }
        if let slots, slots > SlotCount.allowed() {
            logger.warning(
                "\(slots) slots on \(SlotCount.allowed()) cores will slow each other down")
        }
        let wallTime = try WallTime(
            option: wallTime, environment: ProcessInfo.processInfo.environment, at: .now)
        var arguments =
            ["slot"] + connection.arguments + ["--data", files.directory.path]
            + ["--worker", worker, "--scratch", directory.path, "--kernels", environment.kernelSet]
            + ["--checkpoint-every", "\(checkpointEvery)", "--stalled-after", "\(stalledAfter)"]
        if let wallTime {
            arguments += ["--wall-ends", "\(WallTime.monotonicNow + wallTime.seconds)"]
        }
        var supervisor = try Supervisor(
            .init(
                slots: count, arguments: arguments, environment: environment.variables,
                places: Processors.places(
                    slots: count, nodes: Processors.nodes(Processors.allowed() ?? [])),
                notifier: ServiceNotifier(ProcessInfo.processInfo.environment),
                drainAfter: wallTime.map { .seconds($0.seconds - $0.margin) }), logger: logger)
        let code = try supervisor.run()
        guard code == 0 else {
            directory.removeIfOurs()
            throw ExitCode(code)
        }
    }
}

/// What `--blas-core` says of itself.
let blasCoreHelp: String =
    "OpenBLAS kernels: inherit OPENBLAS_CORETYPE, auto for the widest that multiply rightly here, "
    + "or a core's name for results that are bit-identical on unlike machines."
