import Foundation
import System

/// The file of `grokmap-worker` on this machine.
enum WorkerProgram {
    /// The worker program: beside this one, or on the PATH.
    ///
    /// - Throws: `CoordinatorError` when it is in neither place.
    static func find() throws(CoordinatorError) -> URL {
        let name = "grokmap-worker"
        let own =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let beside = URL(fileURLWithPath: own).deletingLastPathComponent().path + "/" + name
        if FileManager.default.isExecutableFile(atPath: beside) {
            return URL(fileURLWithPath: beside)
        }
        if let found = ChildCommand.find(name) { return URL(fileURLWithPath: found) }
        throw CoordinatorError(
            "start workers", name, "not beside grokmap and not on the PATH",
            hint: "build it with make, or start workers by hand with --slots 0")
    }
}
