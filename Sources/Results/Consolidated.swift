package import Core
import HDF5

/// A sweep's consolidated file: every cell's phase and numbers as arrays over the grid (`docs/results-format.md`).
///
/// It is derived: the same variables give the same bytes, and it can be rebuilt from the cells at any time.
package enum Consolidated {
    /// Writes the file beside its place, puts it on the disk, and renames it over what was there.
    ///
    /// - Parameters:
    ///   - plan: the sweep.
    ///   - axes: what each axis is.
    ///   - variables: the quantities, each with a value per cell of the plan.
    ///   - path: where the file goes.
    /// - Throws: `ResultsError` when the file cannot be written; what was there before is then still there.
    package static func write(
        _ plan: SweepPlan, axes: [AxisDescription], variables: [GridVariable], to path: String
    ) throws(ResultsError) {
        let image = try LibraryAccess.run(.write, path) {
            try File.image(named: path) { file in
                try ConsolidatedWriter(plan, axes, variables).write(into: try file.root())
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

    /// What an axis is, for people.
    package struct AxisDescription: Sendable {
        /// In a few words.
        package let longName: String
        /// The unit of its values.
        package let units: String

        /// A description.
        package init(longName: String, units: String) {
            self.longName = longName
            self.units = units
        }
    }
}

/// Fills a new consolidated file.
struct ConsolidatedWriter {
    private let plan: SweepPlan
    private let axes: [Consolidated.AxisDescription]
    private let variables: [GridVariable]
    /// The order of values along each axis, then of seeds: ascending, as label-based selection wants it.
    private let order: [[Int]]
    /// The cell, by its place in the plan, at each place of the grid, row-major over axes and seed; nil where none is asked for.
    private let cells: [Int?]

    init(
        _ plan: SweepPlan, _ axes: [Consolidated.AxisDescription], _ variables: [GridVariable]
    ) {
        self.plan = plan
        self.axes = axes
        self.variables = variables
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
        var cells = [Int?](repeating: nil, count: order.reduce(1) { $0 * $1.count })
        for (number, cell) in plan.cells.enumerated() {
            let point = cell.point.axes + [cell.point.seed]
            let offset = zip(point, places).reduce(0) { offset, axis in
                offset * axis.1.count + axis.1[axis.0]
            }
            cells[offset] = number
        }
        self.cells = cells
    }

    func write(into root: Group) throws {
        try writeSweep(root.attributes)
        let scales = try writeCoordinates(root)
        var inner: [String: Dataset] = [:]
        for variable in variables {
            var (along, shape) = (scales, order.map(\.count))
            if let dimension = variable.inner {
                let scale =
                    try inner[dimension.name]
                    ?? root.createIndex(dimension.name, dimension.count, dimension.longName)
                inner[dimension.name] = scale
                along.append(scale)
                shape.append(dimension.count)
            }
            let dataset = try write(variable, root, shape, along)
            if let coordinate = variable.coordinate {
                try dataset.attributes.set("coordinates", coordinate)
            }
        }
    }

    private func write(
        _ variable: GridVariable, _ root: Group, _ shape: [Int], _ scales: [Dataset]
    ) throws -> Dataset {
        let (name, longName, units) = (variable.name, variable.longName, variable.units)
        let width = variable.inner?.count ?? 1
        switch variable.values {
        case .numbers(let values):
            return try root.createVariable(
                name, shape: shape, ordered(values, width, .nan), longName, units: units, scales)
        case .counts(let values):
            return try root.createVariable(
                name, shape: shape, ordered(values, width, 0), longName, units: units, scales)
        case .texts(let texts):
            return try root.createText(
                name, shape: shape, ordered(texts, width, ""), longName, scales)
        case .words(let codes, let words, let every):
            let empty = every ? words.firstIndex(of: CellStatus.deferred.name) ?? -1 : -1
            let dataset = try root.createVariable(
                name, shape: shape, ordered(codes, width, Int8(empty)), longName,
                fill: every ? nil : -1, scales)
            try dataset.attributes.set("flag_values", words.indices.map(Int8.init))
            try dataset.attributes.set("flag_meanings", words.joined(separator: " "))
            return dataset
        }
    }

    /// Values by plan order as the grid has them, with another one where no cell is asked for.
    private func ordered<Value>(_ values: [Value], _ width: Int, _ empty: Value) -> [Value] {
        precondition(values.count == plan.cells.count * width, "a value per cell")
        return cells.flatMap { cell in
            cell.map { values[$0 * width..<($0 + 1) * width] }
                ?? ArraySlice(repeating: empty, count: width)
        }
    }

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
        if let race = spec.race {
            // Shares of seeds are biased by a rule that looks at them.
            try attributes.set(
                "seeds",
                "sequential: at least \(race.atLeast), at most \(race.atMost), until one phase leads"
                    + " by \(race.lead)")
        }
    }

    private func writeCoordinates(_ root: Group) throws -> [Dataset] {
        var scales: [Dataset] = []
        for (place, axis) in plan.spec.axes.enumerated() {
            let indices = order[place]
            let scale =
                axis.isCategorical
                ? try root.createScale(
                    axis.name, indices.map { axis.labels[$0] }, axes[place].longName)
                : try root.createScale(
                    axis.name, indices.map { axis.values[$0] }, axes[place].longName,
                    units: axes[place].units)
            try scale.attributes.set("path", axis.path)
            if !plan.keys[place].isEmpty {
                try scale.attributes.set("config_keys", plan.keys[place].joined(separator: " "))
            }
            try scale.attributes.set("spacing", axis.scale.rawValue)
            scales.append(scale)
        }
        let seeds = order[plan.spec.axes.count].map { Int64(plan.spec.seeds[$0]) }
        scales.append(try root.createScale("seed", seeds, "seed of all random streams"))
        return scales
    }
}
