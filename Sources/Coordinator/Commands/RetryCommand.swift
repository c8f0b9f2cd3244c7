import ArgumentParser
import Core
import Sweeps
import System

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
        let directory = SweepDirectory(directory)
        let plan = try SweepPlan(try directory.storedSpec())
        try directory.claim(for: plan.spec.name)
        let open = try OpenSweep(directory, plan)
        let count = try open.ledger.forgiveFailures()
        print("\(count) failed cells will be trained again by grokmap run")
    }
}
