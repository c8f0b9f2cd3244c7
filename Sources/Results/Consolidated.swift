package import Core
import HDF5

/// A sweep's consolidated file: every cell's phase and numbers as arrays over the grid (`docs/results-format.md`).
///
/// It is derived: the same entries give the same bytes, and it can be rebuilt from the cells at any time.
package enum Consolidated {
    /// Writes the file beside its place, puts it on the disk, and renames it over what was there.
    ///
    /// - Parameters:
    ///   - plan: the sweep.
    ///   - entries: what is known by cell; a cell without an entry is missing.
    ///   - path: where the file goes.
    /// - Throws: `ResultsError` when the file cannot be written; what was there before is then still there.
    package static func write(
        _ plan: SweepPlan, entries: [CellID: ConsolidatedEntry], to path: String
    ) throws(ResultsError) {
        let image = try LibraryAccess.run(.write, path) {
            try File.image(named: path) { file in
                try ConsolidatedWriter(plan, entries).write(into: try file.root())
            }
        }
        try LibraryAccess.explaining(.write, path) {
            let unfinished = path + ".unfinished"
            // One that an interrupted write left behind.
            DurableFile.discard(unfinished)
            try DurableFile.create(unfinished, image)
            do {
                try DurableFile.replace(path, with: unfinished)
            } catch {
                DurableFile.discard(unfinished)
                throw error
            }
        }
    }
}

/// Fills a new consolidated file.
struct ConsolidatedWriter {
    private let plan: SweepPlan
    /// The order of values along each axis, then of seeds: ascending, as label-based selection wants it.
    private let order: [[Int]]
    /// One entry per cell, row-major over axes and seed.
    private let entries: [ConsolidatedEntry]

    init(_ plan: SweepPlan, _ known: [CellID: ConsolidatedEntry]) {
        self.plan = plan
        let order =
            plan.spec.axes.map { axis in
                axis.values.indices.sorted { axis.values[$0] < axis.values[$1] }
            }
            + [plan.spec.seeds.indices.sorted { plan.spec.seeds[$0] < plan.spec.seeds[$1] }]
        self.order = order
        let places = order.map { indices in
            var places = [Int](repeating: 0, count: indices.count)
            for (place, index) in indices.enumerated() { places[index] = place }
            return places
        }
        let missing = ConsolidatedEntry(status: .missing, attempts: 0)
        var entries = [ConsolidatedEntry](
            repeating: missing, count: order.reduce(1) { $0 * $1.count })
        for cell in plan.cells {
            let point = cell.point.axes + [cell.point.seed]
            let offset = zip(point, places).reduce(0) { offset, axis in
                offset * axis.1.count + axis.1[axis.0]
            }
            entries[offset] = known[cell.id] ?? missing
        }
        self.entries = entries
    }

    func write(into root: Group) throws {
        try writeSweep(root.attributes)
        let scales = try writeCoordinates(root)
        let shape = order.map(\.count)
        let phase = try root.createVariable(
            "phase", shape: shape, entries.map { $0.verdict?.phase.rawValue ?? -1 },
            "phase under the sweep's phase rule", fill: -1, scales)
        try flags(phase, Phase.allCases.map { ($0.rawValue, $0.name) })
        let uncertain = try root.createVariable(
            "phase_uncertain", shape: shape,
            entries.map { entry in entry.verdict.map { $0.uncertain ? 1 : 0 } ?? Int8(-1) },
            "whether another crossing between two evaluations would change the phase", fill: -1,
            scales)
        try flags(uncertain, [(0, "certain"), (1, "uncertain")])
        let status = try root.createVariable(
            "status", shape: shape, entries.map(\.status.code), "where the cell stands", scales)
        try flags(status, CellStatus.codeMeanings.enumerated().map { (Int8($0), $1) })
        if entries.contains(where: { $0.inferredPhase != nil }) {
            let inferred = try root.createVariable(
                "inferred_phase", shape: shape, entries.map { $0.inferredPhase?.rawValue ?? -1 },
                "phase inferred from measured sites around a cell that was not trained", fill: -1,
                scales)
            try flags(inferred, Phase.allCases.map { ($0.rawValue, $0.name) })
        }
        try root.createVariable(
            "attempts", shape: shape, entries.map { Int32(clamping: $0.attempts) },
            "attempts made at the cell", scales)
        for (name, longName, units, value) in ConsolidatedWriter.numbers {
            try root.createVariable(
                name, shape: shape, entries.map { value($0) ?? .nan }, longName, units: units,
                scales)
        }
    }

    /// The variables in double precision, NaN where there is no value.
    private static let numbers:
        [(
            name: String, longName: String, units: String,
            value: @Sendable (ConsolidatedEntry) -> Double?
        )] = [
            (
                "train_step", "first step at which training accuracy reached its threshold", "step",
                { $0.verdict?.train.map { Double($0.step) } }
            ),
            (
                "validation_step", "first step at which validation accuracy reached its threshold",
                "step", { $0.verdict?.validation.map { Double($0.step) } }
            ),
            (
                "delay", "steps from train_step to validation_step", "step",
                { $0.delay.map(Double.init) }
            ),
            ("train_accuracy", "training accuracy at the last step", "1", { $0.trainAccuracy }),
            (
                "validation_accuracy", "validation accuracy at the last step", "1",
                { $0.validationAccuracy }
            ),
            ("wall_seconds", "seconds that training took", "s", { $0.wallSeconds }),
        ]

    private func writeSweep(_ attributes: Attributes) throws {
        let spec = plan.spec
        try attributes.set("schema", Schema.sweep)
        try attributes.set("Conventions", Schema.sweep)
        try attributes.set("title", spec.title)
        try attributes.set("source", "grokmap \(Grokmap.version)")
        try attributes.set("sweep", spec.name)
        try attributes.set("version", Grokmap.version)
        try attributes.set("phase_rule", spec.phaseRule.canonicalText)
        try attributes.set("spec", spec.sourceText)
    }

    private func writeCoordinates(_ root: Group) throws -> [Dataset] {
        var scales: [Dataset] = []
        for (axis, indices) in zip(plan.spec.axes, order) {
            let scale =
                axis.isCategorical
                ? try root.createScale(axis.name, indices.map { axis.labels[$0] }, axis.path)
                : try root.createScale(axis.name, indices.map { axis.values[$0] }, axis.path)
            try scale.attributes.set("path", axis.path)
            try scale.attributes.set("spacing", axis.scale.rawValue)
            scales.append(scale)
        }
        let seeds = order[plan.spec.axes.count].map { Int64(plan.spec.seeds[$0]) }
        scales.append(try root.createScale("seed", seeds, "seed of all random streams"))
        return scales
    }

    private func flags(_ dataset: Dataset, _ flags: [(value: Int8, meaning: String)]) throws {
        try dataset.attributes.set("flag_values", flags.map(\.value))
        try dataset.attributes.set(
            "flag_meanings", flags.map(\.meaning).joined(separator: " "))
    }
}
