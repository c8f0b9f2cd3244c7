import Core
import Foundation
@preconcurrency import Glibc
import Sweeps
import System

/// The story of a sweep as JSON lines, one per event, in `events.jsonl`: what the ledger's tables say, in the order it
/// happened, for programs that follow along (`tail -f`). It is never read back.
final class EventLog {
    private let path: String
    private var descriptor: CInt
    private var size = 0
    private var pending: [UInt8] = []
    private var open: [AttemptID: (slot: SlotID, host: String, since: Date)] = [:]

    /// Opens the log for appending; a line that was cut off by a kill is ended first.
    ///
    /// - Throws: `CoordinatorError` when it cannot be written.
    init(_ path: String) throws(CoordinatorError) {
        self.path = path
        descriptor = try Posix.openRegular(
            "write", path, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW)
        var last: UInt8 = 0
        let end = lseek(descriptor, 0, SEEK_END)
        size = max(0, Int(end))
        if end > 0, pread(descriptor, &last, 1, end - 1) == 1, last != UInt8(ascii: "\n") {
            pending.append(UInt8(ascii: "\n"))
        }
    }

    deinit { close(descriptor) }

    /// Takes entries as the ledger has them.
    func append(_ entries: [LedgerEntry], at date: Date) {
        let at = Timestamp.text(date)
        for entry in entries {
            guard let members = members(of: entry, date) else { continue }
            let text = CanonicalJSON.text(
                .object(members.merging(["at": .string(at)]) { value, _ in value }))
            pending.append(contentsOf: text.utf8)
            pending.append(UInt8(ascii: "\n"))
        }
    }

    /// Writes what was taken.
    ///
    /// - Throws: `CoordinatorError` when this machine cannot store it (disk full).
    func flush() throws(CoordinatorError) {
        guard !pending.isEmpty else { return }
        try Posix.write(pending, to: descriptor, path)
        size += pending.count
        pending = []
        guard size > EventLog.longest else { return }
        // Started again; the part before is kept, once.
        guard rename(path, path + ".1") == 0 else {
            throw CoordinatorError("rename", path, errno: errno)
        }
        let fresh = try Posix.openRegular(
            "write", path, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW)
        close(descriptor)
        descriptor = fresh
        size = 0
    }

    /// The longest that the file gets, bytes: hundreds of thousands of events.
    private static let longest = 64 << 20

    private func members(of entry: LedgerEntry, _ date: Date) -> [String: JSONValue]? {
        switch entry {
        case .round(let round):
            return [
                "event": .string("round"), "number": .number(Double(round.number)),
                "kind": .string(round.kind.rawValue), "cells": .number(Double(round.cells.count)),
            ]
        case .lease(let attempt, let slot, let process):
            open[attempt] = (slot, process.host, date)
            return EventLog.members("leased", attempt).merging(
                EventLog.members(slot, process.host)
            ) { value, _ in value }
        case .end(let attempt, let outcome, let reason):
            var members = EventLog.members(outcome.rawValue, attempt)
            if !reason.isEmpty { members["reason"] = .string(reason) }
            if let (slot, host, since) = open.removeValue(forKey: attempt) {
                members.merge(EventLog.members(slot, host)) { value, _ in value }
                members["seconds"] = .number(
                    (date.timeIntervalSince(since) * 1000).rounded() / 1000)
            }
            return members
        case .forgiven(let attempts, let reason):
            return [
                "event": .string("forgiven"), "reason": .string(reason),
                "attempts": .array(
                    attempts.map {
                        .object([
                            "cell": .string($0.cell.hex), "attempt": .number(Double($0.attempt)),
                        ])
                    }),
            ]
        case .result(let result):
            return [
                "event": .string("result"), "cell": .string(result.cell.hex),
                "attempt": .number(Double(result.attempt)), "sha256": .string(result.sha256),
                "size": .number(Double(result.size)),
                "steps_run": .number(Double(result.summary.stepsRun)),
            ]
        case .failure(let cell, let reason):
            return [
                "event": .string("given-up"), "cell": .string(cell.hex),
                "reason": .string(reason),
            ]
        case .slot(let slot, let process, let blasCore, let owner):
            var members = EventLog.members(slot, process.host).merging([
                "event": .string("registered"), "pid": .number(Double(process.pid)),
                "blas_core": .string(blasCore),
            ]) { value, _ in value }
            members["key"] = owner.map(JSONValue.string)
            return members
        case .allocation(let record):
            return [
                "event": .string("allocation"), "launcher": .string(record.launcher),
                "name": .string(record.name), "state": .string(record.state),
                "reason": .string(record.reason), "slots": .number(Double(record.slots)),
            ]
        case .event(let kind, let subject, let text):
            return [
                "event": .string(kind), "subject": .string(subject), "text": .string(text),
            ]
        case .intake, .forgetResult, .checkpoint, .forgetCheckpoint: return nil
        }
    }

    private static func members(_ event: String, _ attempt: AttemptID) -> [String: JSONValue] {
        [
            "event": .string(event), "cell": .string(attempt.cell.hex),
            "attempt": .number(Double(attempt.attempt)),
        ]
    }

    private static func members(_ slot: SlotID, _ host: String) -> [String: JSONValue] {
        [
            "worker": .string(slot.worker), "slot": .number(Double(slot.slot)),
            "host": .string(host),
        ]
    }
}
