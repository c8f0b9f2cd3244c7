import Foundation
import TestSupport
import Testing

@testable import HDF5

/// Parent of all suites here: HDF5 is used from one thread at a time.
@Suite("HDF5", .serialized, .exclusiveHDF5)
struct HDF5Suite {}

/// Runs a test and expects it to leave no more HDF5 identifiers open than it found.
func expectingNoLeak(_ body: () throws -> Void) throws {
    let before = Library.openIdentifiers
    try body()
    #expect(Library.openIdentifiers == before)
}

extension File {
    /// Makes a file and puts it where it belongs.
    static func create(at path: String, _ fill: (File) throws -> Void) throws {
        try write(try image(named: path, fill), path)
    }
}
