import Foundation
import TestSupport
import Testing

@testable import HDF5

/// Parent of all suites here: HDF5 is used from one thread at a time.
@Suite("HDF5", .serialized, .exclusiveHDF5)
struct HDF5Suite {}

/// A directory of its own for one test, removed with it.
final class TemporaryDirectory {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory
            .appendingPathComponent("hdf5test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { "\(path)/\(name)" }
}

/// Runs a test and expects it to leave no more HDF5 identifiers open than it found.
func expectingNoLeak(_ body: () throws -> Void) throws {
    let before = Library.openIdentifiers
    try body()
    #expect(Library.openIdentifiers == before)
}

func contents(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path)))
}

func write(_ bytes: [UInt8], _ path: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
}

extension File {
    /// Makes a file and puts it where it belongs.
    static func create(at path: String, _ fill: (File) throws -> Void) throws {
        try write(try image(named: path, fill), path)
    }
}
