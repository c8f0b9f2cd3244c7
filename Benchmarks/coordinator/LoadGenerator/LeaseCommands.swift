import ArgumentParser
import Core

/// Messages that a slot says whatever it holds.
enum Phrase {
    /// Asks for one cell.
    static let request = MessageCodec.encode(.request(Request(credit: 1)))
    /// A sign of life, which is answered.
    static let progress = MessageCodec.encode(.progress(Progress()))
    /// Hands a cell back.
    static let release = AnswerTemplate(
        .release(Release(attempt: anyAttempt, failed: false, reason: "")))
    /// What stands for an attempt until there is one.
    static let anyAttempt = AttemptID(cell: CellID(canonicalConfiguration: ""), attempt: 1)
}

/// Every slot asks for a cell, hands it back, and asks again.
struct LeasesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "leases",
        abstract: "Leases per second: every cell is handed back at once.")

    @OptionGroup var target: TargetOptions

    @Option(help: "How long to measure, after a tenth of it for warming up.")
    var seconds = 5.0

    func run() throws {
        let crew = try target.crew()
        for slot in 0..<crew.count { try crew.say(slot, Phrase.request) }
        _ = try leases(crew, seconds / 10)
        let watch = try Stopwatch(target.pid)
        let count = try leases(crew, seconds)
        try watch.report("leases", slots: crew.count, cells: count).show()
        try crew.leave()
    }

    private func leases(_ crew: Crew, _ seconds: Double) throws -> Int {
        var count = 0
        try crew.listen(until: .now + .seconds(seconds)) { slot, heard in
            guard let attempt = heard.leased else { return heard.unexpected }
            count += 1
            try crew.say(slot, Phrase.release.frames(attempt))
            try crew.say(slot, Phrase.request)
            return .goOn
        }
        return count
    }
}

/// One slot asks for a cell, many times, with nothing else going on.
struct RoundTripCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "round-trip", abstract: "Time from a slot's request to its lease.")

    @OptionGroup var target: TargetOptions

    @Option(help: "How many leases to ask for.")
    var count = 2000

    func run() throws {
        var target = target
        target.slots = 1
        let crew = try target.crew()
        var milliseconds: [Double] = []
        let watch = try Stopwatch(target.pid)
        for _ in 0..<count {
            let start = ContinuousClock.now
            try crew.say(0, Phrase.request)
            try crew.listen { slot, heard in
                guard let attempt = heard.leased else { return heard.unexpected }
                milliseconds.append(start.duration(to: .now) / .milliseconds(1))
                try crew.say(slot, Phrase.release.frames(attempt))
                // The answer tells that the coordinator is done with the release.
                try crew.say(slot, Phrase.progress)
                return .done
            }
            try crew.listen { _, _ in .done }
        }
        milliseconds.sort()
        try watch.report(
            "round-trip", slots: 1, cells: count,
            [
                "p50_ms": milliseconds[count / 2], "p99_ms": milliseconds[count * 99 / 100],
            ]
        ).show()
        try crew.leave()
    }
}

/// Every slot takes one cell and stays.
struct HoldCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold",
        abstract: "The coordinator's memory while every slot holds a cell.")

    @OptionGroup var target: TargetOptions

    func run() throws {
        let crew = try target.crew()
        let watch = try Stopwatch(target.pid)
        for slot in 0..<crew.count { try crew.say(slot, Phrase.request) }
        var idle = crew.count
        try crew.listen { _, heard in
            guard heard.leased != nil else { return heard.unexpected }
            idle -= 1
            return idle > 0 ? .goOn : .done
        }
        try watch.report("hold", slots: crew.count, cells: crew.count).show()
        try crew.leave()
    }
}
