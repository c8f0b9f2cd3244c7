import Core
import Foundation
@preconcurrency import Glibc
import Sweeps
import System

/// A sweep's directory as its owner has it: the claim that makes one coordinator the owner, and what only an owner does.
final class SweepDirectory: SweepPaths {
    /// The directory.
    let path: String
    /// What makes this process its owner, nil in a mere view of it.
    private(set) var ownership: DirectoryClaim?

    /// A view of a directory, without owning it.
    init(_ path: String) {
        self.path = SweepFolder(path).path
    }

    /// Says to whoever looks from another machine that the owner is alive.
    func giveSignOfLife() { ownership?.giveSignOfLife() }

    /// The launched sweep, nil where its file is no sweep file: it is replaced by the one being launched.
    private func readableSpec() throws(CoordinatorError) -> SweepSpec? {
        do {
            return try storedSpec()
        } catch {
            guard error.isDamage else { throw error }
            return nil
        }
    }

    /// Makes the directory this process' own for a sweep of this name; it stays so until the process ends.
    ///
    /// - Throws: `CoordinatorError` when it cannot be made or written, holds something else, or has an owner.
    func claim(for sweep: String) throws(CoordinatorError) {
        try requireRoomForLedger()
        try Posix.makeDirectory(path)
        let names = Posix.list(path)
        if holdsSweep {
            try requireSweep(sweep)
        } else if case let foreign = names.filter({ !SweepDirectory.ours.contains($0) }),
            !foreign.isEmpty
        {
            throw CoordinatorError(
                "use the directory", path,
                "it holds other files (\(foreign.prefix(3).joined(separator: ", ")))",
                hint: "choose an empty or new directory with --out")
        }
        ownership = try DirectoryClaim(path)
        for name in ["cells", "checkpoints", "quarantine", "incoming"] {
            try Posix.makeFolder(path + "/" + name)
        }
        // What a killed coordinator left half received is sent again by the slot that still has it.
        try Posix.empty(path + "/incoming")
    }

    /// Refuses a path below which SQLite could open no ledger, before anything is made.
    private func requireRoomForLedger() throws(CoordinatorError) {
        let whole = URL(fileURLWithPath: path).resolvingSymlinksInPath().path.utf8.count
        let most = Ledger.longestPath - "/ledger.sqlite".utf8.count
        guard whole > most else { return }
        throw CoordinatorError(
            "use the directory", path,
            "its whole path has \(whole) bytes, and a ledger can be kept below one of at most \(most)",
            hint: "choose a shorter one with --out")
    }

    /// Refuses the directory of a sweep of another name.
    ///
    /// - Throws: `CoordinatorError` when it holds one, or cannot be read.
    func requireSweep(_ name: String) throws(CoordinatorError) {
        guard holdsSweep, let stored = try readableSpec(), stored.name != name else { return }
        throw CoordinatorError(
            "use the directory", path, "it holds the sweep \"\(stored.name)\"",
            hint: "choose another --out for \"\(name)\"")
    }

    /// Refuses a place for output where a sweep keeps something: results would be written over.
    ///
    /// - Parameters:
    ///   - output: the file or folder to be written.
    ///   - directory: the sweep's directory.
    /// - Throws: `CoordinatorError` when it is the directory itself, or in it and not in its report.
    static func refuse(output: String, into directory: String) throws(CoordinatorError) {
        let whole = URL(fileURLWithPath: output)
        let beside = (try? Posix.resolved(whole.deletingLastPathComponent().path))
            .map { "\($0)/\(whole.lastPathComponent)" }
        guard let root = try? Posix.resolved(directory),
            let place = (try? Posix.resolved(output)) ?? beside,
            place == root || place.hasPrefix(root + "/")
        else { return }
        let name = String(place.dropFirst(root.count + 1).prefix { $0 != "/" })
        guard name.isEmpty || name == "sweep.yaml" || name != "report" && ours.contains(name) else {
            return
        }
        throw CoordinatorError(
            "write", output, "the sweep in \(directory) keeps its own there",
            hint: "choose another --out")
    }

    private static let ours: Set<String> = [
        "lock", "cells", "checkpoints", "states", "quarantine", "incoming", "ledger.sqlite",
        "ledger.sqlite-wal", "ledger.sqlite-shm", "ledger.sqlite-journal", "sweep.yaml.tmp",
        "worker.log", "worker.log.1", "events.jsonl", "events.jsonl.1", "sweep.h5",
        "sweep.h5.unfinished", "report", "report.outdated", "report.outdated.tmp", "keys", "slurm",
        "ssh", "port",
    ]

    /// Whether cells or sweep file have changed since the report was drawn, or may have.
    var hasOutdatedReport: Bool { Posix.exists(outdatedReportPath) }

    /// Says that the report is older than what comes next, for the run that follows if this one is killed before it draws.
    func outdateReport() throws(CoordinatorError) {
        guard !hasOutdatedReport else { return }
        try Posix.writeDurably([], to: outdatedReportPath)
    }

    /// Says that the report shows the cells as they are. Lost in a power cut, it costs a report that is drawn twice.
    func settleReport() { unlink(outdatedReportPath) }

    /// Moves a file that cannot be used out of the way, keeping it for a look.
    ///
    /// - Returns: where it lies now.
    @discardableResult
    func quarantine(_ file: String) throws(CoordinatorError) -> String {
        let name = file.split(separator: "/").last.map(String.init) ?? "file"
        var number = 1
        while Posix.exists("\(path)/quarantine/\(name).\(number)") { number += 1 }
        let target = "\(path)/quarantine/\(name).\(number)"
        try Posix.makeFolder(path + "/quarantine")
        try Posix.publish(file, as: target)
        return target
    }

    /// Moves the ledger out of the way with SQLite's side files.
    ///
    /// - Returns: where it lies now.
    func quarantineLedger() throws(CoordinatorError) -> String {
        for suffix in ["-wal", "-shm", "-journal"] where Posix.exists(ledgerPath + suffix) {
            try quarantine(ledgerPath + suffix)
        }
        return try quarantine(ledgerPath)
    }
}
