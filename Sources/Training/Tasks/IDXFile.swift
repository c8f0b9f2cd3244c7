import GZip

/// An array of bytes in the format of MNIST, plain or compressed with gzip: two zeros, the type 0x08, the number of
/// dimensions, each dimension as four bytes with the highest first, then the elements, row-major.
struct IDXFile {
    /// Dimensions, outermost first.
    let shape: [Int]
    /// The first elements, as many as were wanted, or all where there are fewer.
    let elements: [UInt8]

    private static let bytes: UInt8 = 0x08

    /// Reads a file's content.
    ///
    /// - Parameters:
    ///   - content: the file's bytes.
    ///   - name: what the file is called in errors.
    ///   - count: elements wanted, from the first.
    /// - Throws: `TaskError` when it is no such file, or is cut short.
    init(_ content: [UInt8], named name: String, elements count: Int) throws(TaskError) {
        let largestHeader = 4 + 4 * Int(UInt8.max)
        var content = content
        if GZip.isCompressed(content) {
            do {
                content = try GZip.expand(content, atMost: largestHeader + count)
            } catch {
                throw TaskError(name, "not to be expanded: \(error.text)", hint: IDXFile.again)
            }
        }
        guard content.count >= 4, content[0] == 0, content[1] == 0 else {
            throw TaskError(
                name, "not an IDX file: it does not begin with two zeros",
                hint: "use a file in the format of MNIST, plain or compressed with gzip")
        }
        guard content[2] == IDXFile.bytes else {
            throw TaskError(
                name, "its elements are of type \(content[2]), not bytes (8)",
                hint: "convert it to unsigned bytes")
        }
        let header = 4 + 4 * Int(content[3])
        guard content.count >= header else {
            throw TaskError(name, "cut short in its header", hint: IDXFile.again)
        }
        shape = stride(from: 4, to: header, by: 4).map { place in
            content[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
        }
        let wanted = min(count, IDXFile.product(shape))
        guard content.count - header >= wanted else {
            throw TaskError(
                name, "cut short: \(content.count - header) elements, its header promises more",
                hint: IDXFile.again)
        }
        elements = Array(content[header..<header + wanted])
    }

    /// The product of dimensions, which a hostile file may make as large as it likes.
    static func product(_ dimensions: some Sequence<Int>) -> Int {
        dimensions.reduce(1) {
            let (product, overflow) = $0.multipliedReportingOverflow(by: $1)
            return overflow ? Int.max : product
        }
    }

    private static let again = "copy or download the file again"
}
