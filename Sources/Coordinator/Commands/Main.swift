import ArgumentParser
import Core
@preconcurrency import Glibc
import System

/// `grokmap`: launches, resumes, inspects and draws sweeps.
@main
struct GrokmapCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grokmap",
        abstract: "Draws the phase diagram of a training problem.",
        discussion: """
            A sweep file describes a grid of training runs; grokmap trains every cell in worker \
            processes and says whether it comprehends, groks, memorizes or is confused.

            Exit codes: 0 done, 1 finished with failed cells, 2 could not run, 64 usage.
            """,
        version: VersionText.text,
        subcommands: [
            RunCommand.self, PlanCommand.self, StatusCommand.self, ExplainCommand.self,
            ReportCommand.self, ExportCommand.self, CompareCommand.self, VerifyCommand.self,
            RetryCommand.self,
            KeysCommand.self, TheoryCommand.self, PredictCommand.self,
        ])

    /// Runs a command; every error ends as one line on the error stream and the exit code that fits it.
    static func main() {
        if let limitation = ProcessStart.limitation() { fail(limitation) }
        // A reader that goes away (a pager, head) is no error: writes then fail with EPIPE.
        signal(SIGPIPE, SIG_IGN)
        var end: Int32 = 0
        do {
            try ProcessArguments.check()
            var command = try parseAsRoot(Array(ProcessArguments.all.dropFirst()))
            try command.run()
        } catch let code as ExitCode {
            end = code.rawValue
        } catch let error as SweepError {
            fail("\(error)")
        } catch let error as CoordinatorError {
            fail("\(error)")
        } catch {
            switch exitCode(for: error) {
            case .success: StandardOutput.text(fullMessage(for: error))
            case .validationFailure: exit(withError: error)
            default: fail("\(error)")
            }
        }
        do {
            try StandardOutput.finish()
        } catch {
            fail("\(error)")
        }
        Glibc.exit(end)
    }

    private static func fail(_ text: String) -> Never {
        // One line, whatever a library put into its message.
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        Screen.write("grokmap: \(line)\n")
        Glibc.exit(2)
    }
}
