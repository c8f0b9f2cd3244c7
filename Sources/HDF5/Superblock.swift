/// The first bytes of a file of format 1.10 (HDF5 File Format Specification 3.0, II.A, version 3).
package enum Superblock {
    /// Where its checksum stands; with it, it ends.
    static let checksumPlace = 44

    /// Puts the right checksum on a file's image: HDF5 1.10 takes the mark of a file that is being written out of an image and
    /// leaves the checksum as it was with the mark.
    ///
    /// - Returns: false when there is no such superblock.
    static func seal(_ image: inout [UInt8]) -> Bool {
        guard image.count >= checksumPlace + 4, image[8] == 3, image[11] == 0 else { return false }
        let sum = image.withUnsafeBytes {
            MetadataChecksum.of(UnsafeRawBufferPointer(rebasing: $0[..<checksumPlace]))
        }
        for byte in 0..<4 {
            image[checksumPlace + byte] = UInt8(truncatingIfNeeded: sum >> UInt32(8 * byte))
        }
        return true
    }

    /// A file's bytes without the mark that a program puts there as long as it has the file open for writing.
    ///
    /// - Returns: nil when there is no mark, or the superblock is damaged.
    package static func withoutWritingMark(_ image: [UInt8]) -> [UInt8]? {
        guard image.count >= checksumPlace + 4, image[8] == 3, image[11] != 0 else { return nil }
        let sum = image.withUnsafeBytes {
            MetadataChecksum.of(UnsafeRawBufferPointer(rebasing: $0[..<checksumPlace]))
        }
        let stands = (0..<4).allSatisfy {
            image[checksumPlace + $0] == UInt8(truncatingIfNeeded: sum >> UInt32(8 * $0))
        }
        guard stands else { return nil }
        var calm = image
        calm[11] = 0
        return seal(&calm) ? calm : nil
    }
}
