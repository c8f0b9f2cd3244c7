@preconcurrency import Glibc

/// Tells one process of this host from every other that ever ran on it.
package enum HostProcess {
    /// This host's name.
    package static var host: String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
        return String(
            decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// `boot id/start time` of a process, nil when there is no such process; zombies do not count.
    package static func stamp(of pid: Int32) -> String? {
        guard let boot = text("/proc/sys/kernel/random/boot_id"),
            let status = text("/proc/\(pid)/stat"), let end = status.lastIndex(of: ")")
        else { return nil }
        let fields = status[status.index(after: end)...].split(separator: " ")
        // proc(5): state is field 3 and starttime field 22; the two before the parenthesis are cut off.
        guard fields.count > 19, fields[0] != "Z", fields[0] != "X" else { return nil }
        return "\(boot)/\(fields[19])"
    }

    /// Whether the process with this stamp runs on this host.
    package static func isAlive(_ pid: Int32, stamp: String) -> Bool {
        if let found = HostProcess.stamp(of: pid) { return found == stamp }
        // proc(5), hidepid: others' processes may be hidden, but not that they exist.
        guard let boot = text("/proc/sys/kernel/random/boot_id"), stamp.hasPrefix(boot) else {
            return false
        }
        return kill(pid, 0) != 0 && errno == EPERM
    }

    private static func text(_ path: String) -> String? {
        guard let bytes = try? Posix.read(path) else { return nil }  // no such process: an answer
        return String(decoding: bytes, as: UTF8.self)
            .trimmingPrefix { $0.isWhitespace }.split(whereSeparator: \.isNewline).first
            .map(String.init)
    }
}
