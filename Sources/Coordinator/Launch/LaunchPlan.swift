import Core
import Foundation
import SHA256
import Sweeps
import System
import ZeroMQ

/// Which workers a run starts, and how they are let in: the run's options as they have been checked.
struct LaunchPlan: Sendable {
    /// Trainer processes of this machine, nil for one per core, or none where workers are launched elsewhere.
    var slots: Int?
    /// Where to listen beside the socket of this machine, nil for nowhere.
    var bind: Endpoint?
    /// Who is let in there, nil where nobody is asked for keys.
    var ring: KeyRing?
    /// Jobs of Slurm to launch.
    var slurm: SlurmProfile?
    /// Hosts to start workers on over ssh.
    var hosts: HostList?
    /// What workers are told.
    var options = WorkerOptions()

    /// Whether workers are launched on other machines.
    var isFar: Bool { slurm != nil || hosts != nil }

    /// Slots to start on this machine for so many cells.
    func localSlots(cells: Int) -> Int {
        slots ?? (isFar ? 0 : min(SlotCount.allowed(), cells))
    }

    /// Starts what is planned.
    ///
    /// - Throws: `CoordinatorError` when the worker program is not to be found, or a key or the workers' log cannot be made.
    func start(
        _ sweep: String, in directory: SweepDirectory, cells: Int, launch: String,
        _ parts: LaunchThread.Parts
    ) throws -> [LaunchThread] {
        var threads: [LaunchThread] = []
        let slots = localSlots(cells: cells)
        if slots > 0 {
            let program = try WorkerProgram.find()
            let (options, log) = (options, directory.workerLogPath)
            try LocalWorkers.checkLog(log)
            threads.append(
                LaunchThread("local", parts) {
                    LocalWorkers(
                        program, endpoint: $0[0], slots: slots, launch: launch, options: options,
                        logPath: log)
                })
        }
        if let slurm {
            let script = try script(slurm, sweep, directory)
            try Posix.makeFolder(directory.path + "/slurm")
            let token = try tokenMaker()
            threads.append(
                LaunchThread("slurm", parts) { endpoints in
                    var script = script
                    script.token = try token(endpoints)
                    return SlurmLauncher(script)
                })
        }
        if let hosts { threads.append(try start(hosts, directory, parts)) }
        return threads
    }

    private func start(
        _ hosts: HostList, _ directory: SweepDirectory, _ parts: LaunchThread.Parts
    ) throws -> LaunchThread {
        var options = options
        options.data = try Posix.resolved(options.data)
        try Posix.makeFolder(directory.path + "/ssh")
        let folder = directory.path + "/ssh/bundle"
        let bundle =
            hosts.hosts.contains { $0.worker == nil }
            ? try WorkerBundle(of: WorkerProgram.find().path, in: folder) : nil
        let token = try tokenMaker()
        let mark = LaunchPlan.mark(directory.path)
        let logs = directory.path + "/ssh"
        return LaunchThread("ssh", parts) { [options] endpoints in
            SSHLauncher(
                hosts, bundle: bundle, options: options, token: try token(endpoints), mark: mark,
                logs: logs)
        }
    }

    /// The batch script of a sweep's workers; its token is still missing.
    func script(
        _ profile: SlurmProfile, _ sweep: String, _ directory: SweepDirectory
    ) throws -> SlurmScript {
        var options = options
        options.data = try profile.data ?? Posix.resolved(options.data)
        options.scratch = profile.scratch
        return SlurmScript(
            profile: profile, jobName: "grokmap-\(sweep)-\(LaunchPlan.mark(directory.path))",
            worker: try profile.worker ?? WorkerProgram.find().path, options: options,
            token: "", logs: try profile.logs ?? Posix.resolved(directory.path) + "/slurm")
    }

    /// Makes the line that lets workers in, once it is known where the coordinator listens.
    private func tokenMaker() throws -> @Sendable ([String]) throws -> String {
        guard let ring else {
            throw CoordinatorError("launch workers", "keys", "there are none to let them in with")
        }
        let server = try ring.coordinatorKeys().publicKey.z85
        let secret = try ring.launchedKeys().secretKey.z85
        return { endpoints in
            let actual = try Endpoint(endpoints[1], to: .listen)
            let address = actual.reached(at: HostAddress.own)
            return JoinToken(address: "\(address)", serverKey: server, secretKey: secret).text
        }
    }

    /// Tells the jobs of this directory from those of others: host and path, hashed.
    private static func mark(_ directory: String) -> String {
        let place = (try? Posix.resolved(directory)) ?? directory
        return String(SHA256Digest.hex(of: Array("\(HostProcess.host):\(place)".utf8)).prefix(8))
    }
}
