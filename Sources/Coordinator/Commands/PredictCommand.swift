import ArgumentParser
import Core
import Results
import Sweeps
import System
import Theory

/// `grokmap predict`: how well the first steps of a finished sweep's runs foretell which of them generalise.
struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict",
        abstract: "Score predictors of generalisation on a finished sweep.",
        discussion: """
            Each predictor is a number computed from a run's first steps. Scored are the runs that were not over by \
            then: area under the ROC curve, the share called right by a cut chosen without the site in question, \
            and what ending hopeless runs would save against the letters it would change. A run is ended once it has fitted \
            its training set and its first steps are over, as stop: predicted does. With --cut-from cuts are chosen on \
            another sweep and applied as they are: what is saved and changed where nobody has looked before. Nothing is \
            trained or changed.
            """)

    @Argument(help: "The sweep's directory.")
    var directory: String

    @Option(help: "Steps that a predictor may look at, 4 to 400.")
    var steps = 400

    @Option(
        name: .customLong("predictor"),
        help: "Only this predictor, as often as needed (default: all).")
    var names: [String] = []

    @Option(
        name: .customLong("cut-from"),
        help: "Choose cuts on this finished sweep's directory, and apply them to this one.")
    var cutFrom: String?

    @Option(help: "Judge phases under a changed rule, as in gap=500.")
    var rule: String?

    @Option(help: "How to print: text or json.")
    var format = OutputFormat.text

    func validate() throws {
        let windows = EarlyCut.windows
        guard windows.contains(steps) else {
            throw ValidationError(
                "--steps \(steps): must be between \(windows.lowerBound) and \(windows.upperBound)")
        }
        for name in names where Predictor.named(name) == nil {
            let known = Predictor.all.map(\.name)
            let nearest = NearestKey.find(name, among: known).map { "; did you mean \($0)?" } ?? "."
            throw ValidationError(
                "--predictor \(name): unknown\(nearest) Known are \(known.joined(separator: ", "))")
        }
    }

    func run() throws {
        let (plan, runs, scores) = try scored(directory)
        let other = try cutFrom.map(scored)
        switch format {
        case .json:
            var all = PredictCommand.json(plan, runs, scores, window: steps)
            if let other {
                all["cuts_from"] = PredictCommand.json(
                    other.plan, scores, other.scores, window: steps)
            }
            StandardOutput.data(CanonicalJSON.text(.object(all)))
        case .text:
            let lines =
                if let other {
                    PredictCommand.lines(plan, runs, scores, cutsOf: other.plan, other.scores)
                } else {
                    PredictCommand.lines(plan, runs, scores, window: steps)
                }
            print(lines.joined(separator: "\n"))
        }
    }

    /// A finished sweep with its runs, and the scores of the predictors asked for.
    private func scored(
        _ directory: String
    ) throws -> (plan: SweepPlan, runs: [PredictorScore.Run], scores: [PredictorScore]) {
        let sweep = try SweepReader(directory)
        let plan = try sweep.storedPlan(rule: rule)
        let runs = try PredictCommand.runs(sweep, try sweep.table(plan), window: steps)
        let predictors = names.isEmpty ? Predictor.all : names.compactMap(Predictor.named)
        return (plan, runs, predictors.map { PredictorScore($0, runs, window: steps) })
    }

    /// The verified runs of a sweep, each with what was known of it at the window's end.
    static func runs(
        _ sweep: SweepReader, _ table: SweepTable, window: Int
    ) throws -> [PredictorScore.Run] {
        var sites: [[Int]: Int] = [:]
        var runs: [PredictorScore.Run] = []
        for row in table.rows {
            guard let verdict = row.status.verdict, let summary = try sweep.curves(of: row.cell)
            else { continue }
            let site = sites[row.cell.point.axes] ?? sites.count
            sites[row.cell.point.axes] = site
            runs.append(
                PredictorScore.Run(
                    early: summary.outcome.stepsRun > window
                        ? EarlyRun(summary.outcome.curve, window: window) : nil,
                    phase: verdict.phase, site: site, steps: summary.outcome.stepsRun,
                    fitted: verdict.train?.step, arrived: verdict.validation?.step))
        }
        return runs
    }

    // MARK: For people

    static func lines(
        _ plan: SweepPlan, _ runs: [PredictorScore.Run], _ scores: [PredictorScore], window: Int
    ) -> [String] {
        let open = runs.filter { $0.early != nil }
        let good = open.count { $0.generalised }
        var lines = [
            "\(plan.spec.name): \(runs.count) runs, \(open.count) of them not over at step \(window):"
                + " \(good) generalise, \(open.count - good) do not"
        ]
        guard good > 0, good < open.count else {
            lines.append("nothing to foretell: all these runs end alike")
            return lines
        }
        lines.append(
            TextColumn.of("predictor", 22, left: true) + TextColumn.of("AUC", 7)
                + TextColumn.of("right", 7)
                + "  generalises where     steps saved at 1 %, 5 % changed letters")
        for score in scores {
            let set = score.discrimination
            let cut = set.bestCut.map {
                "\($0.above ? ">" : "≤") \(short($0.threshold))"
            }
            let saved = score.stops.map { $0.stop.map { Percent.text($0.saved) } ?? "0 %" }
            lines.append(
                TextColumn.of(score.predictor.name, 22, left: true)
                    + TextColumn.of(set.auc.map { fixed($0) } ?? "–", 7)
                    + TextColumn.of(set.crossValidatedAccuracy().map { fixed($0) } ?? "–", 7)
                    + "  " + TextColumn.of(cut ?? "–", 20, left: true)
                    + "  " + saved.joined(separator: ", ")
                    + (set.count < open.count ? "  (\(set.count) runs have a value)" : ""))
        }
        lines += stopLines(scores, window: window)
        lines.append(
            "right: share called right by cuts chosen on nine tenths of the sites; an AUC below 0.5"
                + " means that small values generalise")
        return lines
    }

    /// What a sweep file says to end hopeless cells by the predictor that saves most.
    private static func stopLines(_ scores: [PredictorScore], window: Int) -> [String] {
        PredictorScore.shares.indices.compactMap { place in
            let found = scores.compactMap { score in score.stops[place].stop.map { (score, $0) } }
            guard let (score, stop) = found.max(by: { $0.1.saved < $1.1.saved }) else { return nil }
            let side = stop.cut.above ? "above" : "below"
            return
                "most is saved at \(Percent.text(PredictorScore.shares[place])) by stop: predicted, prediction: "
                + "{predictor: \(score.predictor.name), steps: \(window), "
                + "\(side): \(CanonicalJSON.number(stop.cut.threshold))}"
        }
    }

    /// Three digits behind the point.
    static func fixed(_ value: Double) -> String {
        let thousandths = Int((value * 1000).rounded())
        let digits = String(1000 + thousandths % 1000).dropFirst()
        return "\(thousandths / 1000).\(digits)"
    }

    private static func short(_ value: Double) -> String {
        guard value != 0, value.isFinite else { return CanonicalJSON.number(value) }
        var scale = 1.0
        while abs(value) * scale < 100 { scale *= 10 }
        return CanonicalJSON.number((value * scale).rounded() / scale)
    }

    // MARK: For programs

    static func json(
        _ plan: SweepPlan, _ runs: [PredictorScore.Run], _ scores: [PredictorScore], window: Int
    ) -> [String: JSONValue] {
        [
            "sweep": .string(plan.spec.name), "steps": .number(Double(window)),
            "runs": .number(Double(runs.count)),
            "over_before": .number(Double(runs.count { $0.early == nil })),
            "predictors": .array(scores.map { json($0, window: window) }),
        ]
    }

    private static func json(_ score: PredictorScore, window: Int) -> JSONValue {
        let set = score.discrimination
        var members: [String: JSONValue] = [
            "name": .string(score.predictor.name),
            "long_name": .string(score.predictor.longName),
            "source": .string(score.predictor.source), "runs": .number(Double(set.count)),
            "generalised": .number(Double(set.positives)),
            "roc": .array(
                set.roc.map {
                    .array([.number($0.falsePositiveRate), .number($0.truePositiveRate)])
                }
            ),
            "calibration": .array(
                set.calibration().map {
                    .object([
                        "from": .number($0.values.lowerBound), "to": .number($0.values.upperBound),
                        "generalised": .number($0.share),
                    ])
                }),
            "mean_by_phase": .object(
                Dictionary(
                    score.means.map { ($0.phase.name, .number($0.mean)) }, uniquingKeysWith: { $1 })
            ),
            "saved": json(score.stops, of: score.predictor, window: window),
        ]
        members["auc"] = set.auc.map { .number($0) }
        members["accuracy"] = set.crossValidatedAccuracy().map { .number($0) }
        if let cut = set.bestCut {
            members["threshold"] = .number(cut.threshold)
            members["above"] = .bool(cut.above)
        }
        return .object(members)
    }

    /// What ending runs saves and changes, by the share of letters that a cut may change where it is chosen.
    static func json(
        _ stops: [(share: Double, stop: EarlyStop?)], of predictor: Predictor, window: Int
    ) -> JSONValue {
        .array(
            stops.map { share, stop in
                .object([
                    "largest_share_changed": .number(share),
                    "cut": stop.map { stop in
                        .string(
                            EarlyCut(
                                predictor.quantity, steps: window, threshold: stop.cut.threshold,
                                above: stop.cut.above
                            ).rawValue)
                    } ?? .null,
                    "steps_saved": .number(stop?.saved ?? 0),
                    "ended": .number(Double(stop?.ended ?? 0)),
                    "changed": .number(Double(stop?.changed ?? 0)),
                ])
            })
    }
}
