@preconcurrency import Glibc

/// How many trainers this process may run: one for each physical core, within what affinity (with cpusets), control groups and
/// Slurm allow.
package enum SlotCount {
    /// The number for this process, at least 1.
    package static func allowed() -> Int {
        smallest(
            cores: cores(), quota: quota(),
            slurm: granted(
                perTask: number("SLURM_CPUS_PER_TASK"), onNode: number("SLURM_CPUS_ON_NODE"),
                tasks: number("SLURM_NTASKS_PER_NODE")))
    }

    /// CPUs that Slurm has granted to a task: as many as were asked for each, else its share of the job's on this node.
    package static func granted(perTask: Int?, onNode: Int?, tasks: Int?) -> Int? {
        perTask ?? onNode.map { max(1, $0 / max(1, tasks ?? 1)) }
    }

    private static func number(_ variable: String) -> Int? {
        getenv(variable).flatMap { Int(String(cString: $0)) }
    }

    /// Physical cores among the CPUs that this process may use: two trainers on one core are hardly faster than one.
    private static func cores() -> Int {
        Processors.allowed().map { Processors.cores($0) }
            ?? max(1, sysconf(CInt(_SC_NPROCESSORS_ONLN)))
    }

    /// The number under these limits; a quota's fraction of a CPU is not worth a trainer.
    package static func smallest(cores: Int, quota: Double?, slurm: Int?) -> Int {
        var count = cores
        if let quota { count = min(count, Int(min(quota, 1e6).rounded(.down))) }
        if let slurm, slurm > 0 { count = min(count, slurm) }
        return max(1, count)
    }

    /// CPUs that the tightest control group above this process allows, nil without a limit.
    private static func quota() -> Double? {
        guard let groups = KernelText.read("/proc/self/cgroup"),
            let mounts = KernelText.read("/proc/self/mountinfo")
        else { return nil }
        return directories(groups: groups, mounts: mounts).compactMap { directory in
            if let text = KernelText.read(directory + "/cpu.max") { return quota(text) }
            guard let quota = KernelText.read(directory + "/cpu.cfs_quota_us"),
                let period = KernelText.read(directory + "/cpu.cfs_period_us")
            else { return nil }
            return self.quota(quota + " " + period)
        }.min()
    }

    /// Every directory from a process's control groups up to the root of their mounts, where limits on CPU time stand.
    ///
    /// - Parameters:
    ///   - groups: `/proc/<pid>/cgroup` (cgroups(7)).
    ///   - mounts: `/proc/<pid>/mountinfo` (proc(5)).
    /// - Returns: their paths.
    package static func directories(groups: String, mounts: String) -> [String] {
        var found: [String] = []
        for mount in mounts.split(separator: "\n") {
            let fields = mount.split(separator: " ").map(String.init)
            guard let dash = fields.firstIndex(of: "-"), dash + 3 < fields.count, dash > 4 else {
                continue
            }
            let options = fields[dash + 3].split(separator: ",")
            let isUnified = fields[dash + 1] == "cgroup2"
            guard isUnified || (fields[dash + 1] == "cgroup" && options.contains("cpu")) else {
                continue
            }
            for line in groups.split(separator: "\n") {
                let parts = line.split(
                    separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
                guard parts.count == 3,
                    isUnified
                        ? parts[1].isEmpty : parts[1].split(separator: ",").contains("cpu")
                else { continue }
                found += ancestors(of: String(parts[2]), root: fields[3], at: fields[4])
            }
        }
        return found
    }

    /// A group's directory and those above it, under a mount whose root is a group itself.
    private static func ancestors(of group: String, root: String, at point: String) -> [String] {
        var pieces = group.split(separator: "/")
        let above = root.split(separator: "/")
        if pieces.starts(with: above) { pieces.removeFirst(above.count) }
        return (0...pieces.count).reversed().map { depth in
            pieces.prefix(depth).reduce(point) { $0 + "/" + $1 }
        }
    }

    /// CPUs in a `cpu.max`: quota and period in microseconds, or `max`.
    package static func quota(_ text: String) -> Double? {
        let fields = text.split(whereSeparator: \.isWhitespace)
        guard fields.count == 2, let quota = Double(fields[0]), let period = Double(fields[1]),
            quota > 0, period > 0
        else { return nil }
        return quota / period
    }
}
