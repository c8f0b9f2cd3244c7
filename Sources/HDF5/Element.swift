import CHDF5

/// The number formats that datasets and attributes hold.
package enum ElementType: Sendable, CaseIterable {
    /// 32-bit IEEE floating point.
    case float
    /// 64-bit IEEE floating point.
    case double
    /// Signed byte.
    case int8
    /// Unsigned byte.
    case uint8
    /// Signed, 32 bits.
    case int32
    /// Signed, 64 bits.
    case int64

    /// The type of a value in this process's memory.
    var memory: hid_t {
        switch self {
        case .float: chdf5_native_float()
        case .double: chdf5_native_double()
        case .int8: chdf5_native_int8()
        case .uint8: chdf5_native_uint8()
        case .int32: chdf5_native_int32()
        case .int64: chdf5_native_int64()
        }
    }

    /// The type of a value in a file we write: little-endian on every machine.
    var file: hid_t {
        switch self {
        case .float: chdf5_file_float()
        case .double: chdf5_file_double()
        case .int8: chdf5_file_int8()
        case .uint8: chdf5_file_uint8()
        case .int32: chdf5_file_int32()
        case .int64: chdf5_file_int64()
        }
    }
}

/// A Swift number that HDF5 stores as it is.
package protocol Element: BitwiseCopyable, Sendable {
    /// Its format.
    static var elementType: ElementType { get }
    /// What a buffer is filled with before HDF5 reads into it.
    static var zero: Self { get }
    /// The number if this type can hold it exactly; floating point takes any.
    static func converted(_ value: Int64) -> Self?
}

extension Element where Self: FixedWidthInteger {
    /// The number if it fits.
    package static func converted(_ value: Int64) -> Self? { Self(exactly: value) }
}

extension Float: Element {
    /// 32-bit floating point.
    package static var elementType: ElementType { .float }
    /// The nearest floating-point number.
    package static func converted(_ value: Int64) -> Float? { Float(value) }
}

extension Double: Element {
    /// 64-bit floating point.
    package static var elementType: ElementType { .double }
    /// The nearest floating-point number.
    package static func converted(_ value: Int64) -> Double? { Double(value) }
}

extension Int8: Element {
    /// A signed byte.
    package static var elementType: ElementType { .int8 }
}

extension UInt8: Element {
    /// An unsigned byte.
    package static var elementType: ElementType { .uint8 }
}

extension Int32: Element {
    /// 32 bits, signed.
    package static var elementType: ElementType { .int32 }
}

extension Int64: Element {
    /// 64 bits, signed.
    package static var elementType: ElementType { .int64 }
}
