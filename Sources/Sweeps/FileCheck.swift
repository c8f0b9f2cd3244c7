package import Results
package import System

/// Tells a file that is damaged from one that could not be read.
package enum FileCheck {
    /// Reads a result file.
    ///
    /// To the library a lock, a failing disk and no descriptor to be had are bad files. A file is condemned only when its
    /// bytes can be read and were no result twice.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - look: what reads it.
    /// - Returns: what it holds, or what is wrong with it.
    /// - Throws: `SystemError` when its bytes cannot be read.
    package static func read<Value>(
        _ path: String, _ look: () throws -> Value
    ) throws(SystemError) -> Result<Value, ResultsError> {
        var damage: ResultsError?
        for isSecond in [false, true] {
            do throws(SystemError) {
                // At first only whether it is a file at all; then every byte.
                _ = try isSecond ? Posix.read(path) : Posix.read(path, first: 1)
            } catch {
                guard error.isDamage else { throw error }
                return .failure(ResultsError(path: path, problem: error.reason))
            }
            do {
                return .success(try look())
            } catch let error as ResultsError {
                damage = error
            } catch let error as SystemError {
                throw error
            } catch {
                throw SystemError("read the cell file", path, "\(error)")
            }
        }
        return .failure(damage ?? ResultsError(path: path, problem: "it cannot be read"))
    }
}
