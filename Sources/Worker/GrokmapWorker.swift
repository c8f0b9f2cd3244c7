import ArgumentParser
import BLAS
import Core
import Foundation
import Results
import System
import Training
import ZeroMQ

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
        version: """
            grokmap-worker \(Grokmap.version)
            science \(Science.version), kernels \(KernelSet.best.name), \(OpenBLAS.configuration), \
            HDF5 \(CellFile.libraryVersion), ZeroMQ \(Context.libraryVersion)
            """,
        subcommands: [
            ServeCommand.self, TrainCommand.self, BenchCommand.self, SlotCommand.self,
            ReadCommand.self,
            BLASTrialCommand.self,
        ],
        defaultSubcommand: ServeCommand.self)

    /// Runs the command that the arguments name.
    static func main() {
        if let limitation = ProcessStart.limitation() {
            StandardError.write("grokmap-worker: \(limitation)\n")
            // At a usual exit OpenBLAS waits for threads of its own, which without room for their memory ask for it for ever.
            _exit(2)
        }
        // Words that nobody reads are not worth dying for.
        signal(SIGPIPE, SIG_IGN)
        var end: Int32 = 0
        do {
            try ProcessArguments.check()
            var command = try parseAsRoot(Array(ProcessArguments.all.dropFirst()))
            try command.run()
        } catch let code as ExitCode {
            end = code.rawValue
        } catch let failure as WorkerFailure {
            fail("\(failure)")
        } catch let error as SweepError {
            fail("\(error)")
        } catch let error as TaskError {
            fail("\(error)")
        } catch let error as SystemError {
            fail("\(error)")
        } catch  where exitCode(for: error) == .success {
            StandardOutput.text(message(of: error))
        } catch {
            exit(withError: error)
        }
        do {
            try StandardOutput.finish()
        } catch {
            fail("\(error)")
        }
        Foundation.exit(end)
    }

    /// Help or version; with the help of the program comes that of its first command, which has no name on the line.
    private static func message(of error: any Error) -> String {
        let text = fullMessage(for: error)
        guard text == helpMessage() else { return text }
        let serve = helpMessage(for: ServeCommand.self).split(
            separator: "\n", omittingEmptySubsequences: false)
        let options = serve.drop { $0 != "OPTIONS:" }.dropFirst().prefix { !$0.isEmpty }
        return text + "\n\nOPTIONS WITHOUT A SUBCOMMAND:\n" + options.joined(separator: "\n")
    }

    private static func fail(_ line: String) -> Never {
        StandardError.write("grokmap-worker: \(line)\n")
        Foundation.exit(2)
    }
}
