/// SHA-256 as lower-case hexadecimal digits.
package enum SHA256Digest {
    /// The digest of these bytes.
    package static func hex(of bytes: [UInt8]) -> String {
        var digest = StreamingDigest()
        digest.update(bytes[...])
        return digest.hex()
    }

    /// Whether a text is 64 lower-case hexadecimal digits.
    package static func isHex(_ text: String) -> Bool {
        text.utf8.count == 64
            && text.utf8.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
            }
    }
}
