import ArgumentParser
import Core
import Foundation
import Training

/// The program `grokmap-worker`.
@main
struct GrokmapWorker: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grokmap-worker",
        abstract: "Train the cells of a sweep.",
        discussion: """
            With --connect it trains for a coordinator, one process per slot, until \
            there is no more work. TERM, INT, USR1 and USR2 mean: hand over what you are \
            at with a checkpoint and leave; a second one means: leave at once.

            Exit codes: 0 done; 1 the coordinator was lost, or slots crashed; 2 could \
            not run; 64 usage.
            """,
        version: Grokmap.version,
        subcommands: [
            ServeCommand.self, TrainCommand.self, BenchCommand.self, SlotCommand.self,
            ReadCommand.self,
            BLASTrialCommand.self,
        ],
        defaultSubcommand: ServeCommand.self)

    /// Runs the command that the arguments name.
    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let failure as WorkerFailure {
            fail("\(failure)")
        } catch let error as SweepError {
            fail("\(error)")
        } catch let error as TaskError {
            fail("\(error)")
        } catch {
            exit(withError: error)
        }
    }

    private static func fail(_ line: String) -> Never {
        StandardError.write("grokmap-worker: \(line)\n")
        Foundation.exit(2)
    }
}
