import Foundation
import System
import TestSupport
import Testing

@testable import Coordinator

@Suite("DirectoryClaim")
struct DirectoryClaimTests {
    private let scratch: TemporaryDirectory
    private let path: String

    init() throws {
        scratch = try TemporaryDirectory()
        path = scratch.path + "/sweep"
        try Posix.makeDirectory(path)
    }

    /// Host, process and boot that the lock file names; the rest says when and in which file.
    private func owner() throws -> String {
        let text = String(decoding: try Posix.read(path + "/lock"), as: UTF8.self)
        return text.split(separator: ",").prefix(3).joined(separator: ",")
    }

    @Test("an owner whose lock file is deleted stays the only one, and makes it again")
    func deletedFile() throws {
        let claim = try DirectoryClaim(path)
        let before = try owner()
        unlink(path + "/lock")
        #expect(
            problem { _ = try DirectoryClaim(path) }
                .hasPrefix("cannot own the sweep directory: \(path): another coordinator has it: "))
        try claim.check()
        #expect(try owner() == before && before.hasPrefix("host "))
        #expect(Posix.list(path) == ["lock"])
    }

    @Test(
        "an owner notices that the directory is not the one it claimed",
        arguments: ["moved", "replaced"])
    func lostDirectory(_ fate: String) throws {
        let claim = try DirectoryClaim(path)
        try claim.check()
        #expect(rename(path, path + ".away") == 0)
        if fate == "replaced" { try Posix.makeDirectory(path) }
        #expect(
            problem { try claim.check() }
                == "cannot continue with the sweep: \(path): its directory was moved, removed or "
                + "replaced while it ran (hint: put it back, then run again to resume)")
        // Whoever comes to the new one owns that.
        if fate == "replaced" { _ = try DirectoryClaim(path) }
        #expect(!Posix.exists(path + "/cells"))
    }

    @Test("a claim that is let go of leaves the directory free")
    func freed() throws {
        do { _ = try DirectoryClaim(path) }
        _ = try DirectoryClaim(path)
    }

    @Test("a lock that is a link, a FIFO or a directory is neither written nor waited for")
    func noFile() throws {
        let victim = scratch.path + "/victim"
        try Posix.writeDurably([1, 2], to: victim)
        let lock = path + "/lock"
        #expect(symlink(victim, lock) == 0)
        #expect(
            problem { _ = try DirectoryClaim(path) }
                == "cannot write: \(lock): it is a symbolic link, not a file")
        #expect(try Posix.read(victim) == [1, 2])
        unlink(lock)
        #expect(mkfifo(lock, 0o666) == 0)
        #expect(
            problem { _ = try DirectoryClaim(path) }
                == "cannot write: \(lock): it is a FIFO, not a file")
    }
}
