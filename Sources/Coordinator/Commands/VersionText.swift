import Core
import Results
import ZeroMQ

/// What `--version` says: name and version, then what decides how cells are trained, stored and carried.
enum VersionText {
    /// Two lines.
    static var text: String {
        """
        grokmap \(Grokmap.version)
        science \(Science.version), HDF5 \(CellFile.libraryVersion), \
        ZeroMQ \(Context.libraryVersion)
        """
    }
}
