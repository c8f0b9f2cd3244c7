import Core
import Foundation
import Results
import SHA256
import Sweeps
import System
import TestSupport
import Testing

@testable import Coordinator

@Suite("CellStore", .serialized, .exclusiveHDF5)
struct CellStoreTests {
    private let scratch: TemporaryDirectory
    private let directory: SweepDirectory
    private let ledger: Ledger
    private let store: CellStore
    private let plan: SweepPlan

    init() throws {
        scratch = try TemporaryDirectory()
        directory = SweepDirectory(scratch.path + "/tiny")
        try directory.claim(for: "tiny")
        ledger = try Ledger(directory.ledgerPath)
        store = CellStore(directory, ledger, reader: ReaderHere())
        plan = try Sample.plan()
    }

    /// What an owner finds in the directory.
    private struct Audit {
        var verified: [CellID: PhaseVerdict]
        var insufficient: Set<CellID>
        var quarantined: [CellStore.Damage]
    }

    private func look(_ plan: SweepPlan, with other: Ledger? = nil) throws -> Audit {
        let ledger = other ?? self.ledger
        let quarantined = try CellStore(directory, ledger, reader: ReaderHere()).audit(plan)
        let table = try SweepTable(
            plan, in: SweepFolder(directory.path), ledger: ledger, reader: ReaderHere(),
            isRunning: false)
        let known = try ledger.results()
        return Audit(
            verified: Dictionary(
                uniqueKeysWithValues: table.rows.compactMap { row in
                    row.status.verdict.map { (row.cell.id, $0) }
                }),
            insufficient: Set(table.missing.map(\.id).filter { known[$0] != nil }),
            quarantined: quarantined)
    }

