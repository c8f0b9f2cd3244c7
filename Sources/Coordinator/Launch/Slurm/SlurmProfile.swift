import Core
import System

/// What a site's Slurm is to be asked for: the YAML file of `--slurm` (cluster/slurm/profile.yaml has every key).
struct SlurmProfile: Sendable, Equatable {
    /// Partition, nil for the site's default.
    var partition: String?
    /// Account that pays, nil for the user's default.
    var account: String?
    /// Wall time as Slurm writes it, nil for the partition's.
    var time: String?
    /// Nodes of one allocation; each gets a worker.
    var nodes = 1
    /// CPUs of each node, nil for what Slurm gives; a worker has a slot for each that was granted.
    var cpusPerNode: Int?
    /// Memory for each CPU as Slurm writes it, nil for the partition's.
    var memoryPerCPU: String?
    /// Allocations to have while there is work.
    var minimum = 1
    /// Allocations to have at most.
    var maximum = 10
    /// Seconds of work that make a further slot worth waiting for.
    var worthSeconds = 300.0
    /// Seconds without work after which an allocation is given back.
    var idleSeconds = 120.0
    /// Seconds between two submissions.
    var spacing = 10.0
    /// Seconds between two looks at the queue.
    var interval = 15.0
    /// The worker program on the nodes, nil for this machine's path.
    var worker: String?
    /// Directory on the nodes of the files that cells name, nil for this machine's.
    var data: String?
    /// Directory on the nodes for results that are not stored yet, nil for a new one in TMPDIR.
    var scratch: String?
    /// Directory for the jobs' output as the nodes see it, nil for the sweep's own.
    var logs: String?
    /// Shell commands before the worker starts.
    var before: [String] = []
    /// Shell commands after it has ended.
    var after: [String] = []
    /// Further options of sbatch.
    var options: [String] = []

    /// What a profile says that says nothing.
    init() {}

    /// Reads a profile.
    ///
    /// - Throws: `CoordinatorError` when the file cannot be read; `SweepError` naming the key that is wrong.
    init(file: String) throws {
        do {
            try self.init(parsing: try SpecText.decode(try Posix.read(file)))
        } catch let error as SweepError {
            throw CoordinatorError("read the profile", file, "\(error)")
        }
    }

    /// Reads a profile's text.
    init(parsing text: String) throws(SweepError) {
        var reader = try MappingReader(try SpecNode(parsing: text), path: "")
        partition = try reader.word("partition")
        account = try reader.word("account")
        time = try reader.word("time")
        if let time, SlurmTime.seconds(time) == nil {
            throw reader.error(
                "time", "\"\(time)\" is no time", hint: "minutes, or [days-]hours:minutes:seconds")
        }
        nodes = try reader.integer("nodes", default: 1, in: 1...10_000)
        if let cpus = try reader.optionalInteger("cpus_per_node", in: 1...100_000) {
            cpusPerNode = cpus
        }
        memoryPerCPU = try reader.word("memory_per_cpu")
        minimum = try reader.integer("minimum", default: minimum, in: 0...100_000)
        maximum = try reader.integer("maximum", default: maximum, in: 1...100_000)
        guard minimum <= maximum else {
            throw reader.error("minimum", "\(minimum) is more than maximum, \(maximum)")
        }
        let seconds = 1.0...1e7
        worthSeconds = try reader.number("worth_seconds", default: worthSeconds, in: seconds)
        idleSeconds = try reader.number("idle_seconds", default: idleSeconds, in: seconds)
        spacing = try reader.number("submit_every", default: spacing, in: 0.1...1e5)
        interval = try reader.number("look_every", default: interval, in: 0.1...1e4)
        worker = try reader.word("worker")
        data = try reader.word("data")
        scratch = try reader.word("scratch")
        logs = try reader.word("logs")
        before = try reader.lines("before")
        after = try reader.lines("after")
        options = try reader.lines("options")
        try reader.finish()
        for option in options where !option.hasPrefix("-") {
            throw reader.error(
                "options", "\"\(option)\" is no option of sbatch",
                hint: "one option each, with its value behind =")
        }
    }

    /// Seconds of wall time, nil where the partition decides.
    var seconds: Int? { time.flatMap(SlurmTime.seconds) }

    /// How allocations are asked for under this profile.
    var policy: AllocationPolicy {
        AllocationPolicy(
            minimum: minimum, maximum: maximum, slotsEach: nodes * (cpusPerNode ?? 1),
            worthSeconds: worthSeconds, idleSeconds: idleSeconds,
            unknownSeconds: max(60, 3 * interval), spacing: spacing)
    }
}

extension MappingReader {
    /// A text or a number as it would be typed, nil when the key is absent.
    fileprivate mutating func word(_ key: String) throws(SweepError) -> String? {
        guard let node = node(key) else { return nil }
        switch node.value {
        case .string(let text): return text
        case .number(let number): return CanonicalJSON.number(number)
        default: throw error(key, "expected a word or a number")
        }
    }

    fileprivate mutating func optionalInteger(
        _ key: String, in range: ClosedRange<Int>
    ) throws(SweepError) -> Int? {
        guard keys.contains(key) else {
            alsoKnown([key])
            return nil
        }
        return try integer(key, default: nil, in: range)
    }

    fileprivate mutating func lines(_ key: String) throws(SweepError) -> [String] {
        var lines: [String] = []
        for item in try list(key) ?? [] {
            guard case .string(let text) = item.value else {
                throw error(key, "expected a list of texts")
            }
            lines.append(text)
        }
        return lines
    }
}
