import ArgumentParser
import Core
import Foundation
import Results

/// `grokmap verify`: reads every cell file through, and rebuilds the ledger if asked.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Read every cell file through; quarantine damaged ones.")

    @Argument(help: "The sweep's directory.")
    var directory: String

    @Flag(help: "Make the ledger anew from the cell files.")
    var rebuild = false

    func run() throws {
        let directory = SweepDirectory(directory)
        let plan = try SweepPlan(try directory.storedSpec())
        try directory.claim(for: plan.spec.name)
        if rebuild, Posix.exists(directory.ledgerPath) {
            Screen.write("the old ledger is \(try directory.quarantineLedger())\n")
        }
        let open = try OpenSweep(directory, plan)
        try open.ledger.recordPlan(plan)
        var damaged = open.audit.quarantined.count
        for cell in plan.cells where Posix.exists(directory.cellPath(cell.id)) {
            let path = directory.cellPath(cell.id)
            do {
                try CellFile.audit(path, expecting: cell.id)
            } catch {
                damaged += 1
                Screen.write("grokmap: \(error); moved to \(try directory.quarantine(path))\n")
                try open.ledger.write(.forgetResult(cell.id))
            }
        }
        let sound = plan.cells.count { Posix.exists(directory.cellPath($0.id)) }
        print("\(sound) of \(plan.cells.count) cells are there and sound, \(damaged) damaged")
        if damaged > 0 {
            Screen.write("grokmap run trains the damaged cells again\n")
            throw ExitCode(1)
        }
    }
}

/// `grokmap retry`: gives failed cells another chance.
struct RetryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Let the next run train failed cells again.")

    @Argument(help: "The sweep's directory.")
    var directory: String

    @Flag(help: "All failed cells.")
    var failed = false

    func validate() throws {
        guard failed else { throw ValidationError("say which cells: --failed") }
    }

    func run() throws {
        let open = try OpenSweep.open(directory)
        let count = try open.ledger.forgiveFailures()
        print("\(count) failed cells will be trained again by grokmap run")
    }
}
