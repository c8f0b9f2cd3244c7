package import Foundation

/// Times as files and tables hold them.
package enum Timestamp {
    /// ISO 8601 in UTC with milliseconds.
    package static func text(_ date: Date) -> String {
        date.formatted(
            Date.ISO8601FormatStyle(includingFractionalSeconds: true, timeZone: .gmt))
    }

    /// The date of such a text, nil where it is none.
    package static func date(_ text: String) -> Date? {
        try? Date(
            text,
            strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true, timeZone: .gmt))
    }
}
