import Foundation
import SHA256
import System

/// The worker program with the shared libraries that a host may lack, as it is copied there: `bin/`, `lib/` and
/// `SHA256SUMS`, whose own SHA-256 is the bundle's name. The C library stays out, it must fit the host's kernel and loader:
/// hosts need glibc as new as this machine's.
struct WorkerBundle: Sendable {
    /// Directory of the bundle's files here.
    let folder: String
    /// SHA-256 of `SHA256SUMS`.
    let name: String

    /// Libraries of the C library and the loader.
    private static let glibc: Set<String> = [
        "libc", "libm", "libdl", "libpthread", "librt", "libresolv", "libutil", "libmvec",
        "ld-linux-x86-64", "ld-linux-aarch64", "linux-vdso",
    ]

    /// Gathers the files of a program in a folder, which is emptied first.
    ///
    /// - Throws: `CoordinatorError` when the loader cannot say what the program needs, or a file cannot be copied.
    init(of program: String, in folder: String) throws(CoordinatorError) {
        self.folder = folder
        let files = FileManager.default
        try? files.removeItem(atPath: folder)
        try Posix.makeDirectory(folder + "/bin")
        try Posix.makeDirectory(folder + "/lib")
        let answer = try ChildCommand(words: ["ldd", program], patience: 60).run()
        guard answer.code == 0 else {
            throw CoordinatorError("bundle", program, answer.complaint)
        }
        var contents = [(from: program, to: "bin/grokmap-worker")]
        contents += try WorkerBundle.libraries(answer.output).map {
            (from: $0.path, to: "lib/\($0.name)")
        }
        var sums = ""
        for (from, to) in contents {
            do {
                try files.copyItem(atPath: WorkerBundle.resolved(from), toPath: "\(folder)/\(to)")
            } catch {
                throw CoordinatorError("bundle", from, "\(error)")
            }
            sums += "\(SHA256Digest.hex(of: try Posix.read("\(folder)/\(to)")))  \(to)\n"
        }
        try Posix.writeDurably(Array(sums.utf8), to: folder + "/SHA256SUMS")
        name = SHA256Digest.hex(of: Array(sums.utf8))
    }

    /// The libraries that ldd(1) names, but for the C library's.
    static func libraries(
        _ output: String
    ) throws(CoordinatorError) -> [(name: String, path: String)] {
        var found: [(name: String, path: String)] = []
        for line in output.split(whereSeparator: \.isNewline) {
            let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
            guard words.count >= 3, words[1] == "=>" else { continue }
            if words[2] == "not" { throw CoordinatorError("bundle", words[0], "not found") }
            let stem = words[0].prefix { $0 != "." }
            guard !glibc.contains(String(stem)) else { continue }
            found.append((words[0], words[2]))
        }
        return found
    }

    /// The bundle as one compressed archive.
    func archive() throws(CoordinatorError) -> [UInt8] {
        let path = folder + ".tar.gz"
        let answer = try ChildCommand(
            words: ["tar", "-C", folder, "-I", "gzip -1", "-cf", path, "."], patience: 300
        ).run()
        guard answer.code == 0 else { throw CoordinatorError("bundle", path, answer.complaint) }
        defer { unlink(path) }
        return try Posix.read(path)
    }

    private static func resolved(_ path: String) -> String {
        URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    }
}
