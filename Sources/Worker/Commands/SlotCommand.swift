import ArgumentParser
import BLAS
import Core
import Foundation
import Logging
import System
import ZeroMQ

/// `grokmap-worker slot`: one trainer process, started by the supervisor.
struct SlotCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "slot", abstract: "One trainer of a worker.", shouldDisplay: false)

    @OptionGroup var connection: ConnectionOptions

    @OptionGroup var files: DataOptions

    @Option(help: .hidden) var worker: String
    @Option(help: .hidden) var slot: Int
    @Option(help: .hidden) var scratch: String
    @Option(help: .hidden) var kernels: String
    @Option(help: .hidden) var checkpointEvery: Double
    @Option(help: .hidden) var stalledAfter: Double
    @Option(help: .hidden) var wallEnds: Double?
    @Option(help: .hidden) var predecessor: String?
    @Option(help: .hidden) var cpus: String?

    /// Trains until it is told to leave.
    func run() throws {
        // Before any thread is started: they all inherit it.
        if let cpus { Processors.stay(on: Processors.list(cpus)) }
        let address = try connection.address()
        let author = CellAuthor(
            worker: "\(worker)/\(slot)", host: ProcessIdentity.host, blasCore: OpenBLAS.coreName,
            kernels: try TrainingEnvironment.kernels(named: kernels))
        let logger = Logger(process: "slot \(slot)", quiet: connection.quiet)
        try ScratchDirectory.make(scratch)
        let libraries = try SelfTest(author: author, scratch: scratch).run()
        let waker = try Waker()
        let mailbox = TrainerMailbox { waker.wake() }
        try ControlThread(mailbox: mailbox).start()

        let incarnation = ProcessIdentity.randomName()
        let hello = Hello(
            worker: worker, slot: slot, incarnation: incarnation, host: author.host, pid: getpid(),
            processStamp: ProcessIdentity.stamp, version: Grokmap.version,
            scienceVersion: Science.version, blasCore: author.blasCore,
            launch: connection.launch, held: [], libraries: libraries, predecessor: predecessor,
            allocation: connection.allocation)
        let settings = SlotLink.Settings(
            hello: hello, coordinator: "\(address.endpoint)", engine: author.engine,
            patience: .seconds(connection.patienceSeconds),
            longestBackoff: address.isLocal ? .seconds(5) : .seconds(30),
            wallTime: wallEnds.map { .seconds(max(0, $0 - WallTime.monotonicNow)) },
            stallAfter: .seconds(stalledAfter), seed: .random(in: .min ... .max))
        LinkThread(
            settings: settings, address: address, mailbox: mailbox, waker: waker, logger: logger
        ).start()

        let exit = Trainer(
            mailbox: mailbox, author: author, scratch: scratch, incarnation: incarnation,
            checkpointInterval: checkpointEvery > 0 ? .seconds(checkpointEvery) : nil,
            data: files.directory
        ).work()
        guard exit == .drained else { throw ExitCode(exit.code) }
    }
}
