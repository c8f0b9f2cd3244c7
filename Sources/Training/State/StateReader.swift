/// Why a saved state cannot be taken over.
package struct StateError: Error, Equatable, CustomStringConvertible {
    /// What is wrong with it.
    package let description: String

    init(_ description: String) { self.description = description }
}

/// Reads what a `StateWriter` wrote, refusing whatever does not fit.
struct StateReader {
    private let bytes: [UInt8]
    private var place = 0

    /// A reader of these bytes.
    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Whether everything has been read.
    var isAtEnd: Bool { place == bytes.count }

    /// 64 bits.
    mutating func bits() throws(StateError) -> UInt64 {
        guard bytes.count - place >= 8 else { throw StateError("the state ends too early") }
        defer { place += 8 }
        return bytes.withUnsafeBytes {
            UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: place, as: UInt64.self))
        }
    }

    /// A whole number.
    mutating func integer() throws(StateError) -> Int {
        Int(Int64(bitPattern: try bits()))
    }

    /// A whole number that counts something, so small that sums of a few of them cannot overflow.
    mutating func count() throws(StateError) -> Int {
        let value = try integer()
        guard (0...1 << 48).contains(value) else {
            throw StateError("\(value) stands where a count belongs")
        }
        return value
    }

    /// A number.
    mutating func double() throws(StateError) -> Double { Double(bitPattern: try bits()) }

    /// An array of floats of exactly this length, into memory that has room for it.
    mutating func read(into values: UnsafeMutablePointer<Float>, count: Int) throws(StateError) {
        let stored = try integer()
        guard stored == count, bytes.count - place >= 4 * count else {
            throw StateError("an array of \(stored) floats stands where \(count) belong")
        }
        bytes.withUnsafeBytes {
            UnsafeMutableRawPointer(values).copyMemory(
                from: $0.baseAddress.map { $0 + place } ?? UnsafeRawPointer(values),
                byteCount: 4 * count)
        }
        place += 4 * count
    }

    /// An array of floats of exactly this length.
    mutating func floats(_ count: Int) throws(StateError) -> [Float] {
        let stored = try integer()
        guard stored == count, (bytes.count - place) / 4 >= count else {
            throw StateError("an array of \(stored) floats stands where \(count) belong")
        }
        defer { place += 4 * count }
        return bytes.withUnsafeBytes { bytes in
            (0..<count).map {
                bytes.loadUnaligned(fromByteOffset: place + 4 * $0, as: Float.self)
            }
        }
    }

    /// An array of numbers.
    mutating func doubles() throws(StateError) -> [Double] {
        let count = try length()
        var values: [Double] = []
        values.reserveCapacity(count)
        for _ in 0..<count { values.append(try double()) }
        return values
    }

    /// An array of exactly so many numbers, which were written as doubles.
    mutating func scalars<Scalar: BinaryFloatingPoint>(
        _ count: Int
    ) throws(StateError) -> [Scalar] {
        let values = try doubles()
        guard values.count == count else {
            throw StateError("an array of \(values.count) numbers stands where \(count) belong")
        }
        return values.map { Scalar($0) }
    }

    /// An array of whole numbers.
    mutating func integers() throws(StateError) -> [Int] {
        let count = try length()
        var values: [Int] = []
        values.reserveCapacity(count)
        for _ in 0..<count { values.append(try integer()) }
        return values
    }

    private mutating func length() throws(StateError) -> Int {
        let count = try integer()
        guard count >= 0, count <= (bytes.count - place) / 8 else {
            throw StateError("an array of \(count) numbers is longer than the state")
        }
        return count
    }
}
