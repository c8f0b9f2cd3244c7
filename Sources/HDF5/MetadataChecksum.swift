/// The checksum of all metadata in files of format 1.10: Bob Jenkins' lookup3, `hashlittle` (public domain, 2006).
package enum MetadataChecksum {
    /// The checksum of these bytes.
    package static func of(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        let start = 0xdead_beef &+ UInt32(truncatingIfNeeded: bytes.count)
        var (a, b, c) = (start, start, start)
        var place = 0
        while bytes.count - place > 12 {
            a &+= word(bytes, place)
            b &+= word(bytes, place + 4)
            c &+= word(bytes, place + 8)
            mix(&a, &b, &c)
            place += 12
        }
        guard place < bytes.count else { return c }
        a &+= word(bytes, place)
        b &+= word(bytes, place + 4)
        c &+= word(bytes, place + 8)
        c = (c ^ b) &- rotated(b, 14)
        a = (a ^ c) &- rotated(c, 11)
        b = (b ^ a) &- rotated(a, 25)
        c = (c ^ b) &- rotated(b, 16)
        a = (a ^ c) &- rotated(c, 4)
        b = (b ^ a) &- rotated(a, 14)
        return (c ^ b) &- rotated(b, 24)
    }

    /// Four bytes, low byte first; zeros stand for those behind the end.
    private static func word(_ bytes: UnsafeRawBufferPointer, _ place: Int) -> UInt32 {
        if place + 4 <= bytes.count {
            return UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self))
        }
        var word: UInt32 = 0
        for byte in 0..<max(0, bytes.count - place) {
            word |= UInt32(bytes[place + byte]) << UInt32(8 * byte)
        }
        return word
    }

    private static func mix(_ a: inout UInt32, _ b: inout UInt32, _ c: inout UInt32) {
        a = (a &- c) ^ rotated(c, 4)
        c = c &+ b
        b = (b &- a) ^ rotated(a, 6)
        a = a &+ c
        c = (c &- b) ^ rotated(b, 8)
        b = b &+ a
        a = (a &- c) ^ rotated(c, 16)
        c = c &+ b
        b = (b &- a) ^ rotated(a, 19)
        a = a &+ c
        c = (c &- b) ^ rotated(b, 4)
        b = b &+ a
    }

    private static func rotated(_ value: UInt32, _ bits: UInt32) -> UInt32 {
        value << bits | value >> (32 - bits)
    }
}
