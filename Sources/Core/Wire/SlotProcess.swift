/// Where a slot's process can be found, for judging whether it is still there.
package struct SlotProcess: Hashable, Sendable {
    /// Host name.
    package var host: String
    /// Process id on that host.
    package var pid: Int32
    /// Boot id and start time, which make the pid unambiguous.
    package var stamp: String

    /// A process.
    package init(host: String, pid: Int32, stamp: String) {
        self.host = host
        self.pid = pid
        self.stamp = stamp
    }
}
