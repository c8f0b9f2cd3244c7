import Core
import Foundation

/// Where `grokmap-worker train` keeps how far it is.
struct CheckpointFile {
    /// The file, which need not exist.
    let path: String

    /// The checkpoint in the file, nil when there is no file.
    ///
    /// - Throws: `WorkerFailure` when it cannot be read, is damaged, or is not one of such a run.
    func read(for origin: Checkpoint.Origin) throws(WorkerFailure) -> Checkpoint? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw unusable("not readable")
        }
        let checkpoint: Checkpoint
        do {
            checkpoint = try Checkpoint(decoding: Array(data))
        } catch {
            throw unusable(error.description)
        }
        if let difference = checkpoint.origin.difference(from: origin) {
            throw unusable("it is of \(difference)")
        }
        return checkpoint
    }

    /// Puts a checkpoint in the place of the last one; whenever the process dies, one of the two is there.
    func write(_ checkpoint: Checkpoint) throws(WorkerFailure) {
        let unfinished = path + ".new"
        do {
            let file = URL(fileURLWithPath: unfinished)
            try Data(checkpoint.encoded()).write(to: file)
            let handle = try FileHandle(forWritingTo: file)
            try handle.synchronize()
            try handle.close()
        } catch {
            throw WorkerFailure("write checkpoint", subject: unfinished, why: "\(error)")
        }
        guard rename(unfinished, path) == 0 else {
            let code = errno
            throw WorkerFailure(
                "write checkpoint", subject: path,
                why: "\(String(cString: strerror(code))) (\(code))")
        }
    }

    /// Removes the file, which is of no use any more.
    func remove() { unlink(path) }

    /// Why nothing can resume from the file, in one line.
    func unusable(_ why: String) -> WorkerFailure {
        WorkerFailure(
            "resume from checkpoint", subject: path, why: why,
            hint: "remove the file to begin at step 0")
    }
}
