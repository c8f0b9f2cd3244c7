import Core
import Foundation
import Results
import SHA256
import TestSupport
import Testing
import Training

@testable import Worker

/// Supervisor, slots and their LinkThread as processes that a coordinator talks to.
@Suite(.serialized) struct WorkerProcessTests {
    private static func worker(
        _ directory: String, _ more: String...
    ) throws -> WorkerProcess {
        try WorkerProcess(
            [
                "--connect", "ipc://\(directory)/c", "--slots", "1", "--scratch",
                "\(directory)/scratch",
                "--patience", "180",
            ]
                + more, in: directory)
    }

    private static func ack(_ attempt: AttemptID, _ state: FileAck.State) -> Message {
        .resultAck(FileAck(attempt: attempt, state: state, offset: 0, credit: 0))
    }

    @Test(
        "a real slot trains a leased cell, delivers its file in pieces under credit, and drains",
        .exclusiveHDF5)
    func happyPath() async throws {
        try await onOwnThread {
            let directory = try WorkerProcess.directory()
            let coordinator = try FakeCoordinator("ipc://\(directory)/c")
            let worker = try Self.worker(directory)
            let (peer, hello) = try coordinator.register()
            #expect(hello.version == Grokmap.version && hello.held.isEmpty && hello.slot == 0)
            try coordinator.request()
            // Enough snapshots of the parameters for more than one piece.
            let record = RecordRequest(parameters: (0...250).map { .step($0) } + [.last])
            let lease = try Samples.lease(stop: .budget, record: record)
            try coordinator.send(.lease(lease), to: peer)
            let (bytes, sha256) = try coordinator.result(lease.attempt)
            #expect(bytes.count > FileChunk.largestPayload)
            #expect(SHA256Digest.hex(of: bytes) == sha256)
            let path = directory + "/received.h5"
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            let cell = try CellFile.read(path, expecting: lease.attempt.cell)
            #expect(cell.outcome.stepsRun == 300 && cell.outcome.stopReason == .budget)
            #expect(record.isSatisfied(by: cell.outcome))
            #expect(cell.provenance.sweep == "s" && cell.provenance.attempt == 1)
            #expect(worker.scratch.count == 1)

            try coordinator.send(Self.ack(lease.attempt, .stored), to: peer)
            try coordinator.send(.drain(Drain(reason: "no more work")), to: peer)
            var message = try coordinator.next().message
            if case .request = message { message = try coordinator.next().message }
            #expect(message == .goodbye(Goodbye(reason: "drained")))
            #expect(worker.wait() == 0)
            #expect(worker.scratch.isEmpty)
        }
    }

    @Test("a slot killed mid-training is started again as a new incarnation of the same slot")
    func killedSlot() async throws {
        try await onOwnThread {
            let directory = try WorkerProcess.directory()
            let coordinator = try FakeCoordinator("ipc://\(directory)/c")
            let worker = try Self.worker(directory)
            let (peer, first) = try coordinator.register()
            try coordinator.request()
            try coordinator.send(
                .lease(try Samples.lease(steps: 1_000_000_000, stop: .budget)), to: peer)
            kill(first.pid, SIGKILL)
            let (_, second) = try coordinator.register()
            #expect(second.worker == first.worker && second.slot == first.slot)
            #expect(second.incarnation != first.incarnation && second.pid != first.pid)
            #expect(second.held.isEmpty)
            #expect(first.predecessor == nil && second.predecessor == "signal 9")
            try coordinator.request()
            worker.signal(SIGTERM)
            try coordinator.goodbye()
            #expect(worker.wait() == 0)
        }
    }

