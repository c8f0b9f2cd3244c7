package import Core
import Foundation

/// A number computed from a run's first steps that may tell whether it will generalise.
package struct Predictor: Sendable {
    /// What it is a value of.
    package let quantity: EarlyCut.Quantity
    /// What it is, in words.
    package let longName: String
    /// Where it comes from.
    package let source: String
    /// Its value; nil where the run's first steps have none.
    package let value: @Sendable (EarlyRun) -> Double?

    /// Its name on the command line and in files.
    package var name: String { quantity.rawValue }

    /// All predictors, the published ones first, then what costs nothing and has to be beaten.
    package static let all = EarlyCut.Quantity.allCases.map(Predictor.init)

    /// The predictor of a name.
    package static func named(_ name: String) -> Predictor? {
        EarlyCut.Quantity(rawValue: name).map(Predictor.init)
    }

    /// The predictor of a quantity.
    package init(_ quantity: EarlyCut.Quantity) {
        self =
            switch quantity {
            case .activity: .activity
            case .mobility: .mobility
            case .complexity: .complexity
            case .lowFrequencyEnergy: .lowFrequencyEnergy
            case .lossRises: .lossRises
            case .slingshots: .slingshots
            case .entropyDifference: .entropyDifference
            case .informationDifference: .informationDifference
            case .validationAccuracy: .validationAccuracy
            case .validationLoss: .validationLoss
            case .trainAccuracy: .trainAccuracy
            case .trainLoss: .trainLoss
            }
    }

    private init(
        _ quantity: EarlyCut.Quantity, longName: String, source: String,
        value: @escaping @Sendable (EarlyRun) -> Double?
    ) {
        self.quantity = quantity
        self.longName = longName
        self.source = source
        self.value = value
    }

    private static let notsawo = "Notsawo et al. 2023, arXiv 2306.13253, §3"
    private static let baseline = "baseline"

    /// Hjorth activity.
    static let activity = Predictor(
        .activity, longName: "variance of the early training loss", source: notsawo
    ) { EarlySignal($0.trainLoss)?.activity }

    /// Hjorth mobility.
    static let mobility = Predictor(
        .mobility, longName: "Hjorth mobility of the early training loss", source: notsawo
    ) { EarlySignal($0.trainLoss)?.mobility }

    /// Complexity as printed.
    static let complexity = Predictor(
        .complexity, longName: "complexity of the early training loss", source: notsawo
    ) { EarlySignal($0.trainLoss)?.complexity }

    /// Share of slow components.
    static let lowFrequencyEnergy = Predictor(
        .lowFrequencyEnergy,
        longName: "share of the early loss' energy in at most four periods", source: notsawo
    ) { EarlySignal($0.trainLoss)?.lowFrequencyEnergy(periods: 4) }

    /// Sum of the rises of the logarithm of the loss: slingshots are cycles of spikes (Thilak et al. 2022).
    static let lossRises = Predictor(
        .lossRises, longName: "sum of the rises of the early training loss' logarithm",
        source: "after Thilak et al. 2022, arXiv 2206.04817"
    ) { run in
        let logs = run.trainLoss.map { log($0) }
        guard logs.count >= 2, logs.allSatisfy(\.isFinite) else { return nil }
        return zip(logs, logs.dropFirst()).reduce(0) { $0 + max(0, $1.1 - $1.0) }
    }

    /// Spikes of the loss between which the last layer has grown (Thilak et al. 2022).
    static let slingshots = Predictor(
        .slingshots,
        longName:
            "spikes of the early training loss, the last layer having grown since the one before",
        source: "Thilak et al. 2022, arXiv 2206.04817"
    ) { run in
        guard let norms = run.measures[.lastLayerNorm] else { return nil }
        return Slingshots.count(run.trainLoss, norms: norms).map(Double.init)
    }

    /// ED when the first steps are over.
    static let entropyDifference = Predictor(
        .entropyDifference, longName: "entropy difference under perturbation, last early value",
        source: tanHuang
    ) { finite($0.measures[.entropyDifference]?.last?.value) }

    /// MID when the first steps are over.
    static let informationDifference = Predictor(
        .informationDifference,
        longName: "mutual information difference under perturbation, last early value",
        source: tanHuang
    ) { finite($0.measures[.informationDifference]?.last?.value) }

    private static let tanHuang = "Tan & Huang 2023, arXiv 2311.06597"

    /// Validation accuracy at the window's end.
    static let validationAccuracy = Predictor(
        .validationAccuracy, longName: "validation accuracy at the last early step",
        source: baseline
    ) { $0.validationAccuracy.last }

    /// Validation loss at the window's end, lower being better.
    static let validationLoss = Predictor(
        .validationLoss, longName: "validation loss at the last early step",
        source: baseline
    ) { finite($0.validationLoss.last) }

    /// Training accuracy at the window's end.
    static let trainAccuracy = Predictor(
        .trainAccuracy, longName: "training accuracy at the last early step",
        source: baseline
    ) { $0.trainAccuracy.last }

    /// Training loss at the window's end.
    static let trainLoss = Predictor(
        .trainLoss, longName: "training loss at the last early step", source: baseline
    ) { finite($0.trainLoss.last) }

    private static func finite(_ value: Double?) -> Double? {
        value.flatMap { $0.isFinite ? $0 : nil }
    }
}
