import Core
import Dispatch
import Foundation
@preconcurrency import Glibc
import Synchronization
import System
import TestSupport
import Testing
import ZeroMQ

@testable import Coordinator

@Suite struct KeyRingTests {
    let directory: TemporaryDirectory
    let ring: KeyRing

    init() throws {
        directory = try TemporaryDirectory()
        ring = KeyRing(directory.path + "/keys")
    }

    private func mode(_ name: String) -> mode_t {
        var status = stat()
        return stat(ring.path + name, &status) == 0 ? status.st_mode & 0o777 : 0
    }

    @Test("commands that run at once lose no key, and none comes back that was revoked")
    func together() throws {
        _ = try ring.create("old")
        let failures = Mutex(0)
        DispatchQueue.concurrentPerform(iterations: 24) { [ring] number in
            do {
                if number == 5 { try ring.revoke("old") } else { _ = try ring.create("n\(number)") }
            } catch {
                failures.withLock { $0 += 1 }
            }
        }
        let failed = failures.withLock { $0 }
        #expect(failed == 0)
        let expected = Set((0..<24).filter { $0 != 5 }.map { "n\($0)" })
        let names = Set(try ring.entries().map(\.name))
        #expect(names == expected)
        #expect(Posix.list(ring.path).count { !$0.hasSuffix(".key") } == 1)
    }

    @Test("everything in a ring is private, whatever others may do elsewhere")
    func modes() throws {
        _ = try ring.coordinatorKeys()
        _ = try ring.create("n1")
        #expect(mode("") == 0o700)
        for name in ["/coordinator.key", "/n1.key", "/authorised"] {
            #expect(mode(name) == 0o600, "\(name)")
        }
    }

    @Test(
        "a ring that others could change lets nobody in", arguments: ["", "/authorised"])
    func writable(_ name: String) throws {
        _ = try ring.coordinatorKeys()
        _ = try ring.create("n1")
        chmod(ring.path + name, 0o772)
        let text = problem {
            _ = try ring.coordinatorKeys()
            _ = try ring.entries()
        }
        #expect(text.contains("other users can write it"))
    }

    @Test("comments say nothing, and a damaged line does not keep others in")
    func lines() throws {
        _ = try ring.create("n1")
        _ = try ring.create("n2")
        let path = ring.path + "/authorised"
        let text = String(decoding: try Posix.read(path), as: UTF8.self)
        let second = try #require(text.split(separator: "\n").last)
        try Posix.writeDurably(Array("# n1 left us on Monday\n\n\(second)\n".utf8), to: path)
        chmod(path, 0o600)
        #expect(try ring.entries().map(\.name) == ["n2"])
        try Posix.writeDurably(Array("n1 nothing\n\(second)\n".utf8), to: path)
        chmod(path, 0o600)
        #expect(problem { _ = try ring.entries() }.contains("authorised:1: expected NAME KEY"))
        #expect(try ring.entries(passingOverDamage: true).map(\.name) == ["n2"])
    }

    @Test("the pair of launched workers stays, and is made anew where either half of it is gone")
    func launched() throws {
        func place() throws -> [String] { try ring.entries().map { "\($0.name) \($0.key.z85)" } }
        let first = try ring.launchedKeys().publicKey.z85
        #expect(try ring.launchedKeys().publicKey.z85 == first)
        try ring.revoke("launched")
        let second = try ring.launchedKeys().publicKey.z85
        #expect(try second != first && place() == ["launched \(second)"])
        unlink(ring.path + "/launched.key")
        let third = try ring.launchedKeys().publicKey.z85
        #expect(try third != second && place() == ["launched \(third)"])
    }

    @Test("a key has one name: who revokes it has revoked it")
    func twice() throws {
        _ = try ring.create("n1")
        let key = try #require(try ring.entries().first).key
        #expect(problem { try ring.authorise("alias", key) }.contains("let in already, as n1"))
    }

    @Test("a key file that is there is never replaced")
    func existing() throws {
        _ = try ring.coordinatorKeys()
        let before = try Posix.read(ring.path + "/coordinator.key")
        _ = try ring.create("n1")
        try ring.revoke("n1")
        #expect(problem { _ = try ring.create("n1") }.contains("it exists"))
        #expect(try Posix.read(ring.path + "/coordinator.key") == before)
        #expect(try ring.entries().isEmpty)
    }
}
