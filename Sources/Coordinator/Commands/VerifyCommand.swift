import ArgumentParser
import Core
import Foundation
import Results
import Sweeps
import System

/// `grokmap verify`: reads every cell file through, and rebuilds the ledger if asked.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Read every cell file through; quarantine damaged ones.",
        discussion: """
            What a worker made up is a sound file: --retrain N trains N cells, chosen at random, once \
            more on this machine and compares, bit for bit where it computes with the same kernels.
            """)

    @Argument(help: "The sweep's directory.")
    var directory: String

    @Flag(help: "Rebuild the ledger from the cell files.")
    var rebuild = false

    @Option(help: ArgumentHelp("Train this many cells again and compare.", valueName: "n"))
    var retrain = 0

    @OptionGroup var files: DataOptions

    func validate() throws {
        guard retrain >= 0 else { throw ValidationError("--retrain must be 0 or more") }
    }

    func run() throws {
        let directory = SweepDirectory(directory)
        let plan = try SweepPlan(try directory.storedSpec())
        try directory.claim(for: plan.spec.name)
        if rebuild, Posix.exists(directory.ledgerPath) {
            Screen.write("the old ledger is \(try directory.quarantineLedger())\n")
        }
        let open = try OpenSweep(directory, plan)
        try open.ledger.recordPlan(plan)
        var damaged = open.quarantined.count
        let known = try open.ledger.results()
        for cell in plan.cells where Posix.exists(directory.cellPath(cell.id)) {
            let path = directory.cellPath(cell.id)
            let found = try FileCheck.read(path) {
                try CellReader.shared.read(path, CellFileQuestion(cell.definition))
            }
            guard case .failure(let damage) = found else { continue }
            guard !CellStore.holds(try Posix.read(path), known[cell.id]?.sha256 ?? "") else {
                throw CoordinatorError(
                    "read the cell file", path, damage.problem,
                    hint: "it stays: its bytes are those that were verified before")
            }
            damaged += 1
            Screen.write("grokmap: \(damage); moved to \(try directory.quarantine(path))\n")
            try open.ledger.write(.forgetResult(cell.id))
        }
        let sound = plan.cells.count { Posix.exists(directory.cellPath($0.id)) }
        print("\(sound) of \(plan.cells.count) cells are there and sound, \(damaged) damaged")
        if damaged > 0 { Screen.write("grokmap run trains the damaged cells again\n") }
        let different = try retrain(plan, directory, open.ledger)
        guard damaged == 0, different == 0 else { throw ExitCode(1) }
    }

    /// Trains a share of the cells again and says what came of it, and who brought those that differ.
    ///
    /// - Returns: how many differ.
    private func retrain(
        _ plan: SweepPlan, _ directory: SweepDirectory, _ ledger: Ledger
    ) throws -> Int {
        guard retrain > 0 else { return 0 }
        let training = Retraining(directory: directory, data: files.directory.path)
        let there = plan.cells.filter { Posix.exists(directory.cellPath($0.id)) }
        let keys = try ledger.keys()
        var counts = (same: 0, alike: 0, different: 0, untrained: 0)
        for cell in there.shuffled().prefix(retrain) {
            let name = "\(cell.id.short) (\(plan.label(cell.point).onOneLine))"
            switch try training.compare(cell.definition) {
            case .same: counts.same += 1
            case .alike(let kernels):
                counts.alike += 1
                Screen.write("\(name): the same phase, computed with other kernels (\(kernels))\n")
            case .untrained(let reason):
                counts.untrained += 1
                Screen.write("\(name): not trained again: \(reason)\n")
            case .different(let difference):
                counts.different += 1
                let text = "trained again it is another: \(difference)"
                let author = try ledger.author(of: cell.id, keys)
                Screen.write("\(name): \(text); brought by \(author)\n")
                try ledger.write(.event(kind: "retrained", subject: cell.id.short, text: text))
            }
        }
        print(
            "\(counts.same) cells trained again are the same bit for bit, \(counts.alike) with other"
                + " kernels are alike, \(counts.different) differ, \(counts.untrained) could not be trained"
        )
        return counts.different
    }
}

extension Ledger {
    /// Who brought a cell's result, with the key that was shown.
    fileprivate func author(
        of cell: CellID, _ keys: [String: String]
    ) throws(CoordinatorError) -> String {
        let attempt = try attempts(of: cell).last { $0.outcome == AttemptOutcome.stored.rawValue }
        guard let attempt else { return "nobody the ledger knows" }
        let key = keys[attempt.slot.worker].map { ", key \($0)" } ?? ""
        return "slot \(attempt.slot) on \(attempt.process.host)\(key)"
    }
}
