import Core
import TestSupport
import Testing

/// Numbers for random tests out of a printed seed.
extension RandomStream {
    mutating func byte() -> UInt8 { UInt8(truncatingIfNeeded: next()) }
}

/// A cell mapping with something wrong in it, and what is said of it.
struct BadCell: Sendable, CustomTestStringConvertible {
    let text: String
    let line: String

    init(_ text: String, _ line: String) {
        self.text = text
        self.line = line
    }

    var testDescription: String { text }

    /// The message of reading it.
    var message: String {
        problem { _ = try CellConfiguration(reading: SpecNode(parsing: text)) }
    }

    /// The message that the line stands for: all of these texts stand on one line.
    var expected: String { "line 1: cell." + line }
}

/// Reads a cell mapping.
func cell(_ text: String) throws -> CellConfiguration {
    try CellConfiguration(reading: SpecNode(parsing: text))
}
