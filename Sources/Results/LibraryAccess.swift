import HDF5
import Synchronization

/// HDF5 is used from one thread at a time: every way into it from this module goes through here.
enum LibraryAccess {
    private static let turn = Mutex(())

    /// Runs `body` while nobody else in this module uses HDF5, and names the file in whatever goes wrong.
    static func run<Result: Sendable>(
        _ action: ResultsError.Action, _ path: String, _ body: () throws -> Result
    ) throws(ResultsError) -> Result {
        try turn.withLock { _ throws(ResultsError) -> Result in
            try explaining(action, path, body)
        }
    }

    /// Runs `body`, which needs no HDF5, and names the file in whatever goes wrong.
    static func explaining<Result: Sendable>(
        _ action: ResultsError.Action, _ path: String, _ body: () throws -> Result
    ) throws(ResultsError) -> Result {
        do {
            return try body()
        } catch {
            throw explained(error, action, path)
        }
    }

    private static func explained(
        _ error: any Error, _ action: ResultsError.Action, _ path: String
    ) -> ResultsError {
        switch error {
        case let error as Mismatch:
            return ResultsError(action, path: path, problem: error.problem, hint: error.hint)
        case let error as HDF5Error:
            // The subject begins with the path, which the message names already.
            let place =
                error.subject.hasPrefix(path + ":")
                ? String(error.subject.dropFirst(path.utf8.count + 1)) + ": " : ""
            return ResultsError(action, path: path, problem: place + error.text)
        default:
            return ResultsError(action, path: path, problem: "\(error)")
        }
    }
}