    private func attempt(_ place: Int, _ number: Int = 1) -> AttemptID {
        AttemptID(cell: plan.cells[place].id, attempt: number)
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

    /// What the server does at the end of a round.
    private func stored(_ file: CellStore.Verified) throws -> String {
        try ledger.write(try store.publish(file), durably: true)
        let phase = file.status?.vote?.phase.name ?? "undecided"
        return "stored \(file.result.cell.short) \(file.result.attempt) \(phase)"
    }

    /// Words for what becomes of a chunk.
    private func receive(_ chunk: FileChunk) throws -> String {
        let cell = try #require(plan.cells.first { $0.id == chunk.attempt.cell }).definition
        switch try store.receive(chunk) {
        case .receiving(let offset): return "receiving \(offset)"
        case .refused(let reason): return "refused: \(reason)"
        case .complete(let file):
            do {
                return try stored(
                    try CellStore.verify(file, of: cell, for: plan.spec, reader: ReaderHere()))
            } catch let damage as ResultsError {
                store.discard(chunk.attempt)
                return "refused: \(damage)"
            }
        }
    }

    /// Stores a sound file of a planned cell.
    private func put(_ place: Int, stop: StopReason = .decided) throws {
        let bytes = try Sample.file(plan.cells[place].definition, in: scratch, stop: stop)
        for chunk in chunks(bytes, attempt(place)) { _ = try receive(chunk) }
        // As if time had passed: the file is on the disk.
        try ledger.retireIntake(through: .max)
        #expect(Posix.exists(directory.cellPath(plan.cells[place].id)))
    }

    // MARK: Receiving

    @Test("chunks in order become a verified file and a row of the ledger")
    func inOrder() throws {
        let cell = plan.cells[0]
        let bytes = try Sample.file(cell.definition, in: scratch)
        let pieces = chunks(bytes, attempt(0))
        #expect(pieces.count > 2)
        for piece in pieces.dropLast() {
            #expect(try receive(piece) == "receiving \(piece.offset + piece.payload.count)")
            #expect(!Posix.exists(directory.cellPath(cell.id)))
            #expect(try ledger.results().isEmpty)
        }
        #expect(try receive(#require(pieces.last)) == "stored \(cell.id.short) 2 grokking")
        #expect(try Posix.read(directory.cellPath(cell.id)) == bytes)
        let result = try #require(try ledger.results()[cell.id])
        #expect(result.size == bytes.count)
        #expect(result.sha256 == SHA256Digest.hex(of: bytes))
        #expect(Posix.list(directory.path + "/incoming").isEmpty)
    }

    @Test("a repeated chunk and one after a gap are answered with where to go on")
    func repeatedAndGap() throws {
        let bytes = try Sample.file(plan.cells[0].definition, in: scratch)
        let pieces = chunks(bytes, attempt(0))
        #expect(try receive(pieces[1]) == "receiving 0")
        #expect(try receive(pieces[0]) == "receiving 4000")
        #expect(try receive(pieces[0]) == "receiving 4000")
        #expect(try receive(pieces[2]) == "receiving 4000")
        var empty = pieces[1]
        empty.payload = []
        #expect(try receive(empty) == "receiving 4000")
        for piece in pieces.dropFirst().dropLast() { _ = try receive(piece) }
        #expect(
            try receive(#require(pieces.last)) == "stored \(plan.cells[0].id.short) 2 grokking")
        #expect(try Posix.read(directory.cellPath(plan.cells[0].id)) == bytes)
    }

    @Test("two slots may send one cell at once")
    func interleaved() throws {
        let bytes = try Sample.file(plan.cells[0].definition, in: scratch)
        let (first, second) = (chunks(bytes, attempt(0, 1)), chunks(bytes, attempt(0, 2)))
        for (a, b) in zip(first, second).dropLast() {
            #expect(try receive(a) == (try receive(b)))
        }
        #expect(try receive(#require(first.last)).hasPrefix("stored"))
        #expect(try receive(#require(second.last)).hasPrefix("stored"))
        #expect(try Posix.read(directory.cellPath(plan.cells[0].id)) == bytes)
    }

    @Test("a file whose hash is not the announced one is refused and can be sent again")
    func wrongHash() throws {
        let bytes = try Sample.file(plan.cells[0].definition, in: scratch)
        var damaged = bytes
        damaged[bytes.count / 2] ^= 1
        let announced = SHA256Digest.hex(of: bytes)
        var last = ""
        for chunk in chunks(damaged, attempt(0), sha256: announced) { last = try receive(chunk) }
        #expect(last == "refused: its SHA-256 is not the announced one")
        #expect(!Posix.exists(directory.cellPath(plan.cells[0].id)))
        #expect(Posix.list(directory.path + "/incoming").isEmpty)
        for chunk in chunks(bytes, attempt(0)) { last = try receive(chunk) }
        #expect(last.hasPrefix("stored"))
    }

    @Test("a file that starts over with other contents forgets what came before")
    func startsOver() throws {
        let bytes = try Sample.file(plan.cells[0].definition, in: scratch)
        var other = bytes
        other[0] ^= 1
        _ = try receive(chunks(other, attempt(0))[0])
        for chunk in chunks(bytes, attempt(0)).dropLast() { _ = try receive(chunk) }
        let last = try #require(chunks(bytes, attempt(0)).last)
        #expect(try receive(last).hasPrefix("stored"))
    }

    @Test("a complete file stays as it was read, whatever its slot says next")
    func readMeanwhile() throws {
        let cell = plan.cells[0].definition
        let bytes = try Sample.file(cell, in: scratch)
        guard
            case .complete(let file) = try store.receive(
                chunks(bytes, attempt(0), length: bytes.count)[0])
        else { throw Unexpected(problem: "not complete") }
        let other = try Sample.file(plan.cells[1].definition, in: scratch)
        #expect(try receive(chunks(other, attempt(0))[0]) == "receiving \(bytes.count)")
        #expect(try receive(chunks(bytes, attempt(0))[0]) == "receiving \(bytes.count)")
        let verified = try CellStore.verify(file, of: cell, for: plan.spec, reader: ReaderHere())
        #expect(try stored(verified).hasPrefix("stored"))
        #expect(try Posix.read(directory.cellPath(cell.id)) == bytes)
    }

    private struct Unexpected: Error { var problem: String }

    @Test("bytes that are no HDF5, and another cell's file, are refused by name")
    func notTheCell() throws {
        let noise = [UInt8](repeating: 7, count: 100)
        #expect(try receive(chunks(noise, attempt(0))[0]).hasPrefix("refused: read result: "))
        let other = try Sample.file(plan.cells[1].definition, in: scratch)
        var last = ""
        for chunk in chunks(other, attempt(0)) { last = try receive(chunk) }
        #expect(last.hasPrefix("refused: read result: "))
        #expect(last.contains(plan.cells[1].id.short))
        #expect(!Posix.exists(directory.cellPath(plan.cells[0].id)))
        #expect(try ledger.results().isEmpty)
    }

    @Test("chunks that lie outside of their file are refused")
    func outside() throws {
        func chunk(_ offset: Int, _ size: Int, _ length: Int, _ sha: Int = 64) throws -> String {
            try receive(
                FileChunk(
                    attempt: attempt(0), offset: offset, size: size,
                    sha256: String(repeating: "a", count: sha),
                    payload: [UInt8](repeating: 0, count: length)))
        }
        let refused = "refused: a chunk outside of its file"
        #expect(try chunk(0, 0, 0) == refused)
        #expect(try chunk(0, -1, 0) == refused)
        #expect(try chunk(-1, 10, 1) == refused)
        #expect(try chunk(8, 10, 3) == refused)
        #expect(try chunk(0, CellStore.largestFile + 1, 3) == refused)
        #expect(try chunk(Int.max, 10, 3) == refused)
        #expect(try chunk(0, 10, 3, 63) == refused)
    }

    @Test(
        "a file that a power cut kept from the disk is put back from the ledger",
        arguments: [nil, [], [UInt8](repeating: 0, count: 5000)] as [[UInt8]?])
    func putBack(_ left: [UInt8]?) throws {
        let bytes = try Sample.file(plan.cells[0].definition, in: scratch)
        for chunk in chunks(bytes, attempt(0)) { _ = try receive(chunk) }
        let path = directory.cellPath(plan.cells[0].id)
        unlink(path)
        if let left { try Posix.writeDurably(left, to: path) }
        let audit = try look(plan)
        #expect(Array(audit.verified.keys) == [plan.cells[0].id])
        #expect(audit.quarantined.isEmpty)
        #expect(try Posix.read(path) == bytes)
        #expect(try ledger.lastIntake() == nil)
    }

    @Test(
        "a damaged copy in the ledger never replaces a sound file, and a sound one a damaged file")
    func damagedCopy() throws {
        let id = plan.cells[0].id
        let bytes = try Sample.file(plan.cells[0].definition, in: scratch)
        for chunk in chunks(bytes, attempt(0)) { _ = try receive(chunk) }
        try ledger.retireIntake(through: .max)
        var damaged = bytes
        damaged[bytes.count / 2] ^= 1
        try ledger.write(.intake(id, damaged))
        #expect(try look(plan).verified.keys.contains(id))
        #expect(try Posix.read(directory.cellPath(id)) == bytes)
        #expect(try ledger.lastIntake() == nil)
        // The file damaged as well: nothing tells which to take, so nothing is written over.
        try ledger.write(.intake(id, damaged))
        try Posix.writeDurably([1, 2, 3], to: directory.cellPath(id))
        #expect(try look(plan).quarantined.map(\.cell) == [id])
        #expect(try Posix.read("\(directory.path)/quarantine/\(id.hex).h5.1") == [1, 2, 3])
    }

    @Test(
        "a received file that this machine cannot give back is its own fault, not the slot's",
        arguments: ["gone", "other bytes", "no file"])
    func ownDisk(_ fault: String) throws {
        let cell = plan.cells[0].definition
        let bytes = try Sample.file(cell, in: scratch)
        guard
            case .complete(let file) = try store.receive(
                chunks(bytes, attempt(0), length: bytes.count)[0])
        else { throw Unexpected(problem: "not complete") }
        switch fault {
        case "other bytes": try Posix.writeDurably([1, 2, 3], to: file.path)
        case "no file":
            unlink(file.path)
            try Posix.makeDirectory(file.path)
        default: unlink(file.path)
        }
        #expect(throws: CoordinatorError.self) {
            try CellStore.verify(file, of: cell, for: plan.spec, reader: ReaderHere())
        }
    }

    @Test("a file too long for the ledger is made durable by itself")
    func longFile() throws {
        let bytes = try Sample.file(plan.cells[0].definition, in: scratch)
        let longer = bytes + [UInt8](repeating: 0, count: CellStore.largestIntake)
        for chunk in chunks(longer, attempt(0), length: 100_000) { _ = try receive(chunk) }
        #expect(try Posix.read(directory.cellPath(plan.cells[0].id)).count == longer.count)
        #expect(try ledger.lastIntake() == nil)
        #expect(try ledger.results().count == 1)
    }

    // MARK: Audit

    @Test("sound files are verified with their verdict, absent ones are missing")
    func audit() throws {
        try put(0)
        try put(3)
        let audit = try look(plan)
        #expect(Set(audit.verified.keys) == [plan.cells[0].id, plan.cells[3].id])
        #expect(audit.verified[plan.cells[0].id]?.phase == .grokking)
        #expect(audit.insufficient.isEmpty)
        #expect(audit.quarantined.isEmpty)
    }

    @Test("a ledger that is gone is made again from the files")
    func rebuilt() throws {
        try put(0)
        try put(1)
        let fresh = try Ledger(scratch.path + "/new.sqlite")
        let audit = try look(plan, with: fresh)
        #expect(audit.verified.count == 2)
        #expect(try fresh.results() == (try ledger.results()))
    }

    @Test("a file that somebody holds a lock on is read, not condemned")
    func locked() throws {
        try put(0)
        let id = plan.cells[0].id
        let descriptor = open(directory.cellPath(id), O_RDWR)
        defer { close(descriptor) }
        #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        try ledger.write(.forgetResult(id))
        let audit = try look(plan)
        #expect(audit.quarantined.isEmpty)
        #expect(Array(audit.verified.keys) == [id])
    }

    @Test("a file with the bytes that were verified stays, whatever a reader says of it")
    func unreadable() throws {
        struct Blind: CellReading {
            func read(_ path: String, _ question: CellFileQuestion) throws -> CellFileAnswer {
                throw ResultsError(path: path, problem: "unable to lock file, errno = 37")
            }
        }
        try put(0)
        #expect(try CellStore(directory, ledger, reader: Blind()).audit(plan).isEmpty)
        #expect(try look(plan).verified.count == 1)
    }

    @Test("a row without its file is forgotten")
    func rowWithoutFile() throws {
        try put(0)
        unlink(directory.cellPath(plan.cells[0].id))
        #expect(try look(plan).verified.isEmpty)
        #expect(try ledger.results().isEmpty)
    }

    @Test(
        "damaged files go to quarantine, their rows are forgotten, the others stay",
        arguments: ["zero bytes", "truncated", "bit flipped", "noise", "another cell"])
    func quarantined(_ damage: String) throws {
        for place in 0..<3 { try put(place) }
        let id = plan.cells[1].id
        let path = directory.cellPath(id)
        var bytes = try Posix.read(path)
        switch damage {
        case "zero bytes": bytes = []
        case "truncated": bytes.removeLast(bytes.count / 3)
        case "noise": bytes = [UInt8](repeating: 0x55, count: bytes.count)
        case "another cell": bytes = try Posix.read(directory.cellPath(plan.cells[2].id))
        default:
            // The text of the configuration lies under a checksum of its own.
            let needle = Array("science_version".utf8)
            let place = try #require(
                bytes.indices.dropLast(needle.count).first {
                    Array(bytes[$0..<$0 + needle.count]) == needle
                })
            bytes[place] ^= 4
        }
        try Posix.writeDurably(bytes, to: path)
        let audit = try look(plan)
        #expect(audit.quarantined.map(\.cell) == [id])
        #expect(audit.verified.count == 2)
        #expect(!Posix.exists(path))
        #expect(Posix.list(directory.path + "/quarantine") == ["\(id.hex).h5.1"])
        #expect(try Posix.read(directory.path + "/quarantine/\(id.hex).h5.1") == bytes)
        #expect(try ledger.results()[id] == nil)
        // Stored once more, it counts again.
        try put(1)
        #expect(try look(plan).verified.count == 3)
    }

