import CHDF5

/// Moves values between Swift arrays and HDF5, for datasets and attributes alike.
///
/// The memory type is always the one native to the Swift type: HDF5 converts, so that a wider type
/// in the file cannot write past the buffer.
struct Transfer {
    /// What is read or written, for messages; put together only when there is one.
    let name: () -> String
    /// `H5Dread` or `H5Aread`, by name.
    let readName: StaticString
    /// Reads everything as the given memory type.
    let read: (_ memoryType: hid_t, _ buffer: UnsafeMutableRawPointer?) -> herr_t
    /// The type in the file.
    let fileType: hid_t
    /// The extent.
    let space: hid_t

    private var subject: String { name() }

    /// All numbers in row-major order.
    func numbers<T: Element>(as type: T.Type) throws(HDF5Error) -> [T] {
        let count = try elementCount()
        switch H5Tget_class(fileType) {
        case H5T_FLOAT:
            guard T.elementType == .float || T.elementType == .double else {
                throw refusal("it holds floating-point numbers, not \(T.self)")
            }
            return try buffer(T.elementType.memory, count, T.zero)
        case H5T_INTEGER, H5T_ENUM:
            return try integers(count)
        case H5T_STRING:
            throw refusal("it holds text, not numbers")
        default:
            throw refusal("it holds neither numbers nor text")
        }
    }

    /// Integers; read in 64 bits when the file's are wider, because HDF5 clips silently.
    private func integers<T: Element>(_ count: Int) throws(HDF5Error) -> [T] {
        let isSigned = H5Tget_sign(fileType) == H5T_SGN_2
        let width = H5Tget_size(fileType)
        if isSigned, H5Tequal(fileType, T.elementType.file) > 0 {
            return try buffer(T.elementType.memory, count, T.zero)
        }
        if width > 8 || (width == 8 && !isSigned) {
            throw refusal("it holds unsigned 64-bit or wider integers")
        }
        let wide: [Int64] = try buffer(ElementType.int64.memory, count, 0)
        var values: [T] = []
        values.reserveCapacity(count)
        for value in wide {
            guard let fitting = T.converted(value) else {
                throw refusal("\(value) does not fit \(T.self)")
            }
            values.append(fitting)
        }
        return values
    }

    /// All texts in row-major order, from variable- or fixed-length strings.
    func strings() throws(HDF5Error) -> [String] {
        guard H5Tget_class(fileType) == H5T_STRING else { throw refusal("it holds no text") }
        let isVariable = try Library.check("H5Tis_variable_str", subject) {
            H5Tis_variable_str(fileType)
        }
        return isVariable > 0 ? try variableStrings() : try fixedStrings()
    }

    private func variableStrings() throws(HDF5Error) -> [String] {
        let count = try elementCount()
        guard count > 0 else { return [] }
        let type = try Self.stringType(
            size: chdf5_variable_size(), characterSet: H5Tget_cset(fileType), subject)
        var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
        // HDF5 allocates every string. H5Dvlen_reclaim frees them and passes over null ones, also
        // after a read that failed half-way.
        defer {
            _ = H5Dvlen_reclaim(type.id, space, hid_t(H5P_DEFAULT), &pointers)
        }
        try Library.check(readName, subject) { read(type.id, &pointers) }
        var texts: [String] = []
        for pointer in pointers {
            guard let pointer else {
                texts.append("")
                continue
            }
            guard let text = String(validatingCString: pointer) else {
                throw refusal("it holds text that is not UTF-8")
            }
            texts.append(text)
        }
        return texts
    }

