import Foundation
import System

/// Who and where this process is.
enum ProcessIdentity {
    /// Name of this host.
    static var host: String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
        return String(
            decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// `boot id/start time`, which together with the process id names this process among all that ever ran here.
    static var stamp: String {
        let boot = KernelText.read("/proc/sys/kernel/random/boot_id") ?? "unknown"
        let status = KernelText.read("/proc/self/stat") ?? ""
        return "\(boot.trimmingCharacters(in: .whitespacesAndNewlines))/\(startTime(status))"
    }

    /// The start time in a `/proc/<pid>/stat`: field 22, counted behind the command's closing parenthesis because the
    /// command may hold anything (proc(5)).
    static func startTime(_ status: String) -> String {
        guard let end = status.lastIndex(of: ")") else { return "0" }
        let fields = status[status.index(after: end)...].split(whereSeparator: \.isWhitespace)
        return fields.count > 19 ? String(fields[19]) : "0"
    }

    /// This program's file; the kernel's own link to it where an update has replaced the file since.
    static var program: String {
        let link = "/proc/self/exe"
        // Not readable in some sandboxes; then the link itself is the answer.
        let path = try? FileManager.default.destinationOfSymbolicLink(atPath: link)
        guard let path, access(path, X_OK) == 0 else { return link }
        return path
    }

    /// A random name of 16 hexadecimal digits.
    static func randomName() -> String {
        let digits = String(UInt64.random(in: .min ... .max), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
