package import Foundation
@preconcurrency import Glibc
import System

/// The coordinator that runs a sweep, or ran it last, as its lock file names it.
package struct SweepOwner: Sendable, Equatable {
    /// Its host.
    package let host: String
    /// Its process there.
    package let pid: Int32
    /// When it began, ISO 8601.
    package let since: String
    /// Whether it is alive: on this host its process says so, on another one its signs of life.
    package let isAlive: Bool

    /// An owner gives a sign of life this often, in seconds.
    package static let signInterval = 10.0
    /// An owner on another host that gave none for so long is gone; network file systems keep times back for a minute.
    private static let patience = 180.0

    /// What the calling process writes into the open lock file that it has locked.
    package static func text(for descriptor: CInt) -> String {
        let pid = getpid()
        var status = stat()
        let file = fstat(descriptor, &status) == 0 ? ", file \(status.st_ino)" : ""
        return "host \(HostProcess.host), pid \(pid), boot/start "
            + "\(HostProcess.stamp(of: pid) ?? "unknown"), since \(Timestamp.text(Date()))\(file)\n"
    }

    /// The owner that a lock file names, nil where it names none.
    ///
    /// No lock is taken to find out: an owner that starts at this moment would see it.
    package init?(lock path: String, now: Date = Date()) {
        var status = stat()
        guard stat(path, &status) == 0, let bytes = try? Posix.read(path) else { return nil }
        let line = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).first
        var fields: [Substring: String] = [:]
        for field in (line ?? "").split(separator: ", ") {
            let halves = field.split(separator: " ", maxSplits: 1)
            if halves.count == 2 { fields[halves[0]] = String(halves[1]) }
        }
        guard let host = fields["host"], let pid = fields["pid"].flatMap({ Int32($0) }) else {
            return nil
        }
        let heard = Date(timeIntervalSince1970: Double(status.st_mtim.tv_sec))
        self.host = host
        self.pid = pid
        since = fields["since"] ?? Timestamp.text(heard)
        if let file = fields["file"], file != String(status.st_ino) {
            // A copy of a directory has no owner, whatever became of the original's.
            isAlive = false
        } else if host == HostProcess.host {
            isAlive = HostProcess.isAlive(pid, stamp: fields["boot/start"] ?? "")
        } else {
            isAlive = now.timeIntervalSince(heard) < SweepOwner.patience
        }
    }

    /// `host node7, pid 4711, since 2026-11-28T17:01:02.345Z`.
    package var description: String { "host \(host), pid \(pid), since \(since)" }
}
