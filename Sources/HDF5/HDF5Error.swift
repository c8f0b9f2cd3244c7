import CHDF5

/// A call into HDF5 that failed, with what it was applied to and HDF5's own error stack.
package struct HDF5Error: Error, Equatable, Sendable, CustomStringConvertible {
    /// The C function that failed, such as `H5Fopen`.
    package let call: String
    /// The file, and the object or attribute in it, that the call was about.
    package let subject: String
    /// HDF5's descriptions from the outermost function to the innermost, or our own single line.
    package let stack: [String]

    /// An error this wrapper found itself.
    package init(call: String, subject: String, why: String) {
        self.call = call
        self.subject = subject
        stack = [why]
    }

    /// The error that HDF5 has just recorded for this thread.
    init(call: StaticString, subject: String) {
        self.call = "\(call)"
        self.subject = subject
        stack = Self.currentStack()
    }

    /// What HDF5 said outermost, with the innermost reason in parentheses.
    package var text: String {
        guard let outermost = stack.first, let innermost = stack.last else {
            return "unknown error"
        }
        return outermost == innermost ? outermost : "\(outermost) (\(innermost))"
    }

    /// The message in the form `what failed: subject: why`.
    package var description: String { "\(call) failed: \(subject): \(text)" }

    private static func currentStack() -> [String] {
        var descriptions: [String] = []
        withUnsafeMutablePointer(to: &descriptions) { collected in
            // H5Ewalk2: downward walks from the API function to where the error was detected.
            _ = H5Ewalk2(
                hid_t(H5E_DEFAULT), H5E_WALK_DOWNWARD,
                { _, entry, collected in
                    guard let text = entry?.pointee.desc else { return 0 }
                    collected?.assumingMemoryBound(to: [String].self).pointee
                        .append(String(cString: text))
                    return 0
                }, collected)
        }
        return descriptions
    }
}
