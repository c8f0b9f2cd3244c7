import CLinux
@preconcurrency import Glibc

/// How questions about files and their answers cross a socket: each behind its length; a question's length comes with the
/// descriptor of its file.
package enum FileQuestions {
    /// An answer or a question is at most this long.
    package static let longest = 1 << 31

    /// The other side is gone, or does not keep to this.
    package struct Broken: Error {}

    /// Sends bytes, with a descriptor where it is a question.
    package static func send(
        _ bytes: [UInt8], over socket: CInt, with descriptor: CInt? = nil
    ) throws(Broken) {
        let length = withUnsafeBytes(of: Int64(bytes.count)) { Array($0) }
        guard let descriptor else { return try send(length + bytes, socket) }
        // Eight bytes are not torn apart on an empty socket.
        guard clinux_send_descriptor(socket, length, length.count, descriptor) == length.count
        else {
            throw Broken()
        }
        try send(bytes, socket)
    }

    /// The next question with its file; nil when nobody asks any more.
    package static func receive(
        over socket: CInt
    ) throws(Broken) -> (question: [UInt8], descriptor: CInt)? {
        var head = [UInt8](repeating: 0, count: 8)
        var descriptor: CInt = -1
        let count = clinux_receive_descriptor(socket, &head, head.count, &descriptor)
        if count == 0 { return nil }
        guard count == head.count, descriptor >= 0 else { throw Broken() }
        return (try receive(length(head), socket), descriptor)
    }

    /// The answer.
    package static func answer(over socket: CInt) throws(Broken) -> [UInt8] {
        try receive(length(try receive(8, socket)), socket)
    }

    private static func length(_ head: [UInt8]) throws(Broken) -> Int {
        let length = head.withUnsafeBytes { Int($0.loadUnaligned(as: Int64.self)) }
        guard (0...longest).contains(length) else { throw Broken() }
        return length
    }

    private static func send(_ bytes: [UInt8], _ socket: CInt) throws(Broken) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                clinux_send(socket, $0.baseAddress?.advanced(by: sent), bytes.count - sent)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Broken() }
            sent += count
        }
    }

    private static func receive(_ length: Int, _ socket: CInt) throws(Broken) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: length)
        var received = 0
        while received < length {
            let count = bytes.withUnsafeMutableBytes {
                recv(socket, $0.baseAddress?.advanced(by: received), length - received, 0)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Broken() }
            received += count
        }
        return bytes
    }
}
