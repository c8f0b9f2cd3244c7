import Core

/// Figures that show one number per site of a map.
enum SiteMaps {
    /// Steps from the training to the validation crossing.
    static func delay(_ input: PhaseDiagramInput) -> ValueMap {
        ValueMap(
            input,
            ValueMap.Quantity(
                title: "Delay", name: "delay (steps)", spread: .log, absence: "never")
        ) { cell in
            guard let verdict = cell.status.verdict else { return .none }
            guard let train = verdict.train, let validation = verdict.validation else {
                return .never
            }
            return .number(Double(validation.step - train.step))
        }
    }

    /// The step of the training crossing.
    static func trainStep(_ input: PhaseDiagramInput) -> ValueMap {
        crossing(input, "Steps to train", "training crossing (step)") { $0.train }
    }

    /// The step of the validation crossing.
    static func validationStep(_ input: PhaseDiagramInput) -> ValueMap {
        crossing(input, "Steps to generalise", "validation crossing (step)") { $0.validation }
    }

    private static func crossing(
        _ input: PhaseDiagramInput, _ title: String, _ name: String,
        _ crossing: (PhaseVerdict) -> Crossing?
    ) -> ValueMap {
        ValueMap(
            input, ValueMap.Quantity(title: title, name: name, spread: .log, absence: "never")
        ) { cell in
            guard let verdict = cell.status.verdict else { return .none }
            return crossing(verdict).map { .number(Double($0.step)) } ?? .never
        }
    }

    /// Training and validation accuracy at the last recorded step, side by side.
    static func accuracies(_ input: PhaseDiagramInput) -> FigureRow {
        let maps = [("training", "train_accuracy"), ("validation", "validation_accuracy")].map {
            name, key in
            var part = input
            part.slices.append("\(name) accuracy")
            return ValueMap(
                part,
                ValueMap.Quantity(
                    title: "Final \(name) accuracy", name: "\(name) accuracy", spread: .share,
                    absence: "none")
            ) { $0.numbers[key].map { .number($0) } ?? .none }
        }
        return FigureRow(
            title: input.title, name: "Final accuracies", parts: maps,
            notes: [
                "Accuracies at the last recorded step. A run that is stopped as decided ends at its "
                    + "validation crossing."
            ] + (maps.first?.caption ?? []))
    }

    /// The share of a site's cells that have its phase.
    static func agreement(_ input: PhaseDiagramInput) -> ValueMap {
        var shares: [[Int]: Double] = [:]
        let grid = SiteGrid(input)
        for place in grid.places { shares[place] = grid.summary(place).vote?.agreement }
        return ValueMap(
            input,
            ValueMap.Quantity(
                title: "Agreement", name: "share of cells with the site's phase", spread: .share,
                absence: "none",
                pooling: "A site shows the share of its cells that have its phase."),
            shares: shares)
    }

    /// The last or largest value of a measure.
    static func measure(
        _ input: PhaseDiagramInput, _ name: String, maximum: Bool,
        outcome: (GridPoint) throws -> CellOutcome?
    ) throws -> ValueMap {
        let measure = Measure(name: name)
        let words = measure?.longName ?? NumberText.words(name)
        let unit = measure.map { $0.unit == "1" ? "" : " (\($0.unit))" } ?? ""
        let spread: ColourScale.Spread =
            switch measure?.scale {
            case .share: .share
            case .linear: .linear
            case .log, nil: .log
            }
        let map = try ValueMap(
            input,
            ValueMap.Quantity(
                title: (maximum ? "Largest " : "Last ") + words,
                name: (maximum ? "largest " : "last ") + words + unit, spread: spread,
                absence: "none")
        ) { cell in
            guard cell.status.verdict != nil, let point = cell.point else { return .none }
            // Last values are known without the curve.
            if !maximum, let last = cell.numbers[name], last.isFinite { return .number(last) }
            guard let curve = try outcome(point)?.curve else { return .none }
            let values =
                switch name {
                case "train_loss": curve.trainLoss
                case "validation_loss": curve.validationLoss
                default: curve.measures.first { $0.measure.name == name }?.values ?? []
                }
            let finite = values.filter(\.isFinite)
            return (maximum ? finite.max() : finite.last).map { .number($0) } ?? .none
        }
        guard !map.numbers.isEmpty else {
            throw FigureError(
                "measure",
                "no cell has recorded \(name): name it in record: {measures: […]} and run the sweep"
            )
        }
        return map
    }
}
