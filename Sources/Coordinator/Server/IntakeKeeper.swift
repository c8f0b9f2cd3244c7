import Core
import Foundation
import Sweeps
import Synchronization
import System

/// Decides when the files in the ledger's intake are on the disk: it asks the kernel now and then, on a thread of its own,
/// so that nobody waits for it while results come in.
final class IntakeKeeper {
    private let ledger: Ledger
    private let path: String
    private let outcome = Outcome()
    private var isRunning = false
    private var waitingBytes = 0
    private var begun = 0.0

    /// What the thread leaves behind: the last file that is on the disk.
    private final class Outcome: Sendable {
        let value = Mutex<Result<Int64, CoordinatorError>?>(nil)
    }

    /// Bytes in the intake from which its files are put on the disk.
    private static let enough = 32 << 20
    /// Bytes in the intake that results wait for.
    private static let tooMuch = 256 << 20
    /// Seconds after which even a few files are.
    private static let longEnough = 10.0

    /// A keeper for the sweep in this directory.
    init(_ ledger: Ledger, directory: String) {
        self.ledger = ledger
        path = directory
    }

    /// Notes files that the ledger has taken in, and has them put on the disk when it is time.
    ///
    /// - Parameters:
    ///   - bytes: how much was taken in since the last call.
    ///   - now: monotonic seconds.
    /// - Throws: `CoordinatorError` when the disk or the ledger does not take it.
    func tend(taken bytes: Int, now: Double) throws(CoordinatorError) {
        if waitingBytes == 0 { begun = now }
        waitingBytes += bytes
        try settle()
        let isDue =
            waitingBytes >= IntakeKeeper.enough
            || (waitingBytes > 0 && now - begun >= IntakeKeeper.longEnough)
        if isDue, !isRunning {
            guard let last = try ledger.lastIntake() else { return }
            isRunning = true
            waitingBytes = 0
            begun = now
            let path = path
            let thread = Thread { [outcome] in
                let result = Result { () throws(CoordinatorError) in
                    try Posix.synchronizeFileSystem(of: path)
                    return last
                }
                outcome.value.withLock { $0 = result }
            }
            thread.name = "grokmap-sync"
            thread.start()
        }
        while waitingBytes >= IntakeKeeper.tooMuch, isRunning {
            Thread.sleep(forTimeInterval: 0.005)
            try settle()
        }
    }

    /// Puts every file on the disk now, and gives the ledger's space back.
    func finish() throws(CoordinatorError) {
        while isRunning {
            Thread.sleep(forTimeInterval: 0.005)
            try settle()
        }
        guard let last = try ledger.lastIntake() else { return }
        try Posix.synchronizeFileSystem(of: path)
        try ledger.retireIntake(through: last)
        try ledger.compact()
    }

    private func settle() throws(CoordinatorError) {
        let result = outcome.value.withLock { value in
            defer { value = nil }
            return value
        }
        guard let result else { return }
        isRunning = false
        try ledger.retireIntake(through: try result.get())
    }
}
