import Crypto

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

    /// The first twelve digits, enough to name a cell to a person.
    package var short: String { String(hex.prefix(12)) }

    /// The full digits.
    package var description: String { hex }
}

/// SHA-256 as lower-case hexadecimal digits.
package enum SHA256Digest {
    /// The digest of these bytes.
    package static func hex(of bytes: [UInt8]) -> String {
        var hash = StreamingDigest()
        hash.update(bytes[...])
        return hash.hex()
    }

    /// Whether a text is 64 lower-case hexadecimal digits.
    package static func isHex(_ text: String) -> Bool {
        text.utf8.count == 64 && text.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
    }
}

/// SHA-256 over bytes that come piece by piece.
package struct StreamingDigest: Sendable {
    private var hash = SHA256()

    /// A digest of nothing yet.
    package init() {}

    /// Takes in the next bytes.
    package mutating func update(_ bytes: ArraySlice<UInt8>) {
        bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
    }

    /// The digest of all bytes so far, as 64 lower-case hexadecimal digits.
    package func hex() -> String {
        let digits = Array("0123456789abcdef")
        var text = ""
        for byte in hash.finalize() {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return text
    }
}
