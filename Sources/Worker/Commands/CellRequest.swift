import Core
import Foundation

/// A cell that a person asks for by file.
struct CellRequest {
    /// What to train.
    let job: TrainingJob

    /// Reads a configuration file.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - rule: changes to the published phase rule, `key=value` with commas.
    ///   - stop: when to stop.
    ///   - data: where the files are that the configuration names.
    /// - Throws: `WorkerFailure` naming file, line and key.
    init(
        path: String, rule: String?, stop: StopPolicy, data: DataDirectory
    ) throws(WorkerFailure) {
        guard let content = FileManager.default.contents(atPath: path) else {
            throw WorkerFailure("read cell", subject: path, why: "no such file, or not readable")
        }
        let text: String
        do {
            text = try SpecText.decode(Array(content))
        } catch {
            throw CellRequest.failure(error, "read cell", path)
        }
        try self.init(text: text, name: path, rule: rule, stop: stop, data: data)
    }

    /// Reads a configuration; `name` stands for it in errors.
    init(
        text: String, name: String, rule: String?, stop: StopPolicy,
        data: DataDirectory = DataDirectory()
    ) throws(WorkerFailure) {
        var record: RecordRequest? = RecordRequest()
        let definition: CellDefinition
        do {
            definition = try CellDefinition(
                parsing: text, record: &record, files: CellFiles { try data.read($0) })
        } catch {
            throw CellRequest.failure(error, "read cell", name)
        }
        try TrainingJob.checkVersion(of: definition)
        var phaseRule = PhaseRule()
        if let rule {
            do {
                phaseRule = try phaseRule.changed(by: rule)
            } catch {
                throw CellRequest.failure(error, "--rule", rule)
            }
        }
        if let clock = record?.clocks.first(where: { $0 == phaseRule.clock }) {
            throw WorkerFailure(
                "read cell", subject: name,
                why:
                    "record.clocks: \(clock.words) is that of the phase rule, which is read anyhow",
                hint: "drop it there, or give another threshold or sustain")
        }
        let asked = record ?? RecordRequest()
        if case .predicted(let cut) = stop, let (problem, hint) = cut.lack(in: asked) {
            throw WorkerFailure("--stop", subject: stop.rawValue, why: problem, hint: hint)
        }
        job = TrainingJob(
            attempt: AttemptID(cell: definition.id, attempt: 1), sweep: "train",
            definition: definition, rule: phaseRule, stop: stop, record: asked)
    }

    private static func failure(_ error: SweepError, _ what: String, _ name: String)
        -> WorkerFailure
    {
        let place = error.place.map { place in
            // Only a line is one of this file; a list of examples has a name of its own.
            place.hasPrefix("line ") ? "\(name):\(place.dropFirst(5))" : place
        }
        return WorkerFailure(
            what, subject: place ?? name,
            why: error.path.isEmpty ? error.problem : "\(error.path): \(error.problem)",
            hint: error.hint)
    }
}
