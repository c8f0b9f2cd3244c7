import Testing

@testable import GZip

@Suite struct GZipTests {
    /// `printf 'grokking grokking grokking' | gzip -9n`.
    private static let compressed: [UInt8] = [
        0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x4b, 0x2f,
        0xca, 0xcf, 0xce, 0xce, 0xcc, 0x4b, 0x57, 0x48, 0x47, 0x67, 0x00, 0x00,
        0xe4, 0x51, 0x86, 0xe0, 0x1a, 0x00, 0x00, 0x00,
    ]
    private static let text = Array("grokking grokking grokking".utf8)

    @Test("what gzip compressed comes back, whole or its beginning")
    func expands() throws {
        #expect(GZip.isCompressed(Self.compressed))
        #expect(!GZip.isCompressed(Self.text) && !GZip.isCompressed([]))
        #expect(try GZip.expand(Self.compressed, atMost: 1000) == Self.text)
        #expect(try GZip.expand(Self.compressed, atMost: 26) == Self.text)
        #expect(try GZip.expand(Self.compressed, atMost: 5) == Array(Self.text[..<5]))
    }

    @Test("bytes that are cut short, damaged or not gzip's are refused in the library's words")
    func refuses() throws {
        func failure(_ bytes: [UInt8]) -> String {
            do {
                _ = try GZip.expand(bytes, atMost: 1000)
                return "none"
            } catch {
                return "\(error)"
            }
        }
        #expect(failure(Array(Self.compressed.dropLast(3))) == "inflate: cut short (-5)")
        #expect(failure([]) == "inflate: cut short (-5)")
        #expect(failure(Self.text) == "inflate: incorrect header check (-3)")
        var damaged = Self.compressed
        damaged[damaged.count - 5] ^= 1
        #expect(failure(damaged) == "inflate: incorrect data check (-3)")
    }
}
