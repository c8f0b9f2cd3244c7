import CArguments
@preconcurrency import Glibc

/// What this process was started with.
package enum ProcessArguments {
    /// Variables that hold paths we use.
    private static let paths = ["TMPDIR", "GROKMAP_DATA", "HOME"]

    /// Refuses arguments and paths in the environment that are not text in UTF-8: Swift would read them as other names.
    ///
    /// - Throws: `SystemError` showing the first of them with its odd bytes in hexadecimal.
    package static func check() throws(SystemError) {
        for (place, pointer) in pointers.enumerated() { try check(pointer, "argument \(place)") }
        for name in paths {
            if let pointer = getenv(name) { try check(pointer, name) }
        }
    }

    /// The program's name and its arguments, also where there is no /proc to read them from.
    package static var all: [String] { pointers.map { String(cString: $0) } }

    private static var pointers: [UnsafePointer<CChar>] {
        guard let values = grokmap_arguments() else { return [] }
        return (0..<Int(grokmap_argument_count())).compactMap { place in
            values[place].map { UnsafePointer($0) }
        }
    }

    private static func check(
        _ pointer: UnsafePointer<CChar>, _ what: String
    ) throws(SystemError) {
        guard String(validatingCString: pointer) == nil else { return }
        let bytes = UnsafeBufferPointer(start: pointer, count: strlen(pointer)).map {
            UInt8(bitPattern: $0)
        }
        throw SystemError(
            "read the arguments", shown(bytes), "\(what) is not UTF-8",
            hint: "rename the file or folder, or reach it by a link whose name is UTF-8")
    }

    /// Printable ASCII as it is, every other byte as `\xNN`.
    package static func shown(_ bytes: [UInt8]) -> String {
        bytes.reduce(into: "") { text, byte in
            text +=
                (0x20...0x7e).contains(byte)
                ? String(Unicode.Scalar(byte))
                : "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
    }
}
