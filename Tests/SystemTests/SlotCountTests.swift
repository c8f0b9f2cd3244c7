import Testing

@testable import System

@Suite struct SlotCountTests {
    @Test(
        "the smallest limit counts, and one slot is always allowed",
        arguments: [
            (8, nil, nil, 8), (8, 2.5, nil, 2), (8, 0.5, nil, 1), (8, nil, 3, 3), (2, 7, 5, 2),
            (4, nil, 0, 4), (4, 1e300, nil, 4),
        ] as [(Int, Double?, Int?, Int)])
    func smallest(_ affinity: Int, _ quota: Double?, _ slurm: Int?, _ expected: Int) {
        #expect(SlotCount.smallest(cores: affinity, quota: quota, slurm: slurm) == expected)
    }

    @Test("Slurm's grant is what was asked for each task, else the task's share of the job's CPUs")
    func granted() {
        #expect(SlotCount.granted(perTask: 4, onNode: 16, tasks: 4) == 4)
        #expect(SlotCount.granted(perTask: nil, onNode: 16, tasks: 4) == 4)
        #expect(SlotCount.granted(perTask: nil, onNode: 3, tasks: nil) == 3)
        #expect(SlotCount.granted(perTask: nil, onNode: nil, tasks: 2) == nil)
    }

    @Test("a cpu.max is quota over period, and max is no limit")
    func quota() {
        #expect(SlotCount.quota("150000 100000\n") == 1.5)
        #expect(SlotCount.quota("max 100000\n") == nil)
        #expect(SlotCount.quota("-1\n 100000\n") == nil)
        #expect(SlotCount.quota("rubbish") == nil)
    }

    private static let unified =
        "41 31 0:38 / /sys/fs/cgroup rw,relatime shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"
    private static let old = """
        32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
        33 31 0:30 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset
        34 31 0:31 / / rw - ext4 /dev/vda rw
        """

    @Test("limits are looked for in a control group and everything above it, where it is mounted")
    func directories() {
        #expect(
            SlotCount.directories(groups: "0::/a/b\n", mounts: Self.unified)
                == ["/sys/fs/cgroup/a/b", "/sys/fs/cgroup/a", "/sys/fs/cgroup"])
        #expect(
            SlotCount.directories(
                groups: "4:memory:/m\n3:cpu,cpuacct:/c\n1:name=systemd:/s\n0::/u\n",
                mounts: Self.old)
                == ["/sys/fs/cgroup/cpu,cpuacct/c", "/sys/fs/cgroup/cpu,cpuacct"])
    }

    @Test("a container sees its own group at the mount's root")
    func container() {
        let mount = "9 8 0:3 /docker/4f /sys/fs/cgroup/cpu ro - cgroup cgroup rw,cpu\n"
        #expect(
            SlotCount.directories(groups: "1:cpu:/docker/4f/x\n", mounts: mount)
                == ["/sys/fs/cgroup/cpu/x", "/sys/fs/cgroup/cpu"])
    }
}
