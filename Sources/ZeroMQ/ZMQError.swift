import CZeroMQ

/// A call into libzmq (or the kernel) that failed, with what it was applied to.
package struct ZMQError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The C function that failed, such as `zmq_bind`.
    package let call: String
    /// The error number, errno or one of libzmq's own (`ETERM`, `EFSM`, …).
    package let code: Int32
    /// libzmq's words for the code.
    package let text: String
    /// The endpoint, option or file the call was about.
    package let subject: String
    /// What to do about it, where there is something to say.
    package let hint: String?

    /// An error for a code that libzmq or the kernel reported.
    package init(call: String, code: Int32, subject: String, hint: String? = nil) {
        self.call = call
        self.code = code
        self.subject = subject
        self.text = zmq_strerror(code).map { String(cString: $0) } ?? "unknown error"
        self.hint = hint
    }

    /// The message in the form `what failed: subject: why (code)`, then the hint.
    package var description: String {
        let message = "\(call) failed: \(subject): \(text) (\(code))"
        guard let hint else { return message }
        return "\(message)\nhint: \(hint)"
    }
}
