import Foundation

/// A directory of its own for one test, removed with it; its path is short, because those of sockets are limited.
package final class TemporaryDirectory {
    /// Where it is.
    package let path: String

    /// Makes it.
    package init() throws {
        var template = Array("/tmp/grokmaptest-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw POSIXError(.EIO) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    // A directory that stays behind harms nobody.
    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of a file in it.
    package func file(_ name: String) -> String { "\(path)/\(name)" }

    /// The names of what is in it, in order.
    package func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    }
}