    private func fixedStrings() throws(HDF5Error) -> [String] {
        let count = try elementCount()
        let width = H5Tget_size(fileType)
        let (total, overflow) = count.multipliedReportingOverflow(by: width)
        if overflow { throw refusal("it claims more text than memory can hold") }
        guard count > 0 else { return [] }
        var bytes = [UInt8](repeating: 0, count: total)
        // In memory as in the file: a text of fixed length is nothing but its bytes.
        try Library.check(readName, subject) { read(fileType, &bytes) }
        let padsWithSpaces = H5Tget_strpad(fileType) == H5T_STR_SPACEPAD
        var texts: [String] = []
        for start in stride(from: 0, to: total, by: width) {
            var text = bytes[start..<start + width].prefix { $0 != 0 }
            while padsWithSpaces, text.last == UInt8(ascii: " ") { text.removeLast() }
            guard let valid = String(validating: text, as: UTF8.self) else {
                throw refusal("it holds text that is not UTF-8")
            }
            texts.append(valid)
        }
        return texts
    }

    private func buffer<T: Element>(_ memoryType: hid_t, _ count: Int, _ zero: T)
        throws(HDF5Error) -> [T]
    {
        guard count > 0 else { return [] }
        var values = [T](repeating: zero, count: count)
        try Library.check(readName, subject) { read(memoryType, &values) }
        return values
    }

    private func elementCount() throws(HDF5Error) -> Int {
        // H5Sget_simple_extent_npoints is 1 for a scalar and 0 for a null space.
        Int(
            try Library.check("H5Sget_simple_extent_npoints", subject) {
                H5Sget_simple_extent_npoints(space)
            })
    }

    private func refusal(_ why: String) -> HDF5Error {
        HDF5Error(call: "\(readName)", subject: subject, why: why)
    }
}

extension Transfer {
    /// A string type in memory or file.
    static func stringType(
        size: Int, characterSet: H5T_cset_t = H5T_CSET_UTF8,
        padding: H5T_str_t = H5T_STR_NULLTERM, _ subject: String
    ) throws(HDF5Error) -> Identifier {
        let type = try Identifier("H5Tcopy", subject, H5Tclose) { H5Tcopy(chdf5_c_string()) }
        try Library.check("H5Tset_size", subject) { H5Tset_size(type.id, size) }
        try Library.check("H5Tset_cset", subject) { H5Tset_cset(type.id, characterSet) }
        try Library.check("H5Tset_strpad", subject) { H5Tset_strpad(type.id, padding) }
        return type
    }

    /// Texts one after the other, each filled up with zeros to the length of the longest.
    static func fixed(
        _ texts: [String], _ call: StaticString, _ subject: String
    ) throws(HDF5Error) -> (bytes: [UInt8], width: Int) {
        // h5netcdf takes texts of one byte for arrays of characters.
        let width = max(2, texts.map(\.utf8.count).max() ?? 0)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(width * texts.count)
        for text in texts {
            try requireNoNUL(text, call, subject)
            bytes += text.utf8
            bytes += repeatElement(0, count: width - text.utf8.count)
        }
        return (bytes, width)
    }

    /// Runs `body` with the address of C strings equal to the texts; they live for that call only.
    static func withCStrings(
        _ texts: [String], _ call: StaticString, _ subject: String,
        _ body: (UnsafeRawPointer?) -> herr_t
    ) throws(HDF5Error) {
        var characters: [CChar] = []
        var starts: [Int] = []
        for text in texts {
            try requireNoNUL(text, call, subject)
            starts.append(characters.count)
            characters += text.utf8CString
        }
        try Library.check(call, subject) {
            characters.withUnsafeBufferPointer { buffer in
                let pointers = starts.map { start in buffer.baseAddress.map { $0 + start } }
                return pointers.withUnsafeBytes { body($0.baseAddress) }
            }
        }
    }

    /// A zero inside would end the text early for every reader and lose the rest silently.
    private static func requireNoNUL(_ text: String, _ call: StaticString, _ subject: String)
        throws(HDF5Error)
    {
        guard text.utf8.contains(0) else { return }
        throw HDF5Error(call: "\(call)", subject: subject, why: "the text contains a NUL")
    }
}
