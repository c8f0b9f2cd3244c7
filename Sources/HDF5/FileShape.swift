/// Whether bytes have the shape of a file that this module writes, decided before HDF5 sees them (HDF5 File Format
/// Specification 3.0): format 1.10, checksums right, one name per object, and nothing that leads out of the file.
package struct FileShape {
    /// What is not as it should be.
    package struct Violation: Error {
        /// In a few words.
        package let problem: String
    }

    private let bytes: UnsafeRawBufferPointer
    /// Objects that are still to be looked at: where their headers are, and by which path they were found.
    private var open: [(address: Int, path: String)] = []
    private var seen: Set<Int> = []
    /// Values that all datasets together claim to hold.
    private var claimed = 0

    /// Checks a whole file.
    ///
    /// - Throws: `Violation`.
    package static func check(_ bytes: UnsafeRawBufferPointer) throws(Violation) {
        var shape = FileShape(bytes: bytes)
        shape.open = [(try shape.root(), "/")]
        while let object = shape.open.popLast() { try shape.object(object.address, object.path) }
    }

    private init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// All values of the datasets, at most: deflate makes a thousandth of what it is given, not less.
    private var mostValues: Int { min(1 << 30, 258 * bytes.count) }

    // MARK: Bytes

    private func number(_ place: Int, _ size: Int) throws(Violation) -> Int {
        guard place >= 0, size <= 8, place <= bytes.count - size else { throw cut }
        var value: UInt64 = 0
        for byte in 0..<size { value |= UInt64(bytes[place + byte]) << UInt64(8 * byte) }
        // An address that is none is all ones.
        return Int(bitPattern: UInt(value))
    }

    private func requireSignature(_ text: StaticString, _ place: Int) throws(Violation) {
        guard place >= 0, place <= bytes.count - 4,
            text.withUTF8Buffer({ $0.elementsEqual(bytes[place..<place + 4]) })
        else { throw Violation(problem: "there is no \(text) at \(place)") }
    }

    /// The checksum stands right behind what it is of.
    private func requireChecksum(_ start: Int, _ end: Int) throws(Violation) {
        guard start >= 0, end > start, end <= bytes.count - 4 else { throw cut }
        let sum = MetadataChecksum.of(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
        guard try number(end, 4) == Int(sum) else {
            throw Violation(problem: "the checksum of the metadata at \(start) is wrong")
        }
    }

    private var cut: Violation { Violation(problem: "it is cut short") }

    // MARK: Structure

    private func root() throws(Violation) -> Int {
        let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]
        guard bytes.count >= 48, bytes[..<8].elementsEqual(signature) else {
            throw Violation(problem: "file signature not found")
        }
        guard bytes[8] == 3, bytes[9] == 8, bytes[10] == 8 else {
            throw Violation(problem: "its format is not that of HDF5 1.10, as we write it")
        }
        try requireChecksum(0, Superblock.checksumPlace)
        guard bytes[11] == 0 else {
            throw Violation(problem: "another program has it open for writing")
        }
        guard try number(12, 8) == 0, try number(20, 8) == -1,
            try number(28, 8) == bytes.count
        else { throw Violation(problem: "its superblock is not as we write it") }
        return try number(36, 8)
    }

    /// An object header of version 2 with its continuations.
    private mutating func object(_ address: Int, _ path: String) throws(Violation) {
        guard seen.insert(address).inserted else {
            throw Violation(problem: "\(path): the object has another name too")
        }
        try requireSignature("OHDR", address)
        guard try number(address + 4, 1) == 2 else {
            throw Violation(problem: "an old object header")
        }
        let flags = try number(address + 5, 1)
        // Times of day are not kept.
        guard flags & 0b1110_0000 == 0 else { throw Violation(problem: "\(path): an odd header") }
        var place = address + 6 + (flags & 0b1_0000 == 0 ? 0 : 4)
        let width = 1 << (flags & 3)
        let size = try number(place, width)
        place += width
        guard size >= 0, size <= bytes.count else { throw cut }
        try requireChecksum(address, place + size)
        var blocks = [(place, place + size)]
        while let (start, end) = blocks.popLast() {
            guard blocks.count < 64 else { throw Violation(problem: "\(path): too many blocks") }
            blocks += try messages(start, end, flags, path)
        }
    }

    /// The messages of one block; returns the blocks that it is continued in.
    private mutating func messages(
        _ start: Int, _ end: Int, _ flags: Int, _ path: String
    ) throws(Violation) -> [(Int, Int)] {
        let head = flags & 4 == 0 ? 4 : 6
        var place = start
        var further: [(Int, Int)] = []
        // What is left over, too little for a message, is a gap.
        while place + head <= end {
            let type = try number(place, 1)
            let size = try number(place + 1, 2)
            guard try number(place + 3, 1) & 0b10 == 0 else {
                throw Violation(problem: "\(path): a shared message")
            }
            place += head
            guard place + size <= end else { throw cut }
            if type == 0x10 {
                let (from, length) = (try number(place, 8), try number(place + 8, 8))
                try requireSignature("OCHK", from)
                guard length >= 8, length <= bytes.count, seen.insert(from).inserted else {
                    throw Violation(problem: "\(path): a continuation that goes round")
                }
                try requireChecksum(from, from + length - 4)
                further.append((from + 4, from + length - 4))
            } else {
                try message(type, place, size, path)
            }
            place += size
        }
        return further
    }

    private mutating func message(
        _ type: Int, _ place: Int, _ size: Int, _ path: String
    ) throws(Violation) {
        switch type {
        // Nothing, data type, fill value, group information, attribute, attribute information.
        case 0x00, 0x03, 0x05, 0x0a, 0x0c, 0x15: break
        case 0x01: try space(place, path)
        case 0x02:
            let dense = place + 2 + (try number(place + 1, 1) & 1 == 0 ? 0 : 8)
            // More names than fit into a header lie in a heap, which only the snapshots of parameters can come to.
            guard try number(dense, 8) == -1 || path == "/parameters" else {
                throw Violation(problem: "\(path): too many names")
            }
        case 0x06: try link(place, path)
        case 0x08:
            let (version, kind) = (try number(place, 1), try number(place + 1, 1))
            guard (3...4).contains(version), kind == 1 || kind == 2 else {
                throw Violation(
                    problem: kind == 3
                        ? "\(path): a virtual dataset" : "\(path): data stored otherwise than we do"
                )
            }
        case 0x07: throw Violation(problem: "\(path): data in another file")
        case 0x0b: try filters(place, path)
        default:
            throw Violation(problem: "\(path): a message of type \(type), which we never write")
        }
    }

    private mutating func space(_ place: Int, _ path: String) throws(Violation) {
        let (version, rank) = (try number(place, 1), try number(place + 1, 1))
        guard version == 2, rank <= 8 else { throw Violation(problem: "\(path): an odd extent") }
        var values = 1
        for axis in 0..<rank {
            let extent = try number(place + 4 + 8 * axis, 8)
            guard extent >= 0, extent <= mostValues else {
                throw Violation(
                    problem: "\(path): it claims an axis of \(UInt(bitPattern: extent))")
            }
            let (product, overflow) = values.multipliedReportingOverflow(by: extent)
            guard !overflow else { throw Violation(problem: "\(path): it claims too many values") }
            values = product
        }
        claimed += min(values, mostValues + 1)
        guard claimed <= mostValues else {
            throw Violation(problem: "\(path): it claims \(claimed) values in all")
        }
    }

    private mutating func link(_ place: Int, _ path: String) throws(Violation) {
        let flags = try number(place + 1, 1)
        var place = place + 2
        var type = 0
        if flags & 8 != 0 {
            type = try number(place, 1)
            place += 1
        }
        if flags & 4 != 0 { place += 8 }
        if flags & 16 != 0 { place += 1 }
        let width = 1 << (flags & 3)
        let length = try number(place, width)
        place += width
        guard length > 0, length <= 4096, place <= bytes.count - length else { throw cut }
        let name = String(decoding: bytes[place..<place + length], as: UTF8.self)
        let below = path == "/" ? "/\(name)" : "\(path)/\(name)"
        guard type == 0 else { throw Violation(problem: "\(below): a link that leads elsewhere") }
        open.append((try number(place + length, 8), below))
    }

    private func filters(_ place: Int, _ path: String) throws(Violation) {
        guard try number(place, 1) == 2 else { throw Violation(problem: "\(path): an odd filter") }
        let count = try number(place + 1, 1)
        var place = place + 2
        for _ in 0..<count {
            let filter = try number(place, 2)
            // Deflate, shuffle, fletcher32.
            guard (1...3).contains(filter) else {
                throw Violation(problem: "\(path): filter \(filter), which we never use")
            }
            place += 6 + 4 * (try number(place + 4, 2))
        }
    }
}
