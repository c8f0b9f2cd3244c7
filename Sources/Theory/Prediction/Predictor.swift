import Foundation

/// A number computed from a run's first steps that may tell whether it will generalise.
package struct Predictor: Sendable {
    /// Its name on the command line and in files.
    package let name: String
    /// What it is, in words.
    package let longName: String
    /// Where it comes from.
    package let source: String
    /// Its value; nil where the run's first steps have none.
    package let value: @Sendable (EarlyRun) -> Double?

    /// All predictors, the published ones first, then what costs nothing and has to be beaten.
    package static let all: [Predictor] = [
        activity, mobility, complexity, lowFrequencyEnergy, spikes, validationAccuracy,
        validationLoss, trainAccuracy, trainLoss,
    ]

    /// The predictor of a name.
    package static func named(_ name: String) -> Predictor? { all.first { $0.name == name } }

    private static let notsawo = "Notsawo et al. 2023, arXiv 2306.13253, §3"
    private static let baseline = "baseline"

    /// Hjorth activity.
    package static let activity = Predictor(
        name: "activity", longName: "variance of the early training loss", source: notsawo
    ) { EarlySignal($0.trainLoss)?.activity }

    /// Hjorth mobility.
    package static let mobility = Predictor(
        name: "mobility", longName: "Hjorth mobility of the early training loss", source: notsawo
    ) { EarlySignal($0.trainLoss)?.mobility }

    /// Complexity as printed.
    package static let complexity = Predictor(
        name: "complexity", longName: "complexity of the early training loss", source: notsawo
    ) { EarlySignal($0.trainLoss)?.complexity }

    /// Share of slow components.
    package static let lowFrequencyEnergy = Predictor(
        name: "low_frequency_energy",
        longName: "share of the early loss' energy in at most four periods", source: notsawo
    ) { EarlySignal($0.trainLoss)?.lowFrequencyEnergy(periods: 4) }

    /// Sum of the rises of the logarithm of the loss: slingshots are cycles of spikes (Thilak et al. 2022).
    package static let spikes = Predictor(
        name: "loss_rises", longName: "sum of the rises of the early training loss' logarithm",
        source: "after Thilak et al. 2022, arXiv 2206.04817"
    ) { run in
        let logs = run.trainLoss.map { log($0) }
        guard logs.count >= 2, logs.allSatisfy(\.isFinite) else { return nil }
        return zip(logs, logs.dropFirst()).reduce(0) { $0 + max(0, $1.1 - $1.0) }
    }

    /// Validation accuracy at the window's end.
    package static let validationAccuracy = Predictor(
        name: "validation_accuracy", longName: "validation accuracy at the last early step",
        source: baseline
    ) { $0.validationAccuracy.last }

    /// Validation loss at the window's end, lower being better.
    package static let validationLoss = Predictor(
        name: "validation_loss", longName: "validation loss at the last early step",
        source: baseline
    ) { finite($0.validationLoss.last) }

    /// Training accuracy at the window's end.
    package static let trainAccuracy = Predictor(
        name: "train_accuracy", longName: "training accuracy at the last early step",
        source: baseline
    ) { $0.trainAccuracy.last }

    /// Training loss at the window's end.
    package static let trainLoss = Predictor(
        name: "train_loss", longName: "training loss at the last early step", source: baseline
    ) { finite($0.trainLoss.last) }

    private static func finite(_ value: Double?) -> Double? {
        value.flatMap { $0.isFinite ? $0 : nil }
    }
}
