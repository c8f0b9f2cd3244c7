import Core
import Testing

@testable import Worker

@Suite struct SlotLinkDeliveryTests {
    private let piece = FileChunk.largestPayload

    private func ack(
        _ state: FileAck.State = .receiving, offset: Int, credit: Int = 0, reason: String? = nil
    ) throws -> Message {
        .resultAck(
            FileAck(
                attempt: try Samples.attempt(), state: state, offset: offset, credit: credit,
                reason: reason))
    }

    @Test("a small result is one piece, and the next cell is asked for before it is acknowledged")
    func small() throws {
        var bench = try LinkBench.training()
        let effects = bench.happens(.trained(try Samples.attempt(), Samples.file(100)))
        #expect(effects.pieces == [[0, 100]] && effects.requests == 1)
    }

    @Test("without credit only the first piece is sent; then exactly what the credit covers")
    func credit() throws {
        var bench = try LinkBench.training()
        let size = 4 * piece + 5
        let effects = bench.happens(.trained(try Samples.attempt(), Samples.file(size)))
        #expect(effects.pieces == [[0, piece]])
        #expect(bench.after(.seconds(1)).pieces.isEmpty)
        let more = bench.hears(try ack(offset: piece, credit: 2 * piece))
        #expect(more.pieces == [[piece, piece], [2 * piece, piece]])
        #expect(bench.hears(try ack(offset: 2 * piece, credit: piece)).pieces.isEmpty)
        let rest = bench.hears(try ack(offset: 3 * piece, credit: 100 * piece))
        #expect(rest.pieces == [[3 * piece, piece], [4 * piece, 5]])
        #expect(bench.hears(try ack(offset: size)).pieces.isEmpty)
    }

    @Test("a coordinator that has part of the file already is sent the rest only")
    func resume() throws {
        var bench = try LinkBench.delivering(3 * piece)
        let effects = bench.hears(try ack(offset: 2 * piece, credit: 8 * piece))
        #expect(effects.pieces == [[2 * piece, piece]])
    }

    @Test("a lost acknowledgement makes the slot send again from what is known to have arrived")
    func lostAck() throws {
        var bench = try LinkBench.delivering(3 * piece)
        _ = bench.hears(try ack(offset: piece, credit: 2 * piece))
        let again = [[piece, piece], [2 * piece, piece]]
        #expect(bench.pass(.milliseconds(4900), answering: true).pieces.isEmpty)
        #expect(bench.pass(.milliseconds(200), answering: true).pieces == again)
        #expect(bench.pass(.seconds(5), answering: true).pieces == again)
        _ = bench.hears(try ack(offset: 2 * piece))
        #expect(bench.pass(.seconds(5.1), answering: true).pieces == [[2 * piece, piece]])
    }

    @Test("when the last word is lost the last piece is sent again until it comes")
    func lostStored() throws {
        var bench = try LinkBench.delivering(100)
        _ = bench.hears(try ack(offset: 100))
        #expect(bench.pass(.seconds(11), answering: true).pieces == [[0, 100], [0, 100]])
        #expect(bench.hears(try ack(.stored, offset: 100)) == [.discard(Samples.file(100))])
        #expect(bench.pass(.seconds(11), answering: true).pieces.isEmpty)
    }

    @Test("a result that is not wanted is dropped")
    func superfluous() throws {
        var bench = try LinkBench.delivering(2 * piece)
        #expect(
            bench.hears(try ack(.superfluous, offset: 0)) == [.discard(Samples.file(2 * piece))])
    }

    @Test("a refused result is sent once more from the start, then given up as failed")
    func refused() throws {
        var bench = try LinkBench.delivering(2 * piece)
        _ = bench.hears(try ack(offset: piece, credit: piece))
        let again = bench.hears(try ack(.refused, offset: 0, reason: "wrong hash"))
        #expect(again.pieces == [[0, piece]])
        let effects = bench.hears(try ack(.refused, offset: 0, reason: "wrong hash"))
        let release = Release(
            attempt: try Samples.attempt(), failed: true,
            reason: "result refused twice: wrong hash")
        #expect(effects == [.discard(Samples.file(2 * piece)), .send(.release(release))])
    }

    @Test(
        "a result that is gone goes back unharmed and work goes on; the second in a row ends the slot"
    )
    func lostResult() throws {
        var bench = try LinkBench.delivering(2 * piece)
        let attempt = try Samples.attempt()
        let release = Release(attempt: attempt, failed: false, reason: "gone")
        let lost = LinkEvent.resultLost(attempt, reason: "gone")
        #expect(
            bench.happens(lost) == [.discard(Samples.file(2 * piece)), .send(.release(release))])
        // Other pieces of the same file may have failed as well.
        #expect(bench.happens(lost).isEmpty)
        #expect(bench.pass(.seconds(11), answering: true).pieces.isEmpty)
        let other = try Samples.attempt(1)
        _ = bench.hears(.lease(try Samples.lease(1)))
        _ = bench.happens(.trained(other, Samples.file(10)))
        let second = bench.happens(.resultLost(other, reason: "gone too"))
        #expect(second.last == .exit(.broken(reason: "gone too")))
    }

    @Test(
        "claims beyond the file's end or below its start are ignored",
        arguments: [
            (-1, 1), (101, 0), (0, -1),
        ])
    func impossibleAck(_ offset: Int, _ credit: Int) throws {
        var bench = try LinkBench.delivering(100)
        #expect(bench.hears(try ack(offset: offset, credit: credit)).isEmpty)
        #expect(bench.link.ignoredMessages == 1)
    }

    @Test("an enormous credit does not overflow")
    func enormousCredit() throws {
        var bench = try LinkBench.delivering(2 * piece)
        let effects = bench.hears(try ack(offset: piece, credit: .max))
        #expect(effects.pieces == [[piece, piece]])
    }

    @Test("results wait for each other, and two that wait keep the slot from asking for more")
    func twoResults() throws {
        var bench = try LinkBench.delivering(2 * piece)
        _ = bench.hears(.lease(try Samples.lease(1)))
        let second = bench.happens(.trained(try Samples.attempt(1), Samples.file(50)))
        #expect(second.pieces.isEmpty && second.requests == 0)
        let settled = bench.hears(try ack(.stored, offset: 2 * piece))
        #expect(settled.pieces == [[0, 50]] && settled.requests == 1)
    }

    @Test(
        "every byte of a file is sent exactly once when nothing is lost",
        arguments: [
            1, 262_143, 262_144, 262_145, 1_000_003,
        ])
    func coverage(_ size: Int) throws {
        var bench = try LinkBench.training()
        var sent = bench.happens(.trained(try Samples.attempt(), Samples.file(size))).pieces
        var place = 0
        while place < sent.count {
            let end = sent[place][0] + sent[place][1]
            sent += bench.hears(try ack(offset: end, credit: 3 * piece)).pieces
            place += 1
        }
        var expected = 0
        for piece in sent {
            #expect(piece[0] == expected && piece[1] > 0)
            expected += piece[1]
        }
        #expect(expected == size)
    }
}
