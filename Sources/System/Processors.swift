import CLinux
@preconcurrency import Glibc

/// The CPUs of this machine: which ones this process may use, which of them share a core, which share memory.
package enum Processors {
    /// CPUs that this process may be put on (sched_getaffinity(2)): `taskset`, Slurm's binding and cpusets included; nil where
    /// the kernel does not say.
    package static func allowed() -> [Int]? {
        var words = 16
        // The call fails while the mask is shorter than the kernel's own.
        while words <= 1 << 14 {
            var mask = [UInt](repeating: 0, count: words)
            if grokmap_affinity(&mask, UInt(words * MemoryLayout<UInt>.size)) > 0 {
                return mask.indices.flatMap { word in
                    (0..<UInt.bitWidth).filter { mask[word] >> UInt($0) & 1 == 1 }
                        .map { word * UInt.bitWidth + $0 }
                }
            }
            words *= 2
        }
        return nil
    }

    /// How many physical cores some CPUs are; a CPU that does not say which others share its core is one.
    package static func cores(
        _ cpus: [Int], siblings: (Int) -> String? = siblings
    ) -> Int {
        Set(cpus.map { siblings($0) ?? "cpu \($0)" }).count
    }

    /// The list of the CPUs that share a CPU's core: `0,64`.
    package static func siblings(of cpu: Int) -> String? {
        KernelText.read("/sys/devices/system/cpu/cpu\(cpu)/topology/thread_siblings_list")
    }

    /// The CPUs of each NUMA node that this process may use; nothing where there is one node, or none is told.
    package static func nodes(_ cpus: [Int]) -> [[Int]] {
        let root = "/sys/devices/system/node"
        guard let online = KernelText.read(root + "/online").map(list), online.count > 1 else {
            return []
        }
        let nodes = online.compactMap { node in
            KernelText.read("\(root)/node\(node)/cpulist").map(list)?.filter(Set(cpus).contains)
        }.filter { !$0.isEmpty }
        return nodes.count > 1 ? nodes : []
    }

    /// The numbers in a list of the kernel's: `0-3,8,10-11`.
    package static func list(_ text: String) -> [Int] {
        text.split { $0 == "," || $0.isWhitespace }.flatMap { range -> [Int] in
            let ends = range.split(separator: "-").compactMap { Int($0) }
            guard let first = ends.first, let last = ends.last, first <= last, last < 1 << 20 else {
                return []
            }
            return Array(first...last)
        }
    }

    /// The CPUs that each of so many slots is kept on: those of one NUMA node, which gets its share of the slots, so that a slot
    /// finds its memory near. No kernel moves it far, and any core of the node will do.
    package static func places(slots: Int, nodes: [[Int]]) -> [[Int]] {
        guard nodes.count > 1 else { return Array(repeating: [], count: slots) }
        var taken = nodes.map { _ in 0 }
        return (0..<slots).map { _ in
            // The node with the most room for each of its CPUs.
            let node =
                nodes.indices.min {
                    Double(taken[$0] + 1) / Double(nodes[$0].count)
                        < Double(taken[$1] + 1) / Double(nodes[$1].count)
                } ?? 0
            taken[node] += 1
            return nodes[node]
        }
    }

    /// Keeps this process, and every thread it starts from now on, on some CPUs. One that may not is left where it was.
    package static func stay(on cpus: [Int]) {
        guard let last = cpus.max(), !cpus.isEmpty else { return }
        var mask = [UInt](repeating: 0, count: last / UInt.bitWidth + 1)
        for cpu in cpus { mask[cpu / UInt.bitWidth] |= 1 << UInt(cpu % UInt.bitWidth) }
        _ = grokmap_set_affinity(mask, UInt(mask.count * MemoryLayout<UInt>.size))
    }
}
