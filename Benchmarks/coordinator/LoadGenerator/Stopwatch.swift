import Core
@preconcurrency import Glibc

/// What a process has used so far.
struct ProcessUsage {
    /// Processor time of all its threads in seconds, to a hundredth.
    let cpuSeconds: Double
    /// Resident memory in bytes.
    let residentBytes: Int
    /// The most it ever had.
    let peakBytes: Int

    /// Reads `/proc` (proc(5)).
    ///
    /// - Throws: `LoadError` when there is no such process.
    init(_ pid: Int32) throws(LoadError) {
        // The name stands in parentheses and may hold anything.
        let stat = try Bytes.text(of: "/proc/\(pid)/stat")
        let fields = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ")
        guard fields.count > 12, let user = Double(fields[12]), let system = Double(fields[13])
        else { throw LoadError("cannot read /proc/\(pid)/stat") }
        cpuSeconds = (user + system) / Double(sysconf(CInt(_SC_CLK_TCK)))
        let status = try Bytes.text(of: "/proc/\(pid)/status")
        func bytes(_ name: String) -> Int {
            let line = status.split(separator: "\n").first { $0.hasPrefix(name) }
            return 1024 * (line?.split { !$0.isNumber }.first.flatMap { Int($0) } ?? 0)
        }
        residentBytes = bytes("VmRSS:")
        peakBytes = bytes("VmHWM:")
    }
}

/// The time that something takes, and what coordinator and load generator use meanwhile.
struct Stopwatch {
    private let pid: Int32
    private let usage: ProcessUsage
    private let own: ProcessUsage
    private let start = ContinuousClock.now

    /// Starts.
    init(_ pid: Int32) throws(LoadError) {
        self.pid = pid
        own = try ProcessUsage(getpid())
        usage = try ProcessUsage(pid)
    }

    /// Seconds since the start.
    var seconds: Double { start.duration(to: .now) / .seconds(1) }

    /// What has been measured, for so many cells.
    func report(
        _ mode: String, slots: Int, cells: Int, _ more: [String: Double] = [:]
    ) throws(LoadError) -> Report {
        let seconds = seconds
        let after = try ProcessUsage(pid)
        var report = Report(mode: mode, slots: slots)
        report.note("cells", Double(cells))
        report.note("seconds", seconds)
        report.note("cells_per_second", Double(cells) / seconds)
        let cpu = after.cpuSeconds - usage.cpuSeconds
        report.note("coordinator_cpu_ms_per_cell", 1000 * cpu / Double(max(cells, 1)))
        report.note("coordinator_cores", cpu / seconds)
        report.note("own_cores", (try ProcessUsage(getpid()).cpuSeconds - own.cpuSeconds) / seconds)
        report.note("coordinator_resident_bytes", Double(after.residentBytes))
        report.note("coordinator_peak_bytes", Double(after.peakBytes))
        for (name, value) in more { report.note(name, value) }
        return report
    }
}

/// One line of JSON about one measurement.
struct Report {
    private var members: [String: JSONValue]

    /// A report of nothing yet.
    init(mode: String, slots: Int) {
        members = ["mode": .string(mode), "slots": .number(Double(slots))]
    }

    /// Puts a figure in.
    mutating func note(_ name: String, _ value: Double) { members[name] = .number(value) }

    /// Prints the line.
    func show() { print(CanonicalJSON.text(.object(members))) }
}
