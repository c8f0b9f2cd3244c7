import Core
import Foundation
@preconcurrency import Glibc
import Sweeps
import System
import TestSupport
import Testing

@testable import Coordinator

@Suite("SweepDirectory")
struct SweepDirectoryTests {
    private let scratch: TemporaryDirectory

    init() throws { scratch = try TemporaryDirectory() }

    private var path: String { scratch.path + "/results/tiny" }

    private func launch(_ name: String = "tiny") throws -> SweepDirectory {
        let directory = SweepDirectory(path)
        try directory.claim(for: name)
        try Posix.writeDurably(Array(Sample.text(name).utf8), to: directory.specPath)
        return directory
    }

    @Test("a new directory is made with its parents, and claimed")
    func fresh() throws {
        let directory = try launch()
        #expect(
            Posix.list(path) == [
                "cells", "checkpoints", "incoming", "lock", "quarantine", "sweep.yaml",
            ])
        #expect(directory.holdsSweep)
        #expect(try directory.storedSpec().name == "tiny")
        let lock = String(decoding: try Posix.read(path + "/lock"), as: UTF8.self)
        #expect(lock.hasPrefix("host \(HostProcess.host), pid \(getpid()), boot/start "))
    }

    @Test("a second owner is refused and told who the first one is")
    func secondOwner() throws {
        let first = try launch()
        let message = problem { try SweepDirectory(path).claim(for: "tiny") }
        #expect(
            message.hasPrefix(
                "cannot own the sweep directory: \(path): another coordinator has it: "
                    + "host \(HostProcess.host), pid \(getpid()), "))
        #expect(
            message.hasSuffix("(hint: wait for it or stop it; grokmap run --out DIR takes another)")
        )
        withExtendedLifetime(first) {}
    }

    @Test("an owner that is gone leaves the directory free")
    func freed() throws {
        do { _ = try launch() }
        try SweepDirectory(path).claim(for: "tiny")
    }

    /// What a first start leaves in the directory, in its order.
    private static let traces = [
        "lock", "cells/", "checkpoints/", "quarantine/", "incoming/", "ledger.sqlite",
        "ledger.sqlite-journal", "ledger.sqlite-wal", "ledger.sqlite-shm", "report.outdated.tmp",
        "report.outdated", "sweep.yaml.tmp",
    ]

    @Test(
        "what a coordinator killed at any moment of its first start leaves is its own",
        arguments: 0...traces.count)
    func killedAtOnce(_ count: Int) throws {
        try Posix.makeDirectory(path)
        for name in Self.traces.prefix(count) {
            if name.hasSuffix("/") {
                try Posix.makeFolder(path + "/" + name.dropLast())
            } else {
                try Posix.writeDurably([], to: path + "/" + name)
            }
        }
        let directory = try launch()
        #expect(directory.holdsSweep)
        #expect(Set(Posix.list(path)).isSuperset(of: ["cells", "incoming", "lock", "sweep.yaml"]))
    }

    @Test("a report stays outdated until it is drawn, whoever is killed in between")
    func outdatedReport() throws {
        do {
            let directory = try launch()
            #expect(!directory.hasOutdatedReport)
            try directory.outdateReport()
            try directory.outdateReport()
        }
        let directory = SweepDirectory(path)
        #expect(directory.hasOutdatedReport)
        directory.settleReport()
        #expect(!directory.hasOutdatedReport && !SweepDirectory(path).hasOutdatedReport)
    }

    @Test("the directory of another sweep is refused")
    func otherSweep() throws {
        do { _ = try launch() }
        #expect(
            problem { try SweepDirectory(path).claim(for: "big") }
                == "cannot use the directory: \(path): it holds the sweep \"tiny\" "
                + "(hint: choose another --out for \"big\")")
    }

    @Test("a directory with other files is refused, and nothing is put into it")
    func foreign() throws {
        try Posix.makeDirectory(path)
        for name in ["thesis.tex", "a", "b", "c"] {
            try Posix.writeDurably([1], to: "\(path)/\(name)")
        }
        #expect(
            problem { try SweepDirectory(path).claim(for: "tiny") }
                == "cannot use the directory: \(path): it holds other files (a, b, c) "
                + "(hint: choose an empty or new directory with --out)")
        #expect(Posix.list(path) == ["a", "b", "c", "thesis.tex"])
    }

    @Test("a path too long for a ledger is refused before anything is made", arguments: [0, 1])
    func long(_ excess: Int) throws {
        let root = try #require(realpath(scratch.path, nil).map { String(cString: $0) }) + "/long"
        // Names of at most 200 bytes, as file systems have them.
        var path = root
        let whole = 490 + excess
        while path.utf8.count < whole {
            path += "/" + String(repeating: "d", count: min(200, whole - path.utf8.count - 1))
        }
        let directory = SweepDirectory(path)
        let message = problem {
            try directory.claim(for: "tiny")
            _ = try Ledger(directory.ledgerPath)
        }
        #expect(
            message.hasPrefix("cannot use the directory: \(path): its whole path has 491 bytes")
                == (excess == 1))
        #expect(Posix.exists(root) == (excess == 0))
    }

    @Test("a path below or at a regular file cannot be a sweep directory")
    func notADirectory() throws {
        try Posix.writeDurably([1], to: scratch.path + "/file")
        let file = scratch.path + "/file"
        #expect(
            problem { try SweepDirectory(file + "/tiny").claim(for: "tiny") }
                == "cannot make the directory: \(file)/tiny: Not a directory (errno 20)")
        #expect(
            problem { try SweepDirectory(file).claim(for: "tiny") }
                == "cannot write to the sweep directory: \(file): Not a directory (errno 20) "
                + "(hint: run, verify and retry write to it; grokmap run --out DIR takes another)")
    }

    @Test("where no sweep was launched there is none to open")
    func nothing() throws {
        #expect(
            problem { _ = try SweepDirectory(path).storedSpec() }
                == "cannot open the sweep: \(path): no sweep.yaml in it "
                + "(hint: name a directory that grokmap run has made)")
        _ = try launch()
        try Posix.makeFolder(path + "/report")
        #expect(
            problem { _ = try SweepDirectory(path + "/report").storedSpec() }
                .hasSuffix("(hint: it lies in a sweep's directory: name \(path))"))
    }

    @Test("half-received files of a killed coordinator are cleared away")
    func incoming() throws {
        do { _ = try launch() }
        try Posix.writeDurably([1], to: path + "/incoming/abc.1")
        try SweepDirectory(path).claim(for: "tiny")
        #expect(Posix.list(path + "/incoming").isEmpty)
    }

    @Test(
        "a link in place of a folder is not followed: what it leads to is neither emptied nor written",
        arguments: ["incoming", "cells", "checkpoints", "quarantine"])
    func linkedFolder(_ name: String) throws {
        do { _ = try launch() }
        let victim = scratch.path + "/victim"
        try Posix.makeDirectory(victim)
        try Posix.writeDurably([1], to: victim + "/thesis.tex")
        #expect(rmdir("\(path)/\(name)") == 0)
        #expect(symlink(victim, "\(path)/\(name)") == 0)
        #expect(
            problem { try SweepDirectory(path).claim(for: "tiny") }
                == "cannot use the directory: \(path)/\(name): it is a symbolic link, not a "
                + "directory (hint: move it away; the whole sweep may lie behind a link)")
        #expect(Posix.list(victim) == ["thesis.tex"])
    }

    @Test("a temporary file that is a link is replaced, not written through")
    func linkedTemporary() throws {
        let (file, victim) = (scratch.path + "/file", scratch.path + "/victim")
        try Posix.writeDurably([1], to: victim)
        #expect(symlink(victim, file + ".tmp") == 0)
        try Posix.writeDurably([2], to: file)
        #expect(try Posix.read(file) == [2])
        #expect(try Posix.read(victim) == [1])
        #expect(Posix.list(scratch.path) == ["file", "victim"])
    }

    @Test("what is no file is not waited for", arguments: ["FIFO", "device", "directory"])
    func notAFile(_ kind: String) throws {
        let file = scratch.path + "/file"
        switch kind {
        case "FIFO": #expect(mkfifo(file, 0o666) == 0)
        case "device": #expect(symlink("/dev/zero", file) == 0)
        default: try Posix.makeDirectory(file)
        }
        #expect(
            problem { _ = try Posix.read(file) }
                == "cannot read: \(file): it is a \(kind), not a file")
    }

    @Test("output goes beside what a sweep keeps, never over it")
    func output() throws {
        let directory = try launch()
        for own in [
            "", "/", "/sweep.yaml", "/ledger.sqlite", "/cells", "/cells/x.csv", "/sweep.h5",
        ] {
            #expect(
                problem { try SweepDirectory.refuse(output: path + own, into: directory.path) }
                    == "cannot write: \(path + own): the sweep in \(path) keeps its own there (hint: choose another --out)"
            )
        }
        #expect(symlink(path, scratch.path + "/link") == 0)
        #expect(throws: CoordinatorError.self) {
            try SweepDirectory.refuse(output: scratch.path + "/link/sweep.h5", into: path)
        }
        for free in [path + "/table.csv", path + "/report/table.csv", scratch.path + "/sweep.h5"] {
            try SweepDirectory.refuse(output: free, into: directory.path)
        }
    }

    @Test("the directory of another sweep is refused by who looks, too")
    func requiredSweep() throws {
        let directory = try launch()
        try directory.requireSweep("tiny")
        try SweepDirectory(scratch.path + "/none").requireSweep("other")
        #expect(
            problem { try directory.requireSweep("other") }
                == "cannot use the directory: \(path): it holds the sweep \"tiny\" (hint: choose "
                + "another --out for \"other\")")
    }

    @Test("what is quarantined is kept, one beside the other")
    func quarantine() throws {
        let directory = try launch()
        for content in [1, 2] as [UInt8] {
            try Posix.writeDurably([content], to: path + "/cells/x.h5")
            #expect(
                try directory.quarantine(path + "/cells/x.h5")
                    == "\(path)/quarantine/x.h5.\(content)")
        }
        #expect(Posix.list(path + "/cells").isEmpty)
        #expect(Posix.list(path + "/quarantine") == ["x.h5.1", "x.h5.2"])
        #expect(try Posix.read(path + "/quarantine/x.h5.2") == [2])
    }

    @Test("a cell lies under the first two digits of its identity")
    func layout() {
        let id = CellID(canonicalConfiguration: "{}")
        #expect(
            SweepDirectory("r/").cellPath(id)
                == "r/cells/44/44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a.h5")
    }
}
