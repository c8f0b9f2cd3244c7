import Foundation
@preconcurrency import Glibc

extension Process {
    /// Runs a program that an interrupt ends, whatever has started the tests: scripts have their background jobs ignore
    /// SIGINT, children inherit that, and our programs keep to it.
    package func runInterruptible() throws {
        signal(SIGINT, SIG_DFL)
        try run()
    }
}
