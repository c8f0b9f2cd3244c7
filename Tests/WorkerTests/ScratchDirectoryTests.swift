import Foundation
import Testing

@testable import Worker

@Suite struct ScratchDirectoryTests {
    private let parent: String

    init() throws {
        parent = NSTemporaryDirectory() + "/scratch-tests-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: parent, withIntermediateDirectories: true)
    }

    private func make(_ name: String, holding files: [String] = []) throws -> String {
        let path = parent + "/grokmap-worker." + name
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false)
        for file in files { try Data([1]).write(to: URL(fileURLWithPath: path + "/" + file)) }
        return path
    }

    @Test("a directory that a cleaner took away is made again, private to this user")
    func restored() throws {
        defer { try? FileManager.default.removeItem(atPath: parent) }
        let path = parent + "/grokmap-worker.a"
        try ScratchDirectory.restore(path)
        try FileManager.default.removeItem(atPath: path)
        try ScratchDirectory.restore(path)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        #expect(mode as? Int == 0o700)
    }

    @Test("what killed workers left is removed; what is in use, announced or not ours stays")
    func remains() throws {
        defer { try? FileManager.default.removeItem(atPath: parent) }
        _ = try make("dead", holding: ["join.1", "self-test.2.h5"])
        let undelivered = try make("undelivered", holding: ["cell.1.h5"])
        let old = try make("old", holding: ["cell.1.h5"])
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -100_000)], ofItemAtPath: old)
        let used = parent + "/grokmap-worker.used"
        try ScratchDirectory.make(used)
        let elsewhere = parent + "/thesis"
        try FileManager.default.createDirectory(
            atPath: elsewhere, withIntermediateDirectories: false)
        try Data([1]).write(to: URL(fileURLWithPath: elsewhere + "/chapter"))
        let link = parent + "/grokmap-worker.link"
        #expect(symlink(elsewhere, link) == 0)

        ScratchDirectory.removeRemains(in: parent)
        let left = try FileManager.default.contentsOfDirectory(atPath: parent).sorted()
        #expect(
            left == [
                "grokmap-worker.link", "grokmap-worker.undelivered", "grokmap-worker.used",
                "thesis",
            ])
        #expect(FileManager.default.fileExists(atPath: undelivered + "/cell.1.h5"))
        #expect(FileManager.default.fileExists(atPath: elsewhere + "/chapter"))
    }
}
