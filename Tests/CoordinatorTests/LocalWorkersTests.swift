import Foundation
@preconcurrency import Glibc
import System
import TestSupport
import Testing

@testable import Coordinator

@Suite struct LocalWorkersTests {
    private let scratch: TemporaryDirectory

    init() throws { scratch = try TemporaryDirectory() }

    /// Workers that are a shell script in the place of the program.
    private func workers(_ script: String, log: String = "worker.log") throws -> LocalWorkers {
        let program = scratch.file("worker")
        try Data("#!/bin/sh\n\(script)\n".utf8).write(to: URL(fileURLWithPath: program))
        #expect(chmod(program, 0o700) == 0)
        return LocalWorkers(
            URL(fileURLWithPath: program), endpoint: "ipc:///nowhere", slots: 3, launch: "l1",
            options: WorkerOptions(checkpointEvery: 5), logPath: scratch.file(log))
    }

    /// What the workers' one allocation is once that is no longer running.
    private func ending(_ workers: LocalWorkers) throws -> AllocationState? {
        let deadline = Date(timeIntervalSinceNow: 180)
        while Date() < deadline {
            let state = try workers.look([:])[LocalWorkers.allocation]
            guard state == .running else { return state }
            usleep(5000)
        }
        return .running
    }

    @Test("workers are told where to connect, how many they are and what the run wants of them")
    func arguments() throws {
        let workers = try workers("echo \"$@\"; exit 0")
        #expect(try workers.look([:]).isEmpty)
        #expect(try workers.submit(1) == ["one"])
        _ = try ending(workers)
        let said = try String(contentsOfFile: scratch.file("worker.log"), encoding: .utf8)
        #expect(
            said == "--connect ipc:///nowhere --slots 3 --launch l1 --allocation local:one"
                + " --blas-core auto --data . --checkpoint-every 5.0\n")
    }

    @Test(
        "how workers end says whether others would end the same way, with their last words",
        arguments: [
            ("echo sorry >&2; exit 2", AllocationEnd.hopeless), ("echo sorry; exit 64", .hopeless),
            ("echo first; echo sorry; exit 1", .failed), ("echo sorry; kill -9 $$", .taken),
        ])
    func ends(_ script: String, _ end: AllocationEnd) throws {
        let workers = try workers(script)
        _ = try workers.submit(1)
        #expect(
            try ending(workers)
                == .ended(end, "sorry (all of it: \(scratch.file("worker.log")))"))
    }

    @Test("workers that say nothing, and a program that is not there, are named")
    func silent() throws {
        let workers = try workers("exit 1")
        _ = try workers.submit(1)
        let words = "they ended without a word (all of it: \(scratch.file("worker.log")))"
        #expect(try ending(workers) == .ended(.failed, words))
        let none = LocalWorkers(
            URL(fileURLWithPath: scratch.file("none")), endpoint: "", slots: 1, launch: "",
            options: WorkerOptions(), logPath: scratch.file("worker.log"))
        #expect(throws: CoordinatorError.self) { _ = try none.submit(1) }
    }

    @Test("a log that has grown long starts again, and what was in it is kept beside it")
    func log() throws {
        let workers = try workers("exec sleep 600")
        _ = try workers.submit(1)
        let path = scratch.file("worker.log")
        #expect(try workers.look([:]) == ["one": .running])
        #expect(truncate(path, 16 << 20 + 1) == 0)
        #expect(try workers.look([:]) == ["one": .running])
        #expect(try Posix.size(path) == 0)
        #expect(try Posix.size(path + ".1") == 16 << 20 + 1)
        #expect(workers.end(patience: 0).isEmpty)
        #expect(try ending(workers) != .running)
    }

    @Test("workers hand over when they are told to, and leave within the patience they are given")
    func leaving() throws {
        let workers = try workers(
            "trap 'echo handed over; exit 0' TERM; echo ready; while :; do sleep 0.02; done")
        _ = try workers.submit(1)
        let deadline = Date(timeIntervalSinceNow: 180)
        while try Posix.size(scratch.file("worker.log")) == 0, Date() < deadline { usleep(5000) }
        workers.handOver()
        #expect(workers.end(patience: 180).isEmpty)
        let words = "handed over (all of it: \(scratch.file("worker.log")))"
        #expect(try workers.look([:]) == ["one": .ended(.failed, words)])
    }
}
