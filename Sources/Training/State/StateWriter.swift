/// Writes the state of a run as bytes: numbers of 64 bits and arrays with their length, little-endian.
struct StateWriter {
    /// What has been written.
    private(set) var bytes: [UInt8] = []

    /// Writes 64 bits.
    mutating func write(_ value: UInt64) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// Writes a whole number.
    mutating func write(_ value: Int) { write(UInt64(bitPattern: Int64(value))) }

    /// Writes a number, bit for bit.
    mutating func write(_ value: Double) { write(value.bitPattern) }

    /// Writes an array of floats with its length.
    mutating func write(_ values: UnsafePointer<Float>, count: Int) {
        write(count)
        bytes.append(contentsOf: UnsafeRawBufferPointer(start: values, count: 4 * count))
    }

    /// Writes an array of numbers with its length.
    mutating func write(_ values: [Double]) {
        write(values.count)
        values.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }

    /// Writes an array of whole numbers with its length.
    mutating func write(_ values: [Int]) {
        write(values.count)
        values.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }

    /// Writes an array of floats with its length.
    mutating func write(_ values: [Float]) {
        write(values.count)
        values.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }
}
