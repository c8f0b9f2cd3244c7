import Core
import SHA256

@testable import Worker

/// Cells, leases and introductions that several suites use.
enum Samples {
    /// A cell that takes milliseconds.
    static func definition(seed: UInt64 = 0, steps: Int = 300) throws -> CellDefinition {
        var record: RecordRequest?
        return try CellDefinition(
            parsing: """
                {"task": {"symbols": 6}, "model": {"hidden": [20]}, "steps": \(steps), "seed": \(seed)}
                """, record: &record)
    }

    /// The cell of this seed as somebody's first attempt.
    static func attempt(_ seed: UInt64 = 0) throws -> AttemptID {
        AttemptID(cell: try definition(seed: seed).id, attempt: 1)
    }

    /// A lease of the cell of this seed.
    static func lease(
        _ seed: UInt64 = 0, steps: Int = 300, stop: StopPolicy = .decided,
        record: RecordRequest = RecordRequest()
    ) throws -> Lease {
        let definition = try definition(seed: seed, steps: steps)
        return Lease(
            attempt: AttemptID(cell: definition.id, attempt: 1),
            definition: definition.canonicalText, rule: PhaseRule(), stop: stop, record: record)
    }

    /// An introduction.
    static let hello = Hello(
        worker: "w", slot: 0, incarnation: "i", host: "h", pid: 1, processStamp: "b/1",
        version: Grokmap.version, scienceVersion: Science.version, blasCore: "Haswell",
        launch: nil, held: [])

    /// A registration by one coordinator process.
    static func welcome(
        _ coordinator: String = "c1", heartbeat: Double = 2, lease: Double = 30,
        abandon: [AttemptID] = []
    ) -> Welcome {
        Welcome(
            sweep: "s", coordinator: coordinator, heartbeatSeconds: heartbeat,
            leaseSeconds: lease, abandon: abandon)
    }

    /// The engine of this slot.
    static let engine = "grokmap 0.1.0 (avx2)"

    /// A checkpoint of the cell of this seed.
    static func checkpoint(
        _ seed: UInt64 = 0, step: Int = 512, length: Int = 100
    ) throws -> Checkpoint {
        let job = try TrainingJob(try lease(seed), sweep: "s")
        return Checkpoint(
            origin: job.origin(engine: engine, blasCore: hello.blasCore), step: step, seconds: 2,
            state: (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 13) })
    }

    /// A lease of a checkpoint's cell that offers it, or what is said to be it.
    static func lease(
        _ seed: UInt64 = 0, steps: Int = 300, stop: StopPolicy = .decided,
        offering checkpoint: Checkpoint, as bytes: [UInt8]? = nil
    ) throws -> Lease {
        var lease = try lease(seed, steps: steps, stop: stop)
        let bytes = bytes ?? checkpoint.encoded()
        lease.checkpoint = CheckpointOffer(
            step: checkpoint.step, size: bytes.count, sha256: SHA256Digest.hex(of: bytes),
            engine: checkpoint.origin.engine, blasCore: checkpoint.origin.blasCore,
            maker: "step \(checkpoint.step) of attempt 1 by slot x")
        return lease
    }

    /// A result of this size.
    static func file(_ size: Int) -> ResultFile {
        ResultFile(path: "/scratch/x.h5", size: size, sha256: "00")
    }
}
