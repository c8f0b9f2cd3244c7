import Core
import Foundation
@preconcurrency import Glibc
import Results
import Training

/// That this machine does not give a file's bytes, which says nothing of the file.
struct Unreadable: Error {
    /// The system's words.
    let reason: String
}

/// One look at a cell file that may be anybody's: is it what training this cell can have left?
struct CellExamination {
    private let question: CellFileQuestion
    private let definition: CellDefinition

    /// What is asked; the asker is trusted.
    init(_ question: [UInt8]) throws {
        self.question = try JSONDecoder().decode(CellFileQuestion.self, from: Data(question))
        definition = try CellDefinition(parsing: self.question.definition)
    }

    /// Reads the file.
    ///
    /// - Throws: `ResultsError` saying what the file cannot be.
    func examine(_ descriptor: CInt) throws -> CellFileAnswer {
        let size = Int(lseek(descriptor, 0, SEEK_END))
        guard size > 0 else { throw refusal("file signature not found") }
        // What takes longer ends this process.
        alarm(UInt32(ReadCommand.seconds + (ReadCommand.secondsPerGiB * size) >> 30))
        defer { alarm(0) }
        // Mapped, so that a long file takes no memory twice; one that shrinks meanwhile ends this process.
        guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0),
            start != UnsafeMutableRawPointer(bitPattern: -1)
        else { throw Unreadable(reason: String(cString: strerror(errno))) }
        defer { munmap(start, size) }
        let cell = try CellFile.examine(
            UnsafeRawBufferPointer(start: start, count: size), named: "file", of: definition)
        try checkLease(cell)
        try checkProvenance(cell.provenance)
        try checkGivens(cell)
        try checkCurve(cell.outcome)
        return CellFileAnswer(cell)
    }

    private func refusal(_ problem: String) -> ResultsError {
        ResultsError(path: "file", problem: problem)
    }

    private func checkLease(_ cell: StoredCell) throws(ResultsError) {
        if let sweep = question.sweep, cell.provenance.sweep != sweep {
            throw refusal("it was trained for another sweep")
        }
        if let attempt = question.attempt, !(1...attempt).contains(cell.provenance.attempt) {
            throw refusal("its attempt is \(cell.provenance.attempt), leased was \(attempt)")
        }
        if let record = question.record, !record.isSatisfied(by: cell.outcome) {
            throw refusal("it lacks measures or parameters that the sweep records")
        }
    }

    /// Split and targets are fixed before the first step. Of images, which are not read here, the rows are checked and that
    /// labels are classes.
    private func checkGivens(_ cell: StoredCell) throws(ResultsError) {
        let configuration = definition.configuration
        let split = cell.outcome.split
        let other = refusal("its split or targets are not those of seed \(definition.seed)")
        if case .images(let task) = configuration.task {
            let (train, validation) = Examples.rows(configuration, seed: definition.seed)
            guard split.train == train, split.validation == validation,
                split.labels.allSatisfy({ (0..<Int32(task.classes)).contains($0) })
            else { throw other }
            return
        }
        let givens = CellGivens(configuration, seed: definition.seed)
        guard givens.agree(with: split, cell.outcome.targets) else { throw other }
    }

    /// What training leaves: a curve to its last step, accuracies that are shares, and losses that are finite but for the
    /// last ones of a run that diverged.
    private func checkCurve(_ outcome: CellOutcome) throws(ResultsError) {
        let curve = outcome.curve
        guard curve.steps.last == outcome.stepsRun, !curve.earlyTrainLoss.isEmpty else {
            throw refusal("its curve does not reach step \(outcome.stepsRun)")
        }
        for (name, accuracies, count) in [
            ("train", curve.trainAccuracy, outcome.split.train.count),
            ("validation", curve.validationAccuracy, outcome.split.validation.count),
        ] where count > 0 {
            guard accuracies.allSatisfy({ (0...1).contains($0) }) else {
                throw refusal("\(name)_accuracy is no share of examples everywhere")
            }
        }
        for (name, losses, count) in [
            ("train", curve.trainLoss, outcome.split.train.count),
            ("validation", curve.validationLoss, outcome.split.validation.count),
        ] where count > 0 {
            let firm = outcome.stopReason == .diverged ? losses.dropLast() : losses[...]
            guard firm.allSatisfy(\.isFinite) else {
                throw refusal("\(name)_loss is not finite, and the run went on")
            }
        }
    }

    /// Words of the worker about itself, which end on screens and pages.
    private func checkProvenance(_ provenance: CellProvenance) throws(ResultsError) {
        for (name, text) in [
            ("sweep", provenance.sweep), ("worker", provenance.worker), ("host", provenance.host),
            ("engine", provenance.engine), ("blas_core", provenance.blasCore),
            ("started", provenance.started), ("finished", provenance.finished),
            ("state_from", provenance.stateFrom ?? ""),
        ] {
            guard text.utf8.count <= 1024, text.onOneLine == text else {
                throw refusal("\(name) is no line of text")
            }
        }
        // A hundred years.
        guard provenance.wallSeconds <= 3.2e9 else {
            throw refusal("wall_seconds is \(provenance.wallSeconds)")
        }
    }
}
