package import Core
import GZip

/// Arrays in a file of `numpy.savez` or `savez_compressed`: a ZIP archive of one `.npy` per array, of single or double
/// precision, in C order.
package struct NumPyArchive {
    /// The arrays by their names, rounded to single precision, in the order of the archive.
    package private(set) var tensors: [NamedTensor] = []

    private let name: String

    /// Reads a file's content.
    ///
    /// - Parameters:
    ///   - content: the file's bytes.
    ///   - name: what the file is called in errors.
    /// - Throws: `TaskError` when it is no such archive, or holds arrays of another kind.
    package init(_ content: [UInt8], named name: String) throws(TaskError) {
        self.name = name
        for entry in try entries(content) {
            guard entry.name.hasSuffix(".npy") else {
                throw TaskError(name, "\(entry.name) is no array", hint: NumPyArchive.hint)
            }
            tensors.append(try array(String(entry.name.dropLast(4)), entry.bytes))
        }
    }

    private static let hint = "write it with numpy.savez(file, **arrays)"

    // MARK: ZIP (APPNOTE.TXT 6.3.10)

    private struct Entry {
        var name: String
        var bytes: [UInt8]
    }

    private func entries(_ content: [UInt8]) throws(TaskError) -> [Entry] {
        // The end of the central directory: its signature, 18 bytes, and a remark that NumPy does not write.
        let end = content.count - 22
        guard end >= 0, integer(content, end, 4) == 0x0605_4b50 else {
            throw TaskError(name, "not a ZIP archive, or cut short", hint: NumPyArchive.hint)
        }
        var place = integer(content, end + 16, 4)
        var entries: [Entry] = []
        for _ in 0..<integer(content, end + 10, 2) {
            guard place + 46 <= end, integer(content, place, 4) == 0x0201_4b50 else {
                throw damaged
            }
            let (method, size) = (integer(content, place + 10, 2), integer(content, place + 20, 4))
            let full = integer(content, place + 24, 4)
            let nameLength = integer(content, place + 28, 2)
            let local = integer(content, place + 42, 4)
            guard place + 46 + nameLength <= end, local + 30 <= end else { throw damaged }
            let title = String(
                decoding: content[place + 46..<place + 46 + nameLength], as: UTF8.self)
            let start =
                local + 30 + integer(content, local + 26, 2) + integer(content, local + 28, 2)
            guard start + size <= end, full <= NumPyArchive.mostBytes else { throw damaged }
            let stored = Array(content[start..<start + size])
            switch method {
            case 0: entries.append(Entry(name: title, bytes: stored))
            case 8:
                do {
                    let bytes = try GZip.inflate(stored, atMost: full)
                    entries.append(Entry(name: title, bytes: bytes))
                } catch {
                    throw TaskError(name, "\(title) is not to be expanded: \(error.text)")
                }
            default:
                throw TaskError(
                    name, "\(title) is compressed by method \(method)", hint: NumPyArchive.hint)
            }
            place +=
                46 + nameLength + integer(content, place + 30, 2)
                + integer(content, place + 32, 2)
        }
        return entries
    }

    /// No network here is larger.
    private static let mostBytes = 1 << 31

    private var damaged: TaskError { TaskError(name, "its directory is damaged") }

    /// A whole number whose lowest byte comes first.
    private func integer(_ bytes: [UInt8], _ place: Int, _ width: Int) -> Int {
        (0..<width).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
    }

    // MARK: NPY (numpy.lib.format, versions 1 to 3)

    private func array(_ title: String, _ bytes: [UInt8]) throws(TaskError) -> NamedTensor {
        let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
        guard bytes.count >= 12, bytes.starts(with: magic) else {
            throw TaskError(name, "\(title) is no array", hint: NumPyArchive.hint)
        }
        let width = bytes[6] == 1 ? 2 : 4
        let start = 8 + width + integer(bytes, 8, width)
        guard start <= bytes.count else { throw TaskError(name, "\(title) is cut short") }
        let header = String(decoding: bytes[(8 + width)..<start], as: UTF8.self)
        let isSingle = header.contains("'descr': '<f4'")
        guard isSingle || header.contains("'descr': '<f8'"),
            header.contains("'fortran_order': False"),
            let shape = header.firstMatch(of: /'shape': \(([0-9, ]*)\)/)
        else {
            throw TaskError(
                name, "\(title) is no array of single or double precision in C order",
                hint: "use numpy.ascontiguousarray(x, dtype=numpy.float32)")
        }
        let extents = shape.output.1.split(separator: ",").compactMap {
            Int($0.filter { $0 != " " })
        }
        let size = isSingle ? 4 : 8
        let (count, overflow) = IDXFile.product(extents).multipliedReportingOverflow(by: size)
        guard !overflow, bytes.count - start == count else {
            throw TaskError(name, "\(title) is cut short")
        }
        let values: [Float] = bytes.withUnsafeBytes { raw in
            (0..<count / size).map { place in
                let offset = start + place * size
                return isSingle
                    ? Float(
                        bitPattern: UInt32(
                            littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
                        ))
                    : Float(
                        Double(
                            bitPattern: UInt64(
                                littleEndian: raw.loadUnaligned(
                                    fromByteOffset: offset, as: UInt64.self))))
            }
        }
        return NamedTensor(name: title, shape: extents, values: values)
    }
}
