@preconcurrency import Glibc

/// What this process was started with.
package enum ProcessArguments {
    /// Variables that hold paths we use.
    private static let paths = ["TMPDIR", "GROKMAP_DATA", "HOME"]

    /// Refuses arguments and paths in the environment that are not text in UTF-8: Swift would read them as other names.
    ///
    /// - Throws: `SystemError` showing the first of them with its odd bytes in hexadecimal.
    package static func check() throws(SystemError) {
        for place in 0..<Int(CommandLine.argc) {
            guard let pointer = CommandLine.unsafeArgv[place] else { continue }
            try check(pointer, "argument \(place)")
        }
        for name in paths {
            if let pointer = getenv(name) { try check(pointer, name) }
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
