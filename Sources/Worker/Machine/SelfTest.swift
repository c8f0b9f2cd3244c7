import BLAS
import Core
import Foundation
import Results
import Training
import ZeroMQ

/// What a slot shows before it asks for work: that it can train, write and read here. A node that cannot would fail one
/// cell after the other.
struct SelfTest {
    /// Who would train.
    let author: CellAuthor
    /// Where results would lie.
    let scratch: String

    /// Bytes that must be free for results.
    static let leastSpace = 32 << 20

    /// The cell that is trained, and its training loss after its last step.
    static let cell = "{\"task\": {\"symbols\": 6}, \"model\": {\"hidden\": [20]}, \"steps\": 100}"
    /// All kernel sets agree with it to nine digits.
    static let loss = 0.781_832_0
    /// Relative: kernel sets and BLAS cores differ by rounding, a broken one by far more.
    static let tolerance = 1e-4

    /// Goes through everything.
    ///
    /// - Returns: the libraries it was done with, for the record.
    /// - Throws: `WorkerFailure` naming what does not work here.
    func run() throws(WorkerFailure) -> String {
        try checkSpace()
        try checkFile(try train())
        return "self-test passed: kernels \(author.kernels.name), \(OpenBLAS.configuration),"
            + " HDF5 \(CellFile.libraryVersion), ZeroMQ \(Context.libraryVersion)"
    }

    private func checkSpace() throws(WorkerFailure) {
        var status = statvfs()
        guard statvfs(scratch, &status) == 0 else {
            throw failure(scratch, String(cString: strerror(errno)))
        }
        let free = Int(status.f_bavail) * Int(status.f_frsize)
        guard free >= SelfTest.leastSpace else {
            throw failure(
                scratch, "\(free >> 20) MiB are free, results need \(SelfTest.leastSpace >> 20)",
                hint: "--scratch DIR or TMPDIR names another directory")
        }
    }

    private func train() throws(WorkerFailure) -> StoredCell {
        let definition: CellDefinition
        do {
            definition = try CellDefinition(parsing: SelfTest.cell)
        } catch {
            throw failure("cell", "\(error)")
        }
        let outcome = TrainingRun(
            configuration: definition.configuration, seed: definition.seed, stop: .budget,
            kernels: author.kernels
        ).run()
        let loss = outcome?.curve.trainLoss.last ?? .nan
        guard abs(loss - SelfTest.loss) <= SelfTest.tolerance * SelfTest.loss, let outcome else {
            throw failure(
                "kernels \(author.kernels.name) with OpenBLAS core \(author.blasCore)",
                "a known cell ends with training loss \(loss) instead of \(SelfTest.loss)",
                hint: "--blas-core NAME names another core")
        }
        return StoredCell(
            definition: definition, outcome: outcome,
            provenance: CellProvenance(
                sweep: "self-test", worker: author.worker, host: author.host, attempt: 1,
                engine: author.engine, blasCore: author.blasCore,
                started: Date.now.ISO8601Format(), finished: Date.now.ISO8601Format(),
                wallSeconds: 0))
    }

    private func checkFile(_ cell: StoredCell) throws(WorkerFailure) {
        let path = "\(scratch)/self-test.\(ProcessIdentity.randomName()).h5"
        defer { unlink(path) }
        let found: StoredCell
        do {
            try CellFile.write(cell, to: path)
            found = try CellFile.read(path, expecting: cell.definition.id)
        } catch {
            throw failure(
                "result file", "\(error)", hint: "--scratch DIR or TMPDIR names another directory")
        }
        guard found == cell else {
            throw failure("result file", "\(path) does not read back as it was written")
        }
    }

    private func failure(_ subject: String, _ why: String, hint: String? = nil) -> WorkerFailure {
        WorkerFailure("self-test", subject: subject, why: why, hint: hint)
    }
}
