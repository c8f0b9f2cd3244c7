import Core
import System

extension SlotProcess {
    /// Whether the process runs no more; nil when it is on another host and nobody here can tell.
    var isGone: Bool? {
        guard host == HostProcess.host else { return nil }
        return HostProcess.stamp(of: pid) != stamp
    }
}
