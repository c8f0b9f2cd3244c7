import Core
import Testing

@testable import Coordinator

@Suite struct SlurmTests {
    @Test(
        "times are read as sbatch reads them",
        arguments: [
            ("30", 1800), ("30:15", 1815), ("2:00:00", 7200), ("1-0", 86_400), ("1-2:30", 95_400),
            ("1-0:0:1", 86_401),
        ])
    func times(text: String, seconds: Int) { #expect(SlurmTime.seconds(text) == seconds) }

    @Test("what is no time is none", arguments: ["", "x", "1:2:3:4", "-5", "1-", "0", "1-2-3"])
    func noTimes(text: String) { #expect(SlurmTime.seconds(text) == nil) }

    @Test("a profile's keys become options and limits")
    func profile() throws {
        let profile = try SlurmProfile(
            parsing: """
                partition: cpu
                account: physics
                time: 04:00:00
                nodes: 2
                cpus_per_node: 16
                memory_per_cpu: 2G
                minimum: 2
                maximum: 20
                before: [module load hdf5]
                options: [--qos=long]
                """)
        #expect(profile.seconds == 14_400)
        #expect(profile.policy.slotsEach == 32)
        #expect((profile.policy.minimum, profile.policy.maximum) == (2, 20))
        let words = script(profile).arguments(count: 3)
        for word in [
            "--partition=cpu", "--account=physics", "--time=04:00:00", "--nodes=2",
            "--cpus-per-task=16", "--mem-per-cpu=2G", "--array=0-2", "--qos=long", "--requeue",
        ] { #expect(words.contains(word), "\(word)") }
        #expect(!script(profile).arguments(count: 1).contains { $0.hasPrefix("--array") })
    }

    @Test("a profile that cannot be meant is refused with the key and its line")
    func wrongProfiles() {
        func complaint(_ text: String) -> String {
            do {
                _ = try SlurmProfile(parsing: text)
                return "accepted"
            } catch { return "\(error)" }
        }
        #expect(complaint("partitoin: cpu").contains("did you mean partition?"))
        #expect(complaint("time: soon").contains("no time"))
        #expect(complaint("minimum: 5\nmaximum: 2").contains("more than maximum"))
        #expect(complaint("options: [qos=long]").contains("no option of sbatch"))
        #expect(complaint("maximum: none").contains("whole number"))
    }

    private func script(_ profile: SlurmProfile) -> SlurmScript {
        SlurmScript(
            profile: profile, jobName: "grokmap-x-1", worker: "/opt/it's/grokmap-worker",
            options: WorkerOptions(blasCore: "auto", data: "/data of mine"), token: "TOKEN",
            logs: "/logs")
    }

    @Test("the token is in the script, and on no command line")
    func token() throws {
        var profile = SlurmProfile()
        profile.after = ["echo done"]
        for profile in [SlurmProfile(), profile] {
            let script = script(profile)
            #expect(script.text.contains("\nTOKEN\n"))
            #expect(!script.arguments(count: 2).joined().contains("TOKEN"))
            let start = try #require(
                script.text.split(separator: "\n").first { $0.contains("--join") })
            #expect(!start.contains("TOKEN"))
            #expect(start.contains("'/opt/it'\\''s/grokmap-worker'"))
            #expect(start.contains("'/data of mine'"))
        }
    }

    @Test("the queue's states and reasons are Slurm's own words")
    func queue() {
        let states = SlurmQueue.states(
            """
            12_0|PENDING|Resources
            12_1|RUNNING|None
            12_2|COMPLETING|None
            13|CANCELLED|None
            14|FAILED|NonZeroExitCode
            15|REQUEUE_HOLD|job requeued in held state
            12_[3-9]|PENDING|Priority
            slurm_load_jobs error|x
            16|NODE_FAIL|None
            """)
        #expect(states["12_0"] == .pending("Resources"))
        #expect(states["12_1"] == .running)
        #expect(states["12_2"] == .ending)
        #expect(states["13"] == .ended(.taken, "cancelled"))
        #expect(states["14"] == .ended(.failed, "failed (NonZeroExitCode)"))
        #expect(states["15"] == .pending("requeue_hold, job requeued in held state"))
        #expect(states["16"] == .ended(.taken, "node_fail"))
        #expect(states.count == 7)
    }

    @Test("a command that says nothing in time is ended, one that fails says why")
    func commands() throws {
        let shell = { (text: String, patience: Double) in
            try ChildCommand(words: ["sh", "-c", text], input: [], patience: patience).run()
        }
        #expect(throws: CoordinatorError.self) { try shell("sleep 60", 0.3) }
        #expect(throws: CoordinatorError.self) {
            try ChildCommand(words: ["no-such-program"], patience: 1).run()
        }
        let failed = try shell("echo one; echo two >&2; exit 3", 20)
        #expect((failed.code, failed.output, failed.complaint) == (3, "one\n", "two"))
        // What it leaves behind with its streams open keeps nobody waiting.
        #expect(try shell("sleep 30 & echo begun", 20).output == "begun\n")
        let much = [UInt8](repeating: 65, count: 3_000_000)
        let echoed = try ChildCommand(words: ["cat"], input: much, patience: 60).run()
        #expect(echoed.output.utf8.count == much.count)
    }
}
