import SHA256

/// The identity of a cell: SHA-256 of the canonical JSON of everything that can change its training.
package struct CellID: Sendable, Hashable, Codable, CustomStringConvertible {
    /// 64 lower-case hexadecimal digits.
    package let hex: String

    /// The identity that stands for this canonical configuration text.
    package init(canonicalConfiguration text: String) {
        hex = SHA256Digest.hex(of: Array(text.utf8))
    }

    /// An identity read from a file or a message; nil unless it is 64 lower-case hexadecimal digits.
    package init?(hex: String) {
        guard SHA256Digest.isHex(hex) else { return nil }
        self.hex = hex
    }

    /// Decodes the digits, refusing anything else.
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let id = CellID(hex: text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "not a cell identity"))
        }
        self = id
    }

    /// Encodes the digits as one string.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hex)
    }

    /// A number from 0 to below 1 by chance, the same wherever and whenever it is asked for; each purpose, from 0 to 3, has
    /// its own.
    package func ticket(_ purpose: Int) -> Double {
        Double(UInt64(hex.dropFirst(13 * purpose).prefix(13), radix: 16) ?? 0) / 0x1p52
    }

    /// The first twelve digits, enough to name a cell to a person.
    package var short: String { String(hex.prefix(12)) }

    /// The full digits.
    package var description: String { hex }
}
