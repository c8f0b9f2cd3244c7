import ArgumentParser
import Core
import SHA256

/// Every slot answers every lease with a file, as fast as they are acknowledged.
struct ResultsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "results",
        abstract: "Durable results per second.")

    @OptionGroup var target: TargetOptions
    @OptionGroup var sweep: SweepOptions
    @Option(help: "Folder where result files are made and kept for the next run, best in memory.")
    var files: String

    @Option(help: "How many of the plan's first cells are there already, more or less.")
    var skip = 0

    @Option(help: "How many results to deliver (default: until the sweep is complete).")
    var count: Int?

    func run() throws {
        let plan = try sweep.plan()
        // Leases come in the order of the plan, but for those that were held when delivery ended the last time.
        let margin = Phrase.mostHeld * target.slots
        let missing = plan.cells.dropFirst(max(0, skip - margin))
        var answers: [String: AnswerTemplate] = [:]
        for cell in missing.prefix(count.map { $0 + 2 * margin } ?? missing.count) {
            let file = try SyntheticCell.file(cell.definition, plan.spec, in: files)
            answers[cell.id.hex] = AnswerTemplate(
                .resultChunk(
                    FileChunk(
                        attempt: Phrase.anyAttempt, offset: 0, size: file.count,
                        sha256: SHA256Digest.hex(of: file), payload: file)))
        }
        let crew = try target.crew()
        let watch = try Stopwatch(target.pid)
        var held = [Int](repeating: 0, count: crew.count)
        var leased = 0
        var stored = 0
        var isComplete = false
        for slot in 0..<crew.count { try crew.say(slot, Phrase.request) }
        try crew.listen { slot, heard in
            if let attempt = heard.leased {
                guard let answer = answers[attempt.cell] else { return .fail("an unplanned cell") }
                try crew.say(slot, answer.frames(attempt))
                leased += 1
                held[slot] += 1
                if held[slot] < Phrase.mostHeld { try crew.say(slot, Phrase.request) }
            } else if heard.isStored {
                if held[slot] == Phrase.mostHeld { try crew.say(slot, Phrase.request) }
                held[slot] -= 1
                stored += 1
            } else if heard.isDrain {
                isComplete = true
            } else {
                return heard.unexpected
            }
            return stored == count || (isComplete && stored == leased) ? .done : .goOn
        }
        try watch.report("results", slots: crew.count, cells: stored).show()
        try crew.leave()
    }
}

/// One slot delivers one large file.
struct TransferCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "transfer",
        abstract: "Bytes per second of one large result: until it has arrived, until it is stored.")

    @OptionGroup var target: TargetOptions
    @OptionGroup var sweep: SweepOptions
    @Option(help: "Folder where result files are made and kept for the next run, best in memory.")
    var files: String

    @Option(help: "Megabytes of parameters in the file.")
    var megabytes = 80

    func run() throws {
        let plan = try sweep.plan()
        guard let cell = plan.cells.first else { throw LoadError("the sweep has no cells") }
        let file = try SyntheticCell.file(
            cell.definition, plan.spec, parameters: megabytes * 250_000, in: files)
        let sha256 = SHA256Digest.hex(of: file)
        var target = target
        target.slots = 1
        let crew = try target.crew()
        try crew.say(0, Phrase.request)
        var lease: AttemptID?
        try crew.listen { _, heard in
            guard case .lease(let body) = try MessageCodec.decode(heard.frames) else {
                return heard.unexpected
            }
            lease = body.attempt
            return .done
        }
        guard let attempt = lease, attempt.cell == cell.id else {
            throw LoadError("the lease is not of the plan's first cell")
        }
        func send(_ offset: Int) throws -> Int {
            let end = min(file.count, offset + FileChunk.largestPayload)
            let chunk = FileChunk(
                attempt: attempt, offset: offset, size: file.count, sha256: sha256,
                payload: Array(file[offset..<end]))
            try crew.say(0, MessageCodec.encode(.resultChunk(chunk)))
            return end
        }
        let watch = try Stopwatch(target.pid)
        var sent = try send(0)
        var arrived = 0.0
        try crew.listen { _, heard in
            guard case .resultAck(let ack) = try MessageCodec.decode(heard.frames) else {
                return heard.unexpected
            }
            if ack.state == .stored { return .done }
            guard ack.state == .receiving else { return heard.unexpected }
            arrived = watch.seconds
            while sent < min(file.count, ack.offset + ack.credit) { sent = try send(sent) }
            return .goOn
        }
        let stored = watch.seconds
        // The last piece is answered when all is done; the one before, when it has arrived.
        let size = Double(file.count)
        try watch.report(
            "transfer", slots: 1, cells: 1,
            [
                "bytes": size, "stored_bytes_per_second": size / stored,
                "arrival_bytes_per_second":
                    (size - Double(FileChunk.largestPayload)) / arrived,
            ]
        ).show()
        try crew.leave()
    }
}

extension Phrase {
    /// Finished files a slot holds before it asks for no more work (docs/protocol.md).
    static let mostHeld = 2
}
