package import Core
import HDF5

extension CellFile {
    /// Reads the bytes of a cell file that may be anybody's: first their shape by our own rules, then every value by HDF5,
    /// which has to hold what the bytes are up to (`docs/failure-modes.md`).
    ///
    /// - Parameters:
    ///   - bytes: the whole file.
    ///   - path: what it is called.
    ///   - definition: the cell it must be; nil takes any.
    /// - Returns: the cell.
    /// - Throws: `ResultsError` when it is damaged, incomplete, another cell's, holds what does not belong there, or its
    ///   parts disagree.
    package static func examine(
        _ bytes: UnsafeRawBufferPointer, named path: String, of definition: CellDefinition?
    ) throws(ResultsError) -> StoredCell {
        try LibraryAccess.run(.read, path) {
            do throws(FileShape.Violation) {
                try FileShape.check(bytes)
            } catch {
                throw Mismatch(error.problem)
            }
            return try File.read(image: bytes, named: path) { file in
                let root = try file.root()
                let reader = CellFileReader(
                    root: root, expecting: definition.map { .definition($0) } ?? .any)
                let summary = try reader.summary()
                try CellConsistency.check(summary)
                try CellFileContents(root).check(summary)
                let cell = try reader.complete(summary)
                try CellConsistency.check(cell)
                return cell
            }
        }
    }
}

/// What lies in a cell file by name: nothing but what a cell has, and as much of it as the cell can have.
private struct CellFileContents {
    private let root: Group

    init(_ root: Group) { self.root = root }

    func check(_ summary: CellSummary) throws {
        let measures = summary.outcome.curve.measures
        var starts: [String: Int64] = [:]
        for case .vector(let axis, let first, _) in measures.map(\.measure.shape) {
            starts[axis] = Int64(first)
        }
        let ownSteps = measures.filter { $0.ownSteps != nil }.map { Schema.ownSteps($0.measure) }
        let curves =
            ["step", "early_step"] + CurveColumn.always.map(\.name) + measures.map(\.measure.name)
            + ownSteps + starts.keys
        let coordinates = try root.contains(Schema.coordinate) ? [Schema.coordinate] : []
        let groups = try root.contains("parameters") ? ["split", "parameters"] : ["split"]
        try require(Set(curves + coordinates + groups), all: true, in: root)
        let split = try root.group("split")
        try require(
            [
                "example", "symbol", "feature", "inputs", "output", "values", "labels",
                "train_index", "train", "validation_index", "validation", "class", "targets",
            ], all: false, in: split)
        let examples = summary.definition.configuration.task.exampleCount
        for name in ["inputs", "values", "labels"] {
            guard try split.contains(name) else { continue }
            let rows = try split.dataset(name).shape().first
            guard rows == examples else {
                throw Mismatch("split: \(name) has \(rows ?? 0) rows for \(examples) examples")
            }
        }
        try readThrough(root, starts, except: ["step"] + ownSteps)
        try readThrough(split)
        guard groups.count == 2 else { return }
        try checkParameters(summary.parameterSteps)
    }

    private func checkParameters(_ steps: [Int]) throws {
        let group = try root.group("parameters")
        let tensors = try group.attributes.string("tensors").split(separator: " ").map(String.init)
        guard Set(tensors).count == tensors.count, !steps.isEmpty else {
            throw Mismatch("parameters: a tensor is named twice, or there is none")
        }
        let first = try group.group(String(steps[0]))
        var names = Set(steps.map(String.init))
        for tensor in tensors {
            let axes = try first.dataset(tensor).shape().count
            names.formUnion((0..<axes).map { Schema.axis(tensor, $0) })
        }
        try require(names, all: true, in: group)
        for step in steps {
            try require(Set(tensors), all: true, in: try group.group(String(step)))
        }
        try readThrough(group)
    }

    private func require(_ allowed: Set<String>, all: Bool, in group: Group) throws {
        let names = try group.names()
        for name in names where !allowed.contains(name) {
            throw Mismatch("\(group.path) holds \(name), which is no part of a cell file")
        }
        if all, let missing = allowed.subtracting(names).min() {
            throw Mismatch("\(group.path) lacks \(missing)")
        }
    }

    /// Reads the scales, whose values nobody else asks for: they count, most of them from 0.
    private func readThrough(
        _ group: Group, _ starts: [String: Int64] = [:], except steps: [String] = []
    ) throws {
        for name in try group.names() {
            guard try group.kind(of: name) == .dataset else { continue }
            let dataset = try group.dataset(name)
            guard try dataset.isScale(), !steps.contains(name) else { continue }
            let values: [Int64] = try dataset.read()
            let first = starts[name] ?? 0
            guard values.elementsEqual(first..<first + Int64(values.count)) else {
                throw Mismatch("\(dataset.path) does not count from \(first)")
            }
        }
    }
}
