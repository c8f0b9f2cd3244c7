/// The kinds of figure that a report can draw; `Report` has how each is made.
package enum FigureKind: String, Sendable, CaseIterable {
    case phaseDiagram = "phase-diagram"
    case delay
    case trainStep = "train-step"
    case validationStep = "validation-step"
    case accuracy
    case measure
    case agreement
    case phaseFractions = "phase-fractions"
    case generalisation
    case border
    case curves
    case measures
    case curveGallery = "curve-gallery"
    case bothClocks = "both-clocks"
    case criticalFraction = "critical-fraction"
    case predictorROC = "predictor-roc"
    case powerLaw = "power-law"
    case competingTimes = "competing-times"

    /// What it shows, in a sentence without its stop.
    package var summary: String {
        switch self {
        case .phaseDiagram: "the phase of every site, with the lines between unlike neighbours"
        case .delay: "steps from the crossing of training to that of validation accuracy"
        case .trainStep: "the step at which training accuracy reaches its threshold"
        case .validationStep: "the step at which validation accuracy reaches its threshold"
        case .accuracy: "training and validation accuracy at the last recorded step, side by side"
        case .measure: "a measure's last value at every site, or its largest with `maximum`"
        case .agreement: "the share of a site's cells that have its phase"
        case .phaseFractions: "shares of the four phases along x, over all cells at each value"
        case .generalisation:
            "the share of cells that generalise along x, with its 95 % interval and a logistic fit of the border"
        case .border:
            "where along y half of the cells generalise, at every value of x, with its 95 % interval over seeds"
        case .curves: "accuracies and losses of a site's cells over the steps, with their crossings"
        case .measures: "the curves of a site's cells with every recorded measure below them"
        case .curveGallery: "accuracies of the cells along x, a panel per value"
        case .bothClocks:
            "two phase diagrams: from first crossings, and from crossings that are held"
        case .criticalFraction:
            "the share of cells that generalise over the train fraction, and what theory says of it"
        case .predictorROC:
            "how well numbers from the first steps foretell which cells generalise: ROC curves"
        case .powerLaw:
            "steps to generalise along x with the fit t = a·x^−γ + b, which Notsawo et al. (2023) have over the train fraction"
        case .competingTimes:
            "steps to memorize random labels and to generalise along x, and where they cross, from where on Song & Ye (2026) expect grokking"
        }
    }

    /// What a sweep must have for it.
    package var needs: String {
        switch self {
        case .phaseDiagram, .delay, .trainStep, .validationStep, .accuracy: "any sweep"
        case .agreement: "more than one seed, or axes in `over`"
        case .measure: "`measure`: one that the cells recorded, or `train_loss`, `validation_loss`"
        case .phaseFractions, .generalisation: "any sweep; more cells make narrower intervals"
        case .border: "two axes, y of numbers; more cells make narrower intervals"
        case .curves, .measures: "`at` for every axis of more than one value"
        case .curveGallery: "`at` for every axis of more than one value but x"
        case .bothClocks: "cells whose curves can tell a held crossing: see phase-rule.md"
        case .criticalFraction: "an axis of train fractions"
        case .predictorROC: "cells that were trained for more than the first steps"
        case .powerLaw: "an axis of positive numbers"
        case .competingTimes:
            "an axis `split.corruption` with the values 0 and 1, and another of numbers"
        }
    }
}
