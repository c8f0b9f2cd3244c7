import Core
@preconcurrency import Glibc
import System

/// Workers as jobs of Slurm, through its own commands: sbatch, squeue and scancel.
final class SlurmLauncher: Launcher {
    let name = "slurm"
    let isRecorded = true
    let policy: AllocationPolicy
    let interval: Double

    private let script: SlurmScript

    /// Seconds that a command of Slurm may take: a busy controller keeps them waiting.
    private static let patience = 60.0

    /// Jobs that run a script.
    init(_ script: SlurmScript) {
        self.script = script
        policy = script.profile.policy
        interval = script.profile.interval
    }

    func submit(_ count: Int) throws(CoordinatorError) -> [String] {
        let answer = try run(["sbatch"] + script.arguments(count: count), script.text)
        guard answer.code == 0 else {
            throw CoordinatorError("submit workers", "sbatch", answer.complaint)
        }
        // --parsable: the job's id, and the cluster's name behind a semicolon where there are several.
        let lines = answer.output.split(whereSeparator: \.isNewline)
        guard let job = lines.last?.split(separator: ";").first.map(String.init), Int(job) != nil
        else {
            throw CoordinatorError(
                "submit workers", "sbatch", "it did not say which job: \(answer.complaint)")
        }
        return SlurmScript.names(job: job, count: count)
    }

    func look(_: [String: Demand.Presence]) throws(CoordinatorError) -> [String: AllocationState] {
        let words = SlurmQueue.arguments(jobName: script.jobName, user: getuid())
        let answer = try run(["squeue"] + words)
        guard answer.code == 0 else {
            throw CoordinatorError("look at the queue", "squeue", answer.complaint)
        }
        var states = SlurmQueue.states(answer.output)
        for (name, state) in states {
            guard case .ended(.failed, let reason) = state, let words = lastWords(of: name) else {
                continue
            }
            states[name] = .ended(.failed, "\(reason): \(words)")
        }
        return states
    }

    func retire(_ names: [String]) throws(CoordinatorError) {
        let answer = try run(["scancel"] + names)
        guard answer.code == 0 else {
            throw CoordinatorError("end workers", "scancel", answer.complaint)
        }
    }

    /// Those jobs of the user's that are this sweep's.
    private var ours: [String] { ["--user=\(getuid())", "--name=\(script.jobName)"] }

    func handOver() {
        // The signal of the end of wall time, to the process in the batch script's place. What it does not reach is
        // cancelled with the rest.
        _ = try? run(["scancel", "--signal=USR1", "--batch", "--state=RUNNING"] + ours)
    }

    func end(patience: Double) -> [String] {
        // Workers have been told to leave by the coordinator; what waits still, or has not heard, goes with this.
        let words = ours
        let manual = "scancel \(words.joined(separator: " "))"
        do throws(CoordinatorError) {
            let answer = try run(["scancel"] + words)
            return answer.code == 0
                ? [] : ["jobs may be left: \(answer.complaint); \(manual) ends them"]
        } catch {
            return ["jobs may be left: \(error); \(manual) ends them"]
        }
    }

    /// Tries a submission without making one.
    ///
    /// - Returns: what Slurm says of it.
    /// - Throws: `CoordinatorError` in Slurm's words when it would refuse.
    static func check(_ script: SlurmScript) throws(CoordinatorError) -> String {
        let command = ChildCommand(
            words: ["sbatch", "--test-only"] + script.arguments(count: 1),
            input: Array(script.text.utf8), patience: patience)
        let answer = try command.run()
        guard answer.code == 0 else {
            throw CoordinatorError(
                "submit workers", "sbatch", answer.complaint,
                hint: "the profile says what is asked for")
        }
        return answer.complaint
    }

    private func run(
        _ words: [String], _ input: String = ""
    ) throws(CoordinatorError) -> ChildCommand.Outcome {
        try ChildCommand(
            words: words, input: Array(input.utf8), patience: SlurmLauncher.patience
        ).run()
    }

    /// The last line that a job wrote, where its log can be seen from here.
    private func lastWords(of name: String) -> String? {
        let bytes = (try? Posix.read("\(script.logs)/\(name).log", atMost: 1 << 24)) ?? []
        return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).last
            .map { String($0).onOneLine(atMost: 300) }
    }
}
