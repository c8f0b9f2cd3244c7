import Core
import Sweeps
import Testing

@testable import Coordinator

@Suite("What is decided about results and checkpoints")
struct ReceptionTests {
    /// A reception of two cells, whose first is in the hands of slot `a`; `b` has the second.
    private final class Bench {
        let a = TestSlot("a")
        let b = TestSlot("b")
        let cells: [CellDefinition]
        var reception: Reception

        init() throws {
            cells = try Sample.cells(2)
            reception = Reception(Scheduler(cells, settings: Scheduler.Settings()))
            for slot in [a, b] {
                for event in [slot.hello(), .request(slot.connection, credit: 1)] {
                    _ = handle(.decide(event))
                }
            }
        }

        var attempt: AttemptID { AttemptID(cell: cells[0].id, attempt: 1) }

        func state(_ place: Int) -> Scheduler.CellState { reception.scheduler.cells[place].state }

        func handle(_ event: ReceptionEvent) -> [String] {
            reception.handle(event, now: 1).compactMap(Bench.word)
        }

        /// A whole result of the first cell in one piece.
        func piece(_ attempt: Int = 1) -> FileChunk {
            FileChunk(
                attempt: AttemptID(cell: cells[0].id, attempt: attempt), offset: 0, size: 3,
                sha256: "5a", payload: [1, 2, 3])
        }

        /// Sends the whole result and says what comes of it when it has been kept and read.
        func deliver(_ reading: ResultReading, from slot: TestSlot) -> [String] {
            let file = SentFile(.result, piece())
            return handle(.message(slot.connection, .resultChunk(piece())))
                + handle(.kept(slot.connection, file, .complete))
                + handle(.resultRead(attempt, reading))
        }

        /// A word for an effect, nil for those that these tests are not about.
        private static func word(_ effect: ReceptionEffect) -> String? {
            switch effect {
            case .keep: "keep"
            case .publish: "publish"
            case .discardResult: "discard"
            case .readPiece: "read"
            case .decided(.recordEnd(_, let outcome, _)): "end \(outcome)"
            case .decided(.send(_, .resultAck(let ack))): "ack \(ack.state)"
            case .decided(.send(_, .checkpointAck(let ack))): "checkpoint \(ack.state)"
            case .decided(.send(_, .checkpointChunk(let chunk))): "piece of \(chunk.size)"
            case .decided(.send(_, .reject(let reject))): "reject \(reject.code)"
            case .decided, .discardCheckpoint, .warn: nil
            }
        }
    }

    @Test("a sound result is put in its place before its end is written down and its slot is told")
    func sound() throws {
        let bench = try Bench()
        #expect(
            bench.deliver(.sound(.grokking, size: 3), from: bench.a) == [
                "keep", "publish", "end stored", "discard", "ack stored",
            ])
        #expect(bench.state(0) == .verified)
        #expect(
            bench.handle(.message(bench.a.connection, .resultChunk(bench.piece()))) == [
                "ack superfluous"
            ])
    }

    @Test("a result that cannot be used is sent again once; the second time its attempt has failed")
    func unusable() throws {
        let bench = try Bench()
        let once = ["keep", "discard", "ack refused"]
        #expect(bench.deliver(.unusable("damaged"), from: bench.a) == once)
        #expect(bench.state(0) == .leased)
        #expect(
            bench.deliver(.unusable("damaged"), from: bench.a) == once + ["end failed", "discard"])
        #expect(bench.state(0) != .verified)
    }

    @Test("a result is taken though its slot says goodbye while it is being read")
    func goodbye() throws {
        let bench = try Bench()
        let file = SentFile(.result, bench.piece())
        let slot = bench.a.connection
        #expect(bench.handle(.message(slot, .resultChunk(bench.piece()))) == ["keep"])
        _ = bench.handle(.kept(slot, file, .complete))
        let left = bench.handle(.message(slot, .goodbye(Goodbye(reason: "done"))))
        #expect(!left.contains("discard"))
        #expect(bench.handle(.resultRead(bench.attempt, .sound(nil, size: 3))).contains("publish"))
        #expect(bench.state(0) == .verified)
    }

    @Test("nobody's word about another's result or checkpoint opens a file")
    func strangers() throws {
        let bench = try Bench()
        let nobody = Connection(bytes: [9, 9, 1])
        let other = bench.b.connection
        #expect(
            bench.handle(.message(nobody, .resultChunk(bench.piece()))) == ["reject unknownSlot"])
        #expect(bench.handle(.message(other, .resultChunk(bench.piece()))) == ["ack superfluous"])
        #expect(
            bench.handle(.message(other, .checkpoint(bench.piece()))) == ["checkpoint superfluous"])
        #expect(
            bench.handle(.message(other, .resultChunk(bench.piece(7)))) == ["reject unknownSlot"])
        let request = CheckpointRequest(attempt: bench.attempt, sha256: "5a", offset: 0)
        #expect(bench.handle(.message(other, .checkpointRequest(request))) == ["piece of 0"])
        #expect(bench.handle(.message(other, .drain(Drain(reason: "go")))) == ["reject malformed"])
        // Files that are begun and not ended are bounded.
        #expect(bench.handle(.message(bench.a.connection, .resultChunk(bench.piece()))) == ["keep"])
    }

    @Test("a slot whose key has been revoked is told, and its cells go to others")
    func revoked() throws {
        let bench = try Bench()
        let said = bench.handle(.revoked(bench.a.connection))
        #expect(said.first == "reject refused")
        #expect(said.contains("end released") || said.contains("end lost"))
        #expect(bench.handle(.revoked(Connection(bytes: [9, 1]))) == ["reject refused"])
    }

    @Test("a checkpoint that cannot be read is forgotten, and its slot gets a piece of nothing")
    func lostCheckpoint() throws {
        let bench = try Bench()
        let file = SentFile(.checkpoint, bench.piece())
        let offer = CheckpointOffer(
            step: 5, size: 3, sha256: "5a", engine: "fast", blasCore: "Haswell")
        let slot = bench.a.connection
        #expect(bench.handle(.message(slot, .checkpoint(bench.piece()))) == ["keep"])
        let stored = StoredCheckpoint(attempt: 1, offer: offer)
        #expect(bench.handle(.checkpointRead(file, .stored(stored))) == ["checkpoint stored"])
        let request = CheckpointRequest(attempt: bench.attempt, sha256: "5a", offset: 0)
        #expect(bench.handle(.message(slot, .checkpointRequest(request))) == ["read"])
        #expect(bench.handle(.pieceRead(slot, request, piece: nil)) == ["piece of 0"])
        #expect(bench.handle(.message(slot, .checkpointRequest(request))) == ["piece of 0"])
    }
}
