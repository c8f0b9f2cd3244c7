import Core
import Foundation
@preconcurrency import Glibc
import SHA256
import Sweeps
import System
import TestSupport
import Testing

@testable import Coordinator

@Suite("CheckpointStore")
struct CheckpointStoreTests {
    private let scratch: TemporaryDirectory
    private let directory: SweepDirectory
    private let ledger: Ledger
    private let plan: SweepPlan
    private let store: CheckpointStore

    init() throws {
        scratch = try TemporaryDirectory()
        directory = SweepDirectory(scratch.path + "/tiny")
        try directory.claim(for: "tiny")
        ledger = try Ledger(directory.ledgerPath)
        plan = try Sample.plan()
        store = CheckpointStore(directory, ledger, plan.spec)
    }

    private func attempt(_ place: Int, _ number: Int = 1) -> AttemptID {
        AttemptID(cell: plan.cells[place].id, attempt: number)
    }

    private func checkpoint(_ place: Int, step: Int = 2048, length: Int = 9000) -> Checkpoint {
        Sample.checkpoint(plan.cells[place].id, plan.spec, step: step, length: length)
    }

    private func chunks(
        _ bytes: [UInt8], _ attempt: AttemptID, length: Int = 4000, sha256: String? = nil
    ) -> [FileChunk] {
        stride(from: 0, to: bytes.count, by: length).map { offset in
            FileChunk(
                attempt: attempt, offset: offset, size: bytes.count,
                sha256: sha256 ?? SHA256Digest.hex(of: bytes),
                payload: Array(bytes[offset..<min(offset + length, bytes.count)]))
        }
    }

    /// Words for what becomes of a chunk.
    private func receive(_ chunk: FileChunk) throws -> String {
        switch try store.receive(chunk) {
        case .receiving(let offset): "receiving \(offset)"
        case .refused(let reason): "refused: \(reason)"
        case .complete: try published()
        }
    }

    /// Words for what becomes of a complete checkpoint once it has been read.
    private func published(isWanted: Bool = true) throws -> String {
        var wasAsked = false
        while !wasAsked {
            let read = try store.publishRead { _ in
                wasAsked = true
                return isWanted
            }
            switch read.first?.reading {
            case nil: usleep(1000)
            case .stored(let stored): return "stored \(stored.offer.step) of \(stored.attempt)"
            case .unusable(let reason): return "refused: \(reason)"
            }
        }
        return "dropped"
    }

    /// Sends a checkpoint in pieces and says what became of the last one.
    @discardableResult
    private func put(_ checkpoint: Checkpoint, _ attempt: AttemptID) throws -> String {
        var last = ""
        for chunk in chunks(checkpoint.encoded(), attempt) { last = try receive(chunk) }
        return last
    }

    private var files: [String] { Posix.list(directory.path + "/checkpoints") }

    // MARK: Receiving

    @Test("pieces in order become a file and a row, which the next checkpoint replaces")
    func replaced() throws {
        let cell = plan.cells[0].id
        for (number, step) in [(1, 256), (2, 2048), (2, 512)] {
            let bytes = checkpoint(0, step: step).encoded()
            let words = try put(checkpoint(0, step: step), attempt(0, number))
            #expect(words == "stored \(step) of \(number)")
            #expect(try Posix.read(directory.checkpointPath(cell)) == bytes)
            let row = try #require(try ledger.checkpoints()[cell])
            #expect(row.attempt == number && row.offer.step == step)
            #expect(row.offer.size == bytes.count)
            #expect(row.offer.sha256 == SHA256Digest.hex(of: bytes))
            #expect(row.offer.engine == "fast" && row.offer.blasCore == "Haswell")
        }
        #expect(files == ["\(cell.hex).ckpt"])
        #expect(Posix.list(directory.path + "/incoming").isEmpty)
    }

    @Test("until the last piece is there the checkpoint before stays in place")
    func untilComplete() throws {
        try put(checkpoint(0, step: 256), attempt(0))
        for chunk in chunks(checkpoint(0, step: 512).encoded(), attempt(0)).dropLast() {
            #expect(try receive(chunk).hasPrefix("receiving"))
        }
        let there = try Checkpoint(
            decoding: try Posix.read(directory.checkpointPath(plan.cells[0].id)))
        #expect(there.step == 256)
        store.discard(attempt(0))
        #expect(Posix.list(directory.path + "/incoming").isEmpty)
    }

    @Test("a checkpoint whose attempt ends while it is read is dropped, and the old one stays")
    func endedMeanwhile() throws {
        try put(checkpoint(0, step: 256), attempt(0))
        let pieces = chunks(checkpoint(0, step: 512).encoded(), attempt(0, 2))
        for piece in pieces.dropLast() { _ = try store.receive(piece) }
        guard let last = pieces.last, case .complete = try store.receive(last) else {
            Issue.record("it is not read on another thread")
            return
        }
        store.discard(attempt(0, 2))
        #expect(try published(isWanted: false) == "dropped")
        #expect(try ledger.checkpoints().values.map(\.offer.step) == [256])
        #expect(Posix.list(directory.path + "/incoming").isEmpty)
    }

