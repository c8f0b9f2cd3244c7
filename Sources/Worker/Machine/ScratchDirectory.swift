import Foundation

/// Where results lie until the coordinator has them.
struct ScratchDirectory {
    /// The directory.
    let path: String
    private let isOurs: Bool

    /// The directory that was asked for, or a new one under `TMPDIR`.
    ///
    /// - Throws: `WorkerFailure` unless files can be written there: such a node would fail every cell.
    init(_ wanted: String?, worker: String) throws(WorkerFailure) {
        isOurs = wanted == nil
        path = wanted ?? NSTemporaryDirectory() + "/grokmap-worker." + worker
        let probe = path + "/.probe." + worker
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true,
                attributes: isOurs ? [.posixPermissions: 0o700] : nil)
            try Data("probe".utf8).write(to: URL(fileURLWithPath: probe))
            try FileManager.default.removeItem(atPath: probe)
        } catch {
            // Foundation's own words leave out what the system said.
            let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error ?? error
            throw WorkerFailure(
                "scratch directory", subject: path, why: cause.localizedDescription,
                hint: "--scratch DIR or TMPDIR names another")
        }
    }

    /// Removes a directory of our making unless an undelivered result lies there.
    func removeIfOurs() {
        // rmdir(2) fails on a directory that is not empty, which is what is wanted.
        if isOurs { _ = rmdir(path) }
    }
}
