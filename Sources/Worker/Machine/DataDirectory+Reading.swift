import Core
import Foundation
import Training

extension DataDirectory {
    /// The bytes of a file.
    ///
    /// - Throws: `TaskError` with the system's words.
    func read(_ name: String) throws(TaskError) -> [UInt8] {
        let path = file(name)
        guard let stream = fopen(path, "rb") else { throw DataDirectory.failure(path, errno) }
        defer { fclose(stream) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&buffer, 1, buffer.count, stream), count > 0 {
            bytes += buffer[..<count]
        }
        guard ferror(stream) == 0 else { throw DataDirectory.failure(path, errno) }
        return bytes
    }

    /// The images that a task is made of, nil where it is made of none.
    ///
    /// - Throws: `TaskError` when a file is not there, or not what the task says it is.
    func images(of task: TaskConfiguration) throws(TaskError) -> Images? {
        guard case .images(let task) = task else { return nil }
        var contents: [[UInt8]] = []
        for name in task.files { contents.append(try read(name)) }
        return try Images(task, contents: contents)
    }

    private static func failure(_ path: String, _ code: CInt) -> TaskError {
        TaskError(
            path, "\(String(cString: strerror(code))) (\(code))",
            hint: "names begin at --data, else at \(variable), else at the current directory")
    }
}
