import Foundation
import Testing

/// Texts under `Goldens/` that output is compared with byte by byte.
///
/// `GROKMAP_RECORD_GOLDENS=1 swift test --filter ReportTests` writes them anew; look at the difference (and at the
/// pictures: `rsvg-convert Goldens/x.svg -o x.png`) before committing it.
enum Golden {
    /// Expects this text to be what the golden of this name holds.
    static func expect(
        _ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Goldens/\(name)")
        if ProcessInfo.processInfo.environment["GROKMAP_RECORD_GOLDENS"] == "1" {
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
        let wanted = try String(contentsOf: file, encoding: .utf8)
        guard text != wanted else { return }
        let pairs = zip(
            text.split(separator: "\n", omittingEmptySubsequences: false),
            wanted.split(separator: "\n", omittingEmptySubsequences: false))
        let first = pairs.enumerated().first { $0.element.0 != $0.element.1 }
        Issue.record(
            """
            \(name) differs, first in line \(first.map { $0.offset + 1 } ?? -1):
            found  \(first.map { String($0.element.0) } ?? "the end")
            golden \(first.map { String($0.element.1) } ?? "the end")
            """, sourceLocation: sourceLocation)
    }
}
