import Core
@preconcurrency import Glibc
import SHA256
import System

/// Files on their way in: appended to piece by piece under `incoming/`, and hashed as they come.
struct IncomingFiles {
    /// A file whose every byte is there, with the hash that was announced.
    struct Arrival: Sendable {
        /// The attempt that made it.
        var attempt: AttemptID
        /// Where it lies for now.
        var path: String
        /// Its size in bytes.
        var size: Int
        /// Its SHA-256.
        var sha256: String
        /// Its bytes, where they came in one piece.
        var bytes: [UInt8]?
        fileprivate var descriptor: CInt

        /// Gives the file its name; whether it survives a power cut is somebody else's care.
        func rename(as target: String) throws(CoordinatorError) {
            guard Glibc.rename(path, target) == 0 else {
                throw CoordinatorError("rename into place", target, errno: errno)
            }
        }

        /// Has the kernel put the file on the disk ahead of time.
        func synchronize() { fdatasync(descriptor) }

        /// Makes the file durable under its name.
        func publish(as target: String) throws(CoordinatorError) {
            guard fsync(descriptor) == 0 else {
                throw CoordinatorError("write", path, errno: errno)
            }
            try Posix.publish(path, as: target)
        }
    }

    /// What became of a piece.
    enum Piece {
        /// More is wanted from this offset.
        case receiving(Int)
        /// The file is complete; it is forgotten, published or not, with `discard`.
        case complete(Arrival)
        /// The piece cannot be, or the file is not the one announced.
        case refused(String)
    }

    private struct File {
        var path: String
        var descriptor: CInt
        var received = 0
        var digest = StreamingDigest()
        let size: Int
        let sha256: String
    }

    private let directory: String
    private let suffix: String
    private let largest: Int
    private var files: [AttemptID: File] = [:]

    /// No files yet; they will end in `suffix` and be at most `largest` bytes long.
    init(_ directory: SweepDirectory, suffix: String, largest: Int) {
        self.directory = directory.path + "/incoming"
        self.suffix = suffix
        self.largest = largest
    }

    /// Takes in one piece.
    ///
    /// - Throws: `CoordinatorError` when this machine cannot store it (disk full, read-only).
    mutating func receive(_ chunk: FileChunk) throws(CoordinatorError) -> Piece {
        guard chunk.size > 0, chunk.size <= largest, chunk.offset >= 0,
            chunk.offset <= chunk.size - chunk.payload.count, chunk.sha256.utf8.count == 64
        else { return .refused("a chunk outside of its file") }
        if let known = files[chunk.attempt],
            known.size != chunk.size || known.sha256 != chunk.sha256
        {
            // A complete file is in others' hands; its slot is told when they are done.
            guard known.received < known.size else { return .receiving(known.received) }
            discard(chunk.attempt)
        }
        var file: File
        if let known = files[chunk.attempt] {
            file = known
        } else {
            file = try open(chunk)
        }
        // A repeated or reordered piece is answered with where to go on; nothing is written twice.
        guard chunk.offset == file.received, !chunk.payload.isEmpty else {
            return .receiving(file.received)
        }
        do throws(CoordinatorError) {
            try Posix.write(chunk.payload, to: file.descriptor, file.path)
        } catch {
            discard(chunk.attempt)
            throw error
        }
        file.digest.update(chunk.payload[...])
        file.received += chunk.payload.count
        files[chunk.attempt] = file
        guard file.received == file.size else { return .receiving(file.received) }
        guard file.digest.hex() == file.sha256 else {
            discard(chunk.attempt)
            return .refused("its SHA-256 is not the announced one")
        }
        return .complete(
            Arrival(
                attempt: chunk.attempt, path: file.path, size: file.size, sha256: file.sha256,
                bytes: chunk.payload.count == file.size ? chunk.payload : nil,
                descriptor: file.descriptor))
    }

    private mutating func open(_ chunk: FileChunk) throws(CoordinatorError) -> File {
        let path = "\(directory)/\(chunk.attempt.cell.hex).\(chunk.attempt.attempt)\(suffix)"
        // A directory that somebody cleaned away is made again.
        if !Posix.exists(directory) { try Posix.makeFolder(directory) }
        let descriptor = try Posix.openRegular(
            "write", path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW)
        let file = File(
            path: path, descriptor: descriptor, size: chunk.size, sha256: chunk.sha256)
        files[chunk.attempt] = file
        return file
    }

    /// Forgets a file, if there is one: it is published, its attempt has ended, or it starts again.
    mutating func discard(_ attempt: AttemptID) {
        guard let file = files.removeValue(forKey: attempt) else { return }
        close(file.descriptor)
        unlink(file.path)
    }
}
