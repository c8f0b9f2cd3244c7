@preconcurrency import Glibc

/// Whole files.
enum Bytes {
    /// The bytes of a file.
    ///
    /// - Throws: `LoadError` when it cannot be read.
    static func of(_ path: String) throws(LoadError) -> [UInt8] {
        guard let file = fopen(path, "rb") else {
            throw LoadError("cannot read \(path): \(String(cString: strerror(errno)))")
        }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
            bytes.append(contentsOf: buffer[..<count])
        }
        return bytes
    }

    /// The text of a file.
    static func text(of path: String) throws(LoadError) -> String {
        String(decoding: try of(path), as: UTF8.self)
    }
}
