import Core
import Foundation
import Results
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

    /// The parameters that a cell begins with by its file, nil where it names none.
    ///
    /// - Throws: `TaskError` when the file is not there, not the one that the digest was made of, or its tensors are not those of
    ///   the cell's network.
    func given(_ configuration: CellConfiguration) throws(TaskError) -> GivenParameters? {
        guard let file = configuration.initial else { return nil }
        let bytes = try read(file.path)
        try GivenParameters.checkDigest(file, bytes)
        let tensors =
            file.isNumPy
            ? try NumPyArchive(bytes, named: file.path).tensors
            : try DataDirectory.tensors(file, bytes)
        return try GivenParameters(configuration, tensors)
    }

    /// The parameters that a cell file keeps of a step.
    private static func tensors(
        _ file: InitialFile, _ bytes: [UInt8]
    ) throws(TaskError) -> [NamedTensor] {
        let cell: StoredCell
        do {
            cell = try bytes.withUnsafeBytes { bytes throws(ResultsError) in
                try CellFile.examine(bytes, named: file.path, of: nil)
            }
        } catch {
            throw TaskError(file.path, "\(error)")
        }
        let kept = cell.outcome.parameters
        let wanted = file.step.map { step in kept.first { $0.step == step } } ?? kept.last
        guard let wanted else {
            let steps = kept.map { String($0.step) }.joined(separator: ", ")
            throw TaskError(
                file.path,
                kept.isEmpty
                    ? "it keeps no parameters"
                    : "it keeps no parameters of step \(file.step ?? 0), only of \(steps)",
                hint: kept.isEmpty
                    ? "train that cell with record: {parameters: [last]}" : "use one of them")
        }
        return wanted.tensors
    }

    private static func failure(_ path: String, _ code: CInt) -> TaskError {
        TaskError(
            path, "\(String(cString: strerror(code))) (\(code))",
            hint: "names begin at --data, else at \(variable), else at the current directory")
    }
}