    @Test(
        "training goes on while the coordinator is replaced, and its successor hears what is held")
    func restartedCoordinator() async throws {
        try await onOwnThread {
            let directory = try WorkerProcess.directory()
            let lease = try Samples.lease(steps: 1_000_000_000, stop: .budget)
            let worker: WorkerProcess
            var before = 0
            do {
                let coordinator = try FakeCoordinator("ipc://\(directory)/c")
                worker = try Self.worker(directory)
                let (peer, _) = try coordinator.register(lease: 1)
                try coordinator.request()
                try coordinator.send(.lease(lease), to: peer)
                try coordinator.training(lease.attempt)
                try coordinator.idle(.milliseconds(300))
                before = coordinator.lastProgress?.step ?? 0
                #expect(coordinator.heartbeats > 0 && before > 0)
            }
            let successor = try FakeCoordinator("ipc://\(directory)/c", name: "c2")
            var (peer, hello) = try successor.hello()
            #expect(hello.held.count == 1 && hello.held.first?.attempt == lease.attempt)
            #expect(hello.held.first?.step ?? 0 >= before)
            let welcome = Samples.welcome("c2", lease: 120, abandon: [lease.attempt])
            try successor.send(.welcome(welcome), to: peer)
            var message = try successor.next().message
            // The old socket's hello may have been on its way as well.
            while case .hello = message {
                (peer, message) = try successor.next()
                try successor.send(.welcome(welcome), to: peer)
            }
            #expect(message == .request(Request(credit: 1)))
            worker.signal(SIGINT)
            try successor.goodbye()
            #expect(worker.wait() == 0)
        }
    }

    @Test("when the supervisor is killed its slot delivers what it holds and leaves")
    func orphan() async throws {
        try await onOwnThread {
            let directory = try WorkerProcess.directory()
            let coordinator = try FakeCoordinator("ipc://\(directory)/c")
            let worker = try Self.worker(directory)
            let (peer, hello) = try coordinator.register()
            try coordinator.request()
            let lease = try Samples.lease(steps: 50_000, stop: .budget)
            try coordinator.send(.lease(lease), to: peer)
            try coordinator.training(lease.attempt)
            worker.signal(SIGKILL)
            _ = worker.wait()
            let result = try coordinator.result(lease.attempt)
            #expect(SHA256Digest.hex(of: result.bytes) == result.sha256)
            try coordinator.send(Self.ack(lease.attempt, .stored), to: peer)
            try coordinator.goodbye()
            #expect(try coordinator.gone(hello.pid))
        }
    }

    @Test(
        "a cell whose slot was killed resumes from its checkpoint, with the bits of one training",
        .exclusiveHDF5)
    func resumed() async throws {
        try await onOwnThread {
            let directory = try WorkerProcess.directory()
            let coordinator = try FakeCoordinator("ipc://\(directory)/c")
            let worker = try Self.worker(directory, "--checkpoint-every", "0.02")
            var (peer, hello) = try coordinator.register()
            try coordinator.request()
            var lease = try Samples.lease(steps: 20_000, stop: .budget)
            try coordinator.send(.lease(lease), to: peer)
            _ = try coordinator.checkpoint(lease.attempt)
            let checkpoint = try coordinator.checkpoint(lease.attempt)
            kill(hello.pid, SIGKILL)
            #expect(checkpoint.step > 0 && checkpoint.origin.blasCore == hello.blasCore)

            // Whatever the killed slot had sent is waiting in front of its successor's hello.
            var message: Message
            repeat { (peer, message) = try coordinator.next() } while !message.isHello
            try coordinator.send(.welcome(Samples.welcome(heartbeat: 0.1, lease: 20)), to: peer)
            try coordinator.request()
            lease = try Samples.lease(steps: 20_000, stop: .budget, offering: checkpoint)
            lease.attempt.attempt = 2
            try coordinator.send(.lease(lease), to: peer)
            try coordinator.serve(checkpoint)
            var (bytes, chunk): ([UInt8], FileChunk?) = ([], nil)
            while bytes.count < chunk?.size ?? 1 {
                (peer, message) = try coordinator.next()
                switch message {
                case .checkpoint(let piece):
                    try coordinator.send(
                        .checkpointAck(
                            FileAck(
                                attempt: piece.attempt, sha256: piece.sha256, state: .refused,
                                offset: 0, credit: 0, reason: "enough")), to: peer)
                case .resultChunk(let piece):
                    chunk = piece
                    bytes += piece.payload
                    try coordinator.send(
                        .resultAck(
                            FileAck(
                                attempt: piece.attempt, state: .receiving, offset: bytes.count,
                                credit: FileChunk.largestPayload)), to: peer)
                default: break
                }
            }
            let path = directory + "/received.h5"
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            let cell = try CellFile.read(path, expecting: lease.attempt.cell)
            let undisturbed = TrainingRun(
                configuration: cell.definition.configuration, seed: cell.definition.seed,
                stop: .budget, kernels: try TrainingEnvironment.kernels(named: cell.kernelSet))
            #expect(cell.outcome == undisturbed.run())
            #expect(cell.provenance.wallSeconds >= checkpoint.seconds)
            #expect(cell.provenance.stateFrom == "step \(checkpoint.step) of attempt 1 by slot x")
            #expect(worker.log.contains("from step \(checkpoint.step)"))
            worker.signal(SIGKILL)
        }
    }

