import Core
import Theory

// Cuts that were chosen on another sweep, applied to this one.
extension PredictCommand {
    /// What the cuts of another sweep save and change here: a predictor a line, the baselines below.
    static func lines(
        _ plan: SweepPlan, _ runs: [PredictorScore.Run], _ scores: [PredictorScore],
        cutsOf other: SweepPlan, _ chosen: [PredictorScore]
    ) -> [String] {
        let heads = PredictorScore.shares.map { "  saved; changed at \(Percent.text($0))" }
        return [
            "\(plan.spec.name): \(runs.count) runs, \(runs.count { $0.early != nil }) of them not over when"
                + " the first steps are, under cuts chosen on \(other.spec.name)",
            TextColumn.of("predictor", 22, left: true) + TextColumn.of("AUC there", 10)
                + TextColumn.of("here", 7) + heads.joined(),
        ]
            + zip(scores, chosen).map { score, from in
                let stops = zip(score.stops(byCutsOf: from), heads).map { found, head in
                    let words = found.stop.map {
                        "\(Percent.text($0.saved)); \(Percent.text(Double($0.changed) / Double(runs.count)))"
                    }
                    return TextColumn.of(words ?? "no cut", head.count)
                }
                return TextColumn.of(score.predictor.name, 22, left: true)
                    + TextColumn.of(from.discrimination.auc.map(fixed) ?? "–", 10)
                    + TextColumn.of(score.discrimination.auc.map(fixed) ?? "–", 7) + stops.joined()
            } + [
                "cuts save most where they were chosen while at most that share of the letters there changes;"
                    + " saved is a share of all steps here, changed of all letters"
            ]
    }

    /// The same as data: what the cuts do here, by predictor.
    static func json(
        _ plan: SweepPlan, _ scores: [PredictorScore], _ chosen: [PredictorScore], window: Int
    ) -> JSONValue {
        .object([
            "sweep": .string(plan.spec.name),
            "predictors": .array(
                zip(scores, chosen).map { score, from in
                    .object([
                        "name": .string(score.predictor.name),
                        "auc": from.discrimination.auc.map { .number($0) } ?? .null,
                        "applied": json(
                            score.stops(byCutsOf: from), of: score.predictor, window: window),
                    ])
                }),
        ])
    }
}