    @Test(
        "what is no file in a cell's place goes to quarantine unread",
        arguments: ["FIFO", "device", "directory"])
    func notAFile(_ kind: String) throws {
        for place in 0..<2 { try put(place) }
        let id = plan.cells[1].id
        let path = directory.cellPath(id)
        unlink(path)
        switch kind {
        case "FIFO": #expect(mkfifo(path, 0o666) == 0)
        case "device": #expect(symlink("/dev/zero", path) == 0)
        default: try Posix.makeDirectory(path)
        }
        let audit = try look(plan)
        #expect(audit.quarantined.map(\.cell) == [id])
        #expect(audit.quarantined.map(\.reason) == ["it is a \(kind), not a file"])
        #expect(audit.verified.count == 1)
        #expect(try ledger.results()[id] == nil)
    }

    @Test("a file that holds too little for the rule, the record or the stop is not enough")
    func insufficient() throws {
        try put(0)
        try put(1, stop: .budget)
        let ids = plan.cells.map(\.id)
        for extra in ["phase_rule: {validation_accuracy: 0.95}", "stop: budget"] {
            let audit = try look(try Sample.plan(extra: extra))
            #expect(audit.insufficient == [ids[0]], "\(extra)")
            #expect(Array(audit.verified.keys) == [ids[1]], "\(extra)")
        }
        let audit = try look(try Sample.plan(extra: "record: {measures: [rqi]}"))
        #expect(audit.insufficient == [ids[0], ids[1]])
        let lower = try look(
            try Sample.plan(extra: "phase_rule: {validation_accuracy: 0.1, gap: 5}"))
        #expect(lower.verified[ids[0]]?.phase == .comprehension)
    }
}
