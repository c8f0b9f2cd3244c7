import Core

/// What sbatch is given: options, and a batch script that starts a worker on each node of the allocation.
///
/// The join token stands in the script, which sbatch reads from its standard input: it is on no command line, and Slurm
/// shows scripts to their owner and its administrators only.
struct SlurmScript: Sendable, Equatable {
    /// What is asked for.
    var profile: SlurmProfile
    /// The name of every job of this sweep, by which they are found again.
    var jobName: String
    /// The worker program on the nodes.
    var worker: String
    /// What workers are told.
    var options: WorkerOptions
    /// The line that lets them in.
    var token: String
    /// Where jobs write what they say.
    var logs: String

    /// Seconds before the wall time at which Slurm, too, reminds the worker; it knows of later changes to the limit.
    private var reminder: Int { min(60, max(5, (profile.seconds ?? 600) / 10)) }

    /// The options of sbatch for so many allocations at once.
    func arguments(count: Int) -> [String] {
        var words = ["--parsable", "--job-name=\(jobName)", "--nodes=\(profile.nodes)"]
        words += ["--ntasks-per-node=1", "--requeue", "--open-mode=append"]
        words += ["--signal=B:USR1@\(reminder)"]
        words += ["--output=\(logs)/\(count > 1 ? "%A_%a" : "%j").log"]
        if count > 1 { words.append("--array=0-\(count - 1)") }
        if let partition = profile.partition { words.append("--partition=\(partition)") }
        if let account = profile.account { words.append("--account=\(account)") }
        if let time = profile.time { words.append("--time=\(time)") }
        if let cpus = profile.cpusPerNode { words.append("--cpus-per-task=\(cpus)") }
        if let memory = profile.memoryPerCPU { words.append("--mem-per-cpu=\(memory)") }
        return words + profile.options
    }

    /// The names that a submission's allocations have for Slurm and for us.
    static func names(job: String, count: Int) -> [String] {
        count > 1 ? (0..<count).map { "\(job)_\($0)" } : [job]
    }

    /// The batch script.
    var text: String {
        var command = [worker, "--join", "-"]
        command += options.arguments
        var words = command.map(SlurmScript.quoted)
        words += ["--allocation", "\"slurm:$allocation\"", "$wall"]
        let start = (profile.nodes > 1 ? SlurmScript.step : "") + words.joined(separator: " ")
        let lines =
            [
                "#!/bin/sh", "# A worker of grokmap on each node of this allocation.",
                "begin=$(date +%s)",
            ]
            + profile.before
            + [
                "allocation=${SLURM_ARRAY_JOB_ID:-$SLURM_JOB_ID}"
                    + "${SLURM_ARRAY_TASK_ID:+_$SLURM_ARRAY_TASK_ID}", wall,
            ]
        return (lines + run(start)).joined(separator: "\n") + "\n"
    }

    /// One worker per node; a node that fails leaves the others alone.
    private static let step = "srun --ntasks-per-node=1 --kill-on-bad-exit=0 "

    /// Old versions of Slurm do not say when a job will end; then it is what was asked for, since the job began.
    private var wall: String {
        guard let seconds = profile.seconds else { return "wall=" }
        return "wall=; [ -n \"$SLURM_JOB_END_TIME\" ] || "
            + "wall=\"--wall-time $(( \(seconds) - $(date +%s) + begin ))\""
    }

    private func run(_ start: String) -> [String] {
        let here = ["<<'GROKMAP_JOIN'", token, "GROKMAP_JOIN"]
        guard !profile.after.isEmpty else {
            // In the shell's place, so that Slurm's signals reach it.
            return ["exec \(start) \(here[0])"] + here.dropFirst()
        }
        // Slurm may signal every process of the job or its shell alone: passed on as another signal, the worker takes both
        // for one.
        return ["\(start) \(here[0]) &"] + here.dropFirst()
            + [
                "worker=$!", "trap 'kill -USR2 $worker 2>/dev/null' TERM USR1",
                "wait $worker; code=$?",
                "while kill -0 $worker 2>/dev/null; do wait $worker; code=$?; done",
                "trap - TERM USR1",
            ] + profile.after + ["exit $code"]
    }

    /// A word as the shell takes it for one.
    static func quoted(_ word: String) -> String {
        let plain = Set(
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:,=+".utf8)
        if !word.isEmpty, word.utf8.allSatisfy(plain.contains) { return word }
        return "'" + word.replacing("'", with: "'\\''") + "'"
    }
}
