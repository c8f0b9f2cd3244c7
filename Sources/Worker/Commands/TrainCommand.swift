import ArgumentParser
import BLAS
import Core
import Foundation
import Results
import System
import Training

/// `grokmap-worker train`: one cell without a coordinator.
struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Train one cell and write its file.",
        discussion: """
            CONFIG holds the cell mapping of a sweep file, in JSON or YAML, with an \
            optional seed and an optional record mapping.
            """)

    @Argument(help: "The cell's configuration.")
    var config: String

    @Option(help: "The file to write; it must not exist.")
    var out: String

    @OptionGroup var files: DataOptions

    @Option(help: "Changes to the phase rule: gap=500,train_accuracy=0.95.")
    var rule: String?

    @Option(
        help: "When to stop: decided, budget, reachable, or a cut as validation_accuracy@400>0.2.")
    var stop = StopPolicy.decided

    @Option(help: ArgumentHelp(blasCoreHelp, valueName: "core"))
    var blasCore = "inherit"

    @Option(help: "What to print at the end: text or json.")
    var format = OutputFormat.text

    @Option(help: "Where to keep how far training is; removed at its end.")
    var checkpoint: String?

    @Option(
        help: ArgumentHelp("Training time between two checkpoints.", valueName: "seconds"))
    var checkpointEvery = 60.0

    @Flag(help: "Show no progress.")
    var quiet = false

    /// Refuses what cannot be meant.
    func validate() throws {
        guard checkpointEvery > 0, checkpointEvery < 1e9 else {
            throw ValidationError("--checkpoint-every \(checkpointEvery): must be above 0")
        }
    }

    /// Trains the cell.
    func run() throws {
        let environment = try TrainingEnvironment(
            blasCore: blasCore, inherited: ProcessInfo.processInfo.environment)
        var job = try CellRequest(path: config, rule: rule, stop: stop, data: files.directory).job
        try checkOutput()
        try environment.enter()
        job.images = try files.directory.images(of: job.definition.configuration.task)
        job.given = try files.directory.given(job.definition.configuration)
        let author = CellAuthor(
            worker: "train", host: ProcessIdentity.host, blasCore: OpenBLAS.coreName,
            kernels: try TrainingEnvironment.kernels(named: environment.kernelSet))
        let file = checkpoint.map(CheckpointFile.init)
        job.checkpoint = try file?.read(
            for: job.origin(engine: author.engine, blasCore: author.blasCore))
        job.stateFrom = job.checkpoint.map { "step \($0.step)" }
        guard let cell = try train(job, author, file) else { return }
        do {
            try CellFile.write(cell, to: out)
        } catch {
            throw WorkerFailure("write cell", subject: out, why: "\(error)")
        }
        file?.remove()
        for gap in cell.outcome.curve.measures.compactMap(\.gap) where !quiet {
            FileHandle.standardError.write(Data("warning: \(gap)\n".utf8))
        }
        let report = CellReport(cell).text(format)
        switch format {
        case .json: StandardOutput.data(report)
        case .text: print(report)
        }
    }

    /// Trains the cell, showing progress and keeping checkpoints.
    private func train(
        _ job: TrainingJob, _ author: CellAuthor, _ file: CheckpointFile?
    ) throws(WorkerFailure) -> StoredCell? {
        var meter = ProgressMeter(
            budget: job.definition.configuration.steps,
            style: quiet ? .silent : isatty(STDERR_FILENO) == 1 ? .live : .lines)
        defer { meter.finish() }
        let clock = SuspendingClock()
        let begin = clock.now
        var schedule = CheckpointSchedule(every: file == nil ? nil : .seconds(checkpointEvery))
        var failure: WorkerFailure?
        let cell: StoredCell?
        do throws(StateError) {
            cell = try author.train(job) { moment in
                meter.show(step: moment.step, moment.evaluation)
                let elapsed = clock.now - begin
                guard schedule.isDue(at: elapsed), let file else { return true }
                do throws(WorkerFailure) {
                    try file.write(author.checkpoint(of: job, moment, elapsed: elapsed))
                } catch {
                    failure = error
                }
                return failure == nil
            }
        } catch {
            throw file?.unusable(error.description)
                ?? WorkerFailure("train", subject: config, why: error.description)
        }
        if let failure { throw failure }
        return cell
    }

    /// An hour of training must not end at a file that cannot be written.
    private func checkOutput() throws(WorkerFailure) {
        guard !FileManager.default.fileExists(atPath: out) else {
            throw WorkerFailure(
                "write cell", subject: out, why: "the file exists",
                hint: "cell files are never overwritten; name another")
        }
        let directory = URL(fileURLWithPath: out).deletingLastPathComponent().path
        guard access(directory, W_OK) == 0 else {
            let code = errno
            throw WorkerFailure(
                "write cell", subject: directory,
                why: "\(String(cString: strerror(code))) (\(code))")
        }
    }
}

/// How a command prints its data.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    case text
    case json
}

extension StopPolicy: ExpressibleByArgument {}