    @Test("what is no checkpoint of this cell in this sweep is refused, and the old one stays")
    func refused() throws {
        try put(checkpoint(0, step: 256), attempt(0))
        let other = plan.cells[1].id
        #expect(
            try put(checkpoint(1), attempt(0))
                == "refused: made for cell \(other.short), not \(plan.cells[0].id.short)")
        var foreign = checkpoint(0)
        foreign.origin.rule.gap = 7
        #expect(try put(foreign, attempt(0)) == "refused: made for another phase rule")
        foreign = checkpoint(0)
        foreign.origin.stop = .budget
        #expect(try put(foreign, attempt(0)) == "refused: made for stop budget, not decided")
        #expect(
            try receive(chunks([1, 2, 3], attempt(0))[0])
                == "refused: not a checkpoint of this version")
        var damaged = checkpoint(0).encoded()
        damaged[100] ^= 1
        let announced = SHA256Digest.hex(of: checkpoint(0).encoded())
        let words = try chunks(damaged, attempt(0), sha256: announced).map(receive)
        #expect(words.last == "refused: its SHA-256 is not the announced one")
        #expect(
            try receive(
                FileChunk(
                    attempt: attempt(0), offset: 0, size: Checkpoint.largestSize + 1,
                    sha256: announced, payload: [1])) == "refused: a chunk outside of its file")
        #expect(try ledger.checkpoints().values.map(\.offer.step) == [256])
        #expect(Posix.list(directory.path + "/incoming").isEmpty)
    }

    // MARK: Handing out

    @Test("pieces asked for by offset give the file back", arguments: [1, 262_144, 600_001])
    func pieces(_ length: Int) throws {
        try put(checkpoint(0, length: length), attempt(0))
        let cell = plan.cells[0].id
        let offer = try #require(try ledger.checkpoints()[cell]).offer
        var bytes: [UInt8] = []
        while bytes.count < offer.size {
            bytes += try #require(try store.piece(of: cell, offer, offset: bytes.count))
        }
        #expect(bytes == checkpoint(0, length: length).encoded())
        #expect(try store.piece(of: cell, offer, offset: offer.size) == nil)
        #expect(try store.piece(of: cell, offer, offset: -1) == nil)
        #expect(try store.piece(of: plan.cells[1].id, offer, offset: 0) == nil)
        try Posix.writeDurably([1], to: directory.checkpointPath(cell))
        #expect(try store.piece(of: cell, offer, offset: 0) == nil)
    }

    // MARK: Audit

    @Test("after a restart missing cells resume from their checkpoints, row or no row")
    func audit() throws {
        try put(checkpoint(0, step: 256), attempt(0, 3))
        try put(checkpoint(1, step: 512), attempt(1))
        let rows = try ledger.checkpoints()
        var audit = try store.audit(plan) { _ in true }
        #expect(audit.usable == rows && audit.dropped.isEmpty)
        // Killed between the file and its row: the file is right.
        try ledger.write(.forgetCheckpoint(plan.cells[1].id))
        audit = try store.audit(plan) { _ in true }
        #expect(audit.usable[plan.cells[1].id]?.offer == rows[plan.cells[1].id]?.offer)
        #expect(try ledger.checkpoints().count == 2)
        unlink(directory.checkpointPath(plan.cells[0].id))
        audit = try store.audit(plan) { _ in true }
        #expect(Array(audit.usable.keys) == [plan.cells[1].id])
        #expect(Array(try ledger.checkpoints().keys) == [plan.cells[1].id])
    }

    @Test("checkpoints of cells that are not missing any more are removed without a word")
    func finished() throws {
        try put(checkpoint(0), attempt(0))
        let audit = try store.audit(plan) { _ in false }
        #expect(audit.usable.isEmpty && audit.dropped.isEmpty)
        #expect(files.isEmpty)
        #expect(try ledger.checkpoints().isEmpty)
    }

    @Test(
        "a damaged checkpoint is put into quarantine with its reason, and no cell resumes from it",
        arguments: ["empty", "truncated", "flipped", "noise"])
    func damaged(_ damage: String) throws {
        for place in 0..<2 { try put(checkpoint(place), attempt(place)) }
        let cell = plan.cells[0].id
        var bytes = try Posix.read(directory.checkpointPath(cell))
        switch damage {
        case "empty": bytes = []
        case "truncated": bytes.removeLast(bytes.count / 3)
        case "noise": bytes = [UInt8](repeating: 0x55, count: bytes.count)
        default: bytes[bytes.count / 2] ^= 0x10
        }
        try Posix.writeDurably(bytes, to: directory.checkpointPath(cell))
        let audit = try store.audit(plan) { _ in true }
        #expect(Array(audit.usable.keys) == [plan.cells[1].id])
        #expect(audit.dropped.map(\.cell) == [cell])
        #expect(Posix.list(directory.path + "/quarantine") == ["\(cell.hex).ckpt.1"])
        #expect(try ledger.checkpoints()[cell] == nil)
    }

    @Test("a checkpoint made under another rule is removed when the sweep is launched with one")
    func anotherRule() throws {
        try put(checkpoint(0), attempt(0))
        let changed = try Sample.plan(extra: "phase_rule: {gap: 5}")
        let audit = try CheckpointStore(directory, ledger, changed.spec).audit(changed) { _ in
            true
        }
        #expect(audit.dropped.map(\.reason) == ["made for another phase rule"])
        #expect(files.isEmpty && Posix.list(directory.path + "/quarantine").isEmpty)
    }
}
