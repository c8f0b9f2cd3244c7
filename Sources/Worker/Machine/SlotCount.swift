import Foundation

/// How many trainers this process may run: the smallest of what affinity, control groups and Slurm allow.
enum SlotCount {
    /// The number for this process, at least 1.
    static func allowed() -> Int {
        let environment = ProcessInfo.processInfo.environment
        return smallest(
            // Foundation counts the CPUs of sched_getaffinity(2).
            affinity: ProcessInfo.processInfo.activeProcessorCount, quota: quota(),
            slurm: environment["SLURM_CPUS_PER_TASK"].flatMap { Int($0) })
    }

    /// The number under these limits; a quota's fraction of a CPU is not worth a trainer.
    static func smallest(affinity: Int, quota: Double?, slurm: Int?) -> Int {
        var count = affinity
        if let quota { count = min(count, Int(quota.rounded(.down))) }
        if let slurm, slurm > 0 { count = min(count, slurm) }
        return max(1, count)
    }

    /// CPUs that the tightest control group above this process allows, nil without a limit.
    private static func quota() -> Double? {
        guard let groups = TextFile.read("/proc/self/cgroup") else { return nil }
        var limits: [Double] = []
        for directory in directories(groups) {
            if let text = TextFile.read("/sys/fs/cgroup\(directory)/cpu.max") {
                quota(version2: text).map { limits.append($0) }
            }
            let old = "/sys/fs/cgroup/cpu\(directory)"
            if let quota = TextFile.read("\(old)/cpu.cfs_quota_us"),
                let period = TextFile.read("\(old)/cpu.cfs_period_us")
            {
                self.quota(version2: "\(quota.trimmed) \(period.trimmed)").map {
                    limits.append($0)
                }
            }
        }
        return limits.min()
    }

    /// Every directory from a process' control groups up to the root, from `/proc/<pid>/cgroup` (cgroups(7)).
    static func directories(_ groups: String) -> [String] {
        var found: [String] = []
        for line in groups.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3,
                parts[1].isEmpty || parts[1].split(separator: ",").contains("cpu")
            else { continue }
            var path = String(parts[2])
            while path.count > 1 {
                found.append(path)
                path = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
            }
            found.append("")
        }
        return found
    }

    /// CPUs in a `cpu.max`: quota and period in microseconds, or `max`.
    static func quota(version2 text: String) -> Double? {
        let fields = text.split(whereSeparator: \.isWhitespace)
        guard fields.count == 2, let quota = Double(fields[0]), let period = Double(fields[1]),
            quota > 0, period > 0
        else { return nil }
        return quota / period
    }
}

extension String {
    fileprivate var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
