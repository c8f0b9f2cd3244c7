import Core
import HDF5

/// Fills a new cell file.
struct CellFileWriter {
    private let cell: StoredCell

    init(_ cell: StoredCell) { self.cell = cell }

    /// Writes everything; `complete` comes last, so that no reader takes a part for the whole.
    func write(into root: Group) throws {
        try writeIdentity(root.attributes)
        try writeCoordinate(root)
        try writeRun(root.attributes)
        try writeCurve(root)
        try writeSplit(try root.createGroup("split"))
        if !cell.outcome.parameters.isEmpty {
            try writeParameters(try root.createGroup("parameters"))
        }
        try root.attributes.set("complete", Int64(1))
    }

    private func writeIdentity(_ attributes: Attributes) throws {
        let definition = cell.definition
        let provenance = cell.provenance
        let source = "grokmap \(Grokmap.version)"
        try attributes.set("schema", Schema.cell)
        try attributes.set("Conventions", Schema.cell)
        try attributes.set("title", "Cell \(definition.id.short) of \(provenance.sweep)")
        try attributes.set("source", source)
        try attributes.set(
            "history", "\(provenance.finished) trained on \(provenance.host) by \(source)")
        try attributes.set("date_created", provenance.finished)
        try attributes.set("cell", definition.id.hex)
        try attributes.set("config", definition.canonicalText)
        try attributes.set("seed", Int64(definition.seed))
        try attributes.set("sweep", provenance.sweep)
        try attributes.set("worker", provenance.worker)
        try attributes.set("host", provenance.host)
        try attributes.set("attempt", Int64(provenance.attempt))
        try attributes.set("engine", provenance.engine)
        try attributes.set("blas_core", provenance.blasCore)
        try attributes.set("started", provenance.started)
        try attributes.set("finished", provenance.finished)
        try attributes.set("wall_seconds", provenance.wallSeconds)
        if let stateFrom = provenance.stateFrom { try attributes.set("state_from", stateFrom) }
    }

    /// The identity once more, as what tells cells apart that a reader puts side by side.
    private func writeCoordinate(_ root: Group) throws {
        try root.createText(
            Schema.coordinate, shape: [], [cell.definition.id.hex], "identity of the cell", [])
        try root.attributes.set("coordinates", Schema.coordinate)
    }

    private func writeRun(_ attributes: Attributes) throws {
        let outcome = cell.outcome
        try attributes.set("steps_run", Int64(outcome.stepsRun))
        try attributes.set("stop_reason", outcome.stopReason.rawValue)
        try attributes.set("evaluation_interval", Int64(outcome.evaluationInterval))
        try attributes.set(
            "measures",
            outcome.curve.measures.map(\.measure.name).joined(separator: " "))
        try write(outcome.trainCrossing, "train_step", attributes)
        try write(outcome.validationCrossing, "validation_step", attributes)
        if !outcome.clocks.isEmpty {
            try attributes.set(Schema.clocks, try ClockText.text(outcome.clocks))
        }
        if let prediction = outcome.prediction, let cut = prediction.cut {
            try attributes.set(Schema.prediction, cut.rawValue)
            try attributes.set(Schema.predictionValue, prediction.value)
        }
        if let reachable = outcome.reachable { try attributes.set(Schema.reachable, reachable) }
        let verdict = outcome.verdict
        try attributes.set("phase", verdict.phase.name)
        try attributes.set("phase_reason", verdict.reason)
        try attributes.set("phase_uncertain", Int64(verdict.uncertain ? 1 : 0))
        try attributes.set("phase_rule", outcome.rule.canonicalText)
    }

    private func write(_ crossing: Crossing?, _ name: String, _ attributes: Attributes) throws {
        guard let crossing else { return }
        try attributes.set(name, Int64(crossing.step))
        if crossing.notBefore != crossing.step {
            try attributes.set("\(name)_not_before", Int64(crossing.notBefore))
        }
    }

    private func writeCurve(_ root: Group) throws {
        let curve = cell.outcome.curve
        let step = try root.createScale(
            "step", curve.steps.map(Int64.init), "updates made", units: "step")
        for column in CurveColumn.recorded {
            let values = column.values(curve)
            try root.createVariable(
                column.name, shape: [values.count], values, column.longName, [step])
        }
        try writeMeasures(root, step)
        let early = curve.earlyTrainLoss
        let earlyStep = try root.createScale(
            "early_step", (0..<early.count).map(Int64.init), "updates made", units: "step")
        let losses = try root.createVariable(
            CurveColumn.earlyTrainLoss.name, shape: [early.count], early,
            CurveColumn.earlyTrainLoss.longName, [earlyStep])
        try losses.attributes.set("definition", CurveColumn.earlyDefinition)
    }

