/// The first bytes of a file of format 1.10 (HDF5 File Format Specification 3.0, II.A, version 3).
enum Superblock {
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
}
