import CZlib

/// Expands what gzip compressed.
package enum GZip {
    /// Whether bytes begin as a gzip file does (RFC 1952, §2.3.1).
    package static func isCompressed(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1f, 0x8b]) }

    /// What was compressed, or its beginning where that is longer than wanted.
    ///
    /// - Throws: `GZipError` when the bytes are damaged, cut short, or not gzip's.
    package static func expand(
        _ bytes: [UInt8], atMost limit: Int
    ) throws(GZipError) -> [UInt8] {
        // zlib.h, inflateInit2: "add 16 to decode only the gzip format".
        try inflated(bytes, atMost: limit, windowBits: MAX_WBITS + 16)
    }

    /// What was compressed without a header, as in a ZIP archive, or its beginning where that is longer than wanted.
    ///
    /// - Throws: `GZipError` when the bytes are damaged or cut short.
    package static func inflate(
        _ bytes: [UInt8], atMost limit: Int
    ) throws(GZipError) -> [UInt8] {
        // zlib.h, inflateInit2: "windowBits can also be -8..-15 for raw inflate".
        try inflated(bytes, atMost: limit, windowBits: -MAX_WBITS)
    }

    private static func inflated(
        _ bytes: [UInt8], atMost limit: Int, windowBits: CInt
    ) throws(GZipError) -> [UInt8] {
        guard bytes.count <= Int(uInt.max), limit <= Int(uInt.max) else {
            throw GZipError(call: "inflate", text: "more than 4 GiB")
        }
        var stream = z_stream()
        // The macro that calls this is not imported.
        let size = CInt(MemoryLayout<z_stream>.size)
        let begun = inflateInit2_(&stream, windowBits, ZLIB_VERSION, size)
        guard begun == Z_OK else { throw GZipError("inflateInit2", begun, stream) }
        defer { inflateEnd(&stream) }
        var status = Z_OK
        let expanded = [UInt8](unsafeUninitializedCapacity: limit) { output, count in
            bytes.withUnsafeBufferPointer { input in
                // zlib only reads what next_in points to, although its type says otherwise.
                stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                stream.avail_in = uInt(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = uInt(limit)
                status = CZlib.inflate(&stream, Z_FINISH)
            }
            count = limit - Int(stream.avail_out)
        }
        // zlib.h, inflate: with Z_FINISH, Z_BUF_ERROR says that input or output has run out.
        if status == Z_BUF_ERROR, stream.avail_out == 0 { return expanded }
        guard status == Z_STREAM_END else { throw GZipError("inflate", status, stream) }
        return expanded
    }
}

/// What zlib could not do.
package struct GZipError: Error, Equatable, CustomStringConvertible {
    /// The call that failed.
    package var call: String
    /// The library's words.
    package var text: String

    init(call: String, text: String) {
        self.call = call
        self.text = text
    }

    init(_ call: String, _ status: CInt, _ stream: z_stream) {
        let words = stream.msg.map { String(cString: $0) }
        let text = words ?? (status == Z_BUF_ERROR ? "cut short" : "failed")
        self.init(call: call, text: "\(text) (\(status))")
    }

    /// One line: the call and the library's words.
    package var description: String { "\(call): \(text)" }
}
