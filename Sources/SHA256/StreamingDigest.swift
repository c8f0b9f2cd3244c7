import CNettle

/// SHA-256 over bytes that come piece by piece.
package struct StreamingDigest: Sendable {
    private var context = sha256_ctx()

    /// A digest of nothing yet.
    package init() {
        nettle_sha256_init(&context)
    }

    /// Takes in the next bytes.
    package mutating func update(_ bytes: ArraySlice<UInt8>) {
        bytes.withUnsafeBufferPointer {
            nettle_sha256_update(&context, $0.count, $0.baseAddress)
        }
    }

    /// The digest of all bytes so far, as 64 lower-case hexadecimal digits.
    package func hex() -> String {
        var ended = context
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_SIZE))
        nettle_sha256_digest(&ended, digest.count, &digest)
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self
        )
    }
}