    @Test("told to go, a worker hands over what it is training, gives it back and leaves")
    func handOver() async throws {
        try await onOwnThread {
            let directory = try WorkerProcess.directory()
            let coordinator = try FakeCoordinator("ipc://\(directory)/c")
            let worker = try Self.worker(directory)
            let (peer, _) = try coordinator.register()
            try coordinator.request()
            let lease = try Samples.lease(steps: 1_000_000_000, stop: .budget)
            try coordinator.send(.lease(lease), to: peer)
            try coordinator.training(lease.attempt)
            worker.signal(SIGUSR1)
            let checkpoint = try coordinator.checkpoint(lease.attempt)
            #expect(checkpoint.step > 0 && checkpoint.origin.cell == lease.attempt.cell)
            let release = Release(
                attempt: lease.attempt, failed: false, reason: "the slot is draining")
            #expect(try coordinator.next().message == .release(release))
            try coordinator.goodbye()
            #expect(worker.wait() == 0)
        }
    }

    @Test("a second signal makes the slot hand its cell back at once")
    func stop() async throws {
        try await onOwnThread {
            let directory = try WorkerProcess.directory()
            let coordinator = try FakeCoordinator("ipc://\(directory)/c")
            let worker = try Self.worker(directory)
            let (peer, _) = try coordinator.register()
            try coordinator.request()
            let lease = try Samples.lease(steps: 1_000_000_000, stop: .budget)
            try coordinator.send(.lease(lease), to: peer)
            try coordinator.training(lease.attempt)
            worker.signal(SIGTERM)
            // The checkpoint is not acknowledged: the slot would wait.
            let handedOver = try coordinator.next().message
            guard case .checkpoint = handedOver else {
                throw FakeCoordinator.Surprise(description: "\(handedOver)")
            }
            worker.signal(SIGTERM)
            let release = Release(
                attempt: lease.attempt, failed: false, reason: "the worker was stopped")
            #expect(try coordinator.next().message == .release(release))
            try coordinator.goodbye()
            #expect(worker.wait() == 0)
        }
    }

    @Test("a worker that is refused leaves with exit code 2 and says why")
    func refused() async throws {
        try await onOwnThread {
            let directory = try WorkerProcess.directory()
            let coordinator = try FakeCoordinator("ipc://\(directory)/c")
            let worker = try Self.worker(directory)
            let (peer, _) = try coordinator.hello()
            try coordinator.send(
                .reject(Reject(code: .version, reason: "worker is grokmap 0")), to: peer)
            #expect(worker.wait() == 2)
            #expect(worker.log.contains("the coordinator refuses this worker: worker is grokmap 0"))
        }
    }

    @Test("a worker that never finds its coordinator leaves with exit code 2")
    func nobodyThere() async throws {
        try await onOwnThread {
            let worker = try Self.worker(try WorkerProcess.directory(), "--patience", "0.5")
            #expect(worker.wait() == 2)
            #expect(worker.log.contains("nothing heard from the coordinator"))
        }
    }
}

extension Message {
    fileprivate var isHello: Bool {
        if case .hello = self { true } else { false }
    }
}

extension StoredCell {
    /// The kernel set that trained it, out of `grokmap 0.1.0 (avx2)`.
    fileprivate var kernelSet: String {
        String(provenance.engine.split(separator: "(").last?.dropLast() ?? "")
    }
}

extension FakeCoordinator {
    /// Waits until a process has ended.
    func gone(_ pid: Int32) throws -> Bool {
        for _ in 0..<200 {
            if kill(pid, 0) != 0 { return true }
            try idle(.milliseconds(50))
        }
        return false
    }
}
