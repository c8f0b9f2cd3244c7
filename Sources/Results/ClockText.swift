import Core
import Foundation

/// Readings of clocks as the text of an attribute: a JSON list of `{"clock": …, "train": …, "validation": …}`.
enum ClockText {
    static func text(_ readings: [ClockReading]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(readings), as: UTF8.self)
    }

    /// - Throws: `Mismatch` when the text is none.
    static func readings(_ text: String) throws(Mismatch) -> [ClockReading] {
        do {
            return try JSONDecoder().decode([ClockReading].self, from: Data(text.utf8))
        } catch {
            throw Mismatch("\(Schema.clocks) is no list of clocks: \(error)")
        }
    }
}
