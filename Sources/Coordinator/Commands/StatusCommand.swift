import ArgumentParser
import Core
import Foundation
@preconcurrency import Glibc
import Report
import Sweeps
import System

/// `grokmap status`: how far a sweep is, running or not.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show how far a sweep is; works while it runs.")

    @Argument(help: "The sweep's directory.")
    var directory: String

    @Option(help: "How to print: text or json.")
    var format = OutputFormat.text

    func run() throws {
        let sweep = try SweepReader(directory)
        let table = try sweep.table(try sweep.storedPlan())
        let pace = SweepPace(table)
        let launched = sweep.owner?.isAlive == true ? try sweep.ledger?.allocations() ?? [] : []
        switch format {
        case .json:
            StandardOutput.data(
                CanonicalJSON.text(StatusCommand.json(table, sweep.owner, pace, launched)))
        case .text:
            let columns = Terminal.size(STDOUT_FILENO).columns - 1
            let map = TerminalMap(
                width: columns,
                colour: Screen.hasColour(
                    isTerminal: isatty(STDOUT_FILENO) == 1,
                    environment: ProcessInfo.processInfo.environment))
            let figure = SweepReport.input(table.plan, table.statuses)
            for line in map.lines(figure) { print(Terminal.clipped(line, to: columns)) }
            print(StatusCommand.words(table))
            for line in GrowthText(table)?.lines ?? [] { print(line) }
            if let reach = ReachAudit(table) { print(ReachText(reach).line) }
            print(StatusCommand.words(sweep.owner, pace))
            for line in AllocationRecord.summary(launched) { print(line) }
            for event in try sweep.ledger?.events(last: 5) ?? [] { print("  \(event)") }
        }
    }

    /// The counts as JSON, and who runs the sweep how fast.
    static func json(
        _ table: SweepTable, _ owner: SweepOwner?, _ pace: SweepPace,
        _ launched: [AllocationRecord] = []
    ) -> JSONValue {
        var members: [String: JSONValue] = [
            "sweep": .string(table.plan.spec.name),
            "resumable": .number(Double(table.resumable)),
            "live": .bool(owner?.isAlive ?? false),
        ]
        members.merge(table.tally.members) { $1 }
        members.merge(GrowthText(table)?.members ?? [:]) { $1 }
        members.merge(ReachAudit(table).map { ReachText($0).members } ?? [:]) { $1 }
        if let owner {
            members["coordinator"] = .object([
                "host": .string(owner.host), "pid": .number(Double(owner.pid)),
                "since": .string(owner.since),
            ])
        }
        var slots: [String: JSONValue] = [:]
        for (host, count) in pace.slots { slots[host] = .number(Double(count)) }
        members["slots"] = .object(slots)
        members["allocations"] = .array(
            launched.filter { $0.state != "ended" }.map { one in
                .object([
                    "launcher": .string(one.launcher), "name": .string(one.name),
                    "state": .string(one.state), "reason": .string(one.reason),
                    "slots": .number(Double(one.slots)), "at": .string(one.at),
                ])
            })
        members["steps_per_second"] = pace.stepsPerSecond.map { JSONValue.number($0.rounded()) }
        members["seconds_left"] = pace.secondsLeft.map(TimeText.json)
        return .object(members)
    }

    /// The counts for people.
    static func words(_ table: SweepTable) -> String {
        let tally = table.tally
        var words = "\(tally.verified) of \(tally.cells) cells are there"
        if tally.running > 0 { words += ", \(tally.running) in slots' hands" }
        if table.resumable > 0 { words += ", \(table.resumable) begun" }
        if tally.failed > 0 { words += ", \(tally.failed) failed" }
        if tally.predicted > 0 { words += ", \(tally.predicted) predicted" }
        if tally.unreachable > 0 { words += ", \(tally.unreachable) out of reach" }
        words += ": \(tally.phaseWords)"
        return ([words] + [predictionWords(table)].compactMap { $0 }).joined(separator: "\n")
    }

    /// What ending cells early has saved; nil where none was.
    static func predictionWords(_ table: SweepTable) -> String? {
        guard let saving = table.predictionSaving else { return nil }
        return
            "\(table.tally.predicted) more cells were ended early, predicted to memorize and not measured:"
            + " \(Percent.text(saving)) of their steps were saved"
    }

    /// Who runs the sweep and how fast, for people.
    static func words(_ owner: SweepOwner?, _ pace: SweepPace) -> String {
        guard let owner else { return "nobody runs this sweep" }
        guard owner.isAlive else { return "nobody runs this sweep (last: \(owner.description))" }
        var words = ["run by \(owner.description)"]
        if !pace.slots.isEmpty {
            let slots = pace.slots.map { "\($0.host) \($0.count)" }.joined(separator: ", ")
            words.append("slots: \(slots)")
        }
        if let rate = pace.stepsPerSecond {
            words.append("\(Int(rate).grouped) steps/s")
        }
        if let left = pace.secondsLeft, left > 0 {
            words.append("about \(TimeText.words(left)) left")
        }
        return words.joined(separator: "; ")
    }
}
