import CZeroMQ

/// Runs one C call and reads its error number before anything else can change it.
enum Call {
    /// What the call returned, or minus the error number; a call cut short by a signal is repeated.
    @inline(never)
    static func status(_ body: () -> CInt) -> CInt {
        while true {
            let result = body()
            // errno is per thread and the next Swift statement may run code that sets it.
            let code = zmq_errno()
            if result >= 0 { return result }
            if code != EINTR { return -code }
        }
    }

    /// Throws when the status of a call is an error.
    @discardableResult
    static func check(
        _ call: StaticString, _ subject: @autoclosure () -> String, hint: String? = nil,
        _ body: () -> CInt
    ) throws(ZMQError) -> CInt {
        let status = status(body)
        guard status < 0 else { return status }
        throw error(call, subject(), status, hint: hint)
    }

    /// The error for a negative status; codes that only a bug of ours can cause stop the program.
    static func error(
        _ call: StaticString, _ subject: String, _ status: CInt, hint: String? = nil
    ) -> ZMQError {
        precondition(
            status != -EFAULT && status != -ENOTSOCK, "\(call): a socket was used after its end")
        return ZMQError(call: "\(call)", code: -status, subject: subject, hint: hint)
    }
}