    /// A vector's axis is a dimension that measures of equal extent along it share.
    private func writeMeasures(_ root: Group, _ step: Dataset) throws {
        var axes: [String: Dataset] = [:]
        for measured in cell.outcome.curve.measures {
            let measure = measured.measure
            var scales = [step]
            var shape = [cell.outcome.curve.steps.count]
            if let steps = measured.ownSteps {
                shape = [steps.count]
                scales = [
                    try root.createScale(
                        Schema.ownSteps(measure), steps.map(Int64.init), "updates made",
                        units: "step")
                ]
            }
            if case .vector(let axis, let first, let meaning) = measure.shape {
                let scale =
                    try axes[axis]
                    ?? root.createScale(
                        axis, (first..<first + measured.width).map(Int64.init), meaning)
                axes[axis] = scale
                scales.append(scale)
                shape.append(measured.width)
            }
            let dataset = try root.createVariable(
                measure.name, shape: shape, measured.values, measure.longName,
                units: measure.unit, scales)
            if let every = measured.request.every {
                try dataset.attributes.set(Schema.every, Int64(every))
            }
        }
    }

    private func writeSplit(_ group: Group) throws {
        let split = cell.outcome.split
        let example = try group.createIndex("example", split.count, "number of the example")
        if split.symbolsPerExample > 0 {
            let symbol = try group.createIndex(
                "symbol", split.symbolsPerExample, "place of a symbol in its example")
            try group.createVariable(
                "inputs", shape: [split.count, split.symbolsPerExample], split.inputs,
                "symbols of each example", [example, symbol])
        } else if split.featuresPerExample > 0 {
            let feature = try group.createIndex(
                "feature", split.featuresPerExample, "place of a number in its example")
            try group.createVariable(
                "inputs", shape: [split.count, split.featuresPerExample], split.features,
                "numbers of each example", [example, feature])
        }
        if split.valuesPerExample > 0 {
            let output = try group.createIndex(
                "output", split.valuesPerExample, "output of the network")
            try group.createVariable(
                "values", shape: [split.count, split.valuesPerExample], split.values,
                "numbers to predict for each example", [example, output])
        } else {
            try group.createVariable(
                "labels", shape: [split.count], split.labels, "label of each example", [example])
        }
        for (name, rows, longName) in [
            ("train", split.train, "examples trained on, in the order of the batch"),
            ("validation", split.validation, "examples validated on"),
        ] {
            let index = try group.createIndex("\(name)_index", rows.count, "place in \(name)")
            try group.createVariable(name, shape: [rows.count], rows, longName, [index])
        }
        try writeTargets(group)
    }

    private func writeTargets(_ group: Group) throws {
        guard let targets = cell.outcome.targets else { return }
        let label = try group.createIndex("class", targets.shape[0], "label")
        let output = try group.createIndex("output", targets.shape[1], "output of the network")
        try group.createVariable(
            "targets", shape: targets.shape, targets.values,
            "what the network is to put out for each label", [label, output])
    }

    /// The scales lie beside the groups of the steps, which share them: below `parameters/<step>` is nothing but tensors.
    private func writeParameters(_ group: Group) throws {
        let snapshots = cell.outcome.parameters
        guard let first = snapshots.first else { return }
        try group.attributes.set("steps", snapshots.map { Int64($0.step) })
        try group.attributes.set(
            "tensors", first.tensors.map(\.name).joined(separator: " "))
        if let chosen = cell.outcome.chosenTensors {
            try group.attributes.set("chosen", chosen.joined(separator: " "))
        }
        try group.attributes.set("orientation", Schema.orientation)
        var scales: [[Dataset]] = []
        for tensor in first.tensors {
            var axes: [Dataset] = []
            for (axis, extent) in tensor.shape.enumerated() {
                axes.append(
                    try group.createIndex(
                        Schema.axis(tensor.name, axis), extent, "axis \(axis) of \(tensor.name)"))
            }
            scales.append(axes)
        }
        for snapshot in snapshots {
            let below = try group.createGroup(String(snapshot.step))
            try below.attributes.set("step", Int64(snapshot.step))
            for (tensor, axes) in zip(snapshot.tensors, scales) {
                let dataset = try below.createVariable(
                    tensor.name, shape: tensor.shape, tensor.values,
                    "\(tensor.name) after \(snapshot.step) updates", axes)
                try dataset.attributes.set("orientation", Schema.orientation)
            }
        }
    }
}
