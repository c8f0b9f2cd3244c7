import Core

/// Names and texts that the writer and the reader of a cell file share; `docs/results-format.md` explains each.
enum Schema {
    static let cell = "grokmap-cell/1"
    static let sweep = "grokmap-sweep/1"

    static let orientation =
        "row-major; a weight is outputs × inputs (y = W x + b), a bias has one value per output, "
        + "representation is symbols × embedding dimensions"

    /// Bytes that one dataset may take in memory; a file that claims more is damaged or hostile.
    static let largestDataset = 1 << 30

    /// The dimension of the steps that a measure has of its own.
    static func ownSteps(_ measure: Measure) -> String { "\(measure.name)_step" }

    /// The attribute of a measure that was evaluated at an interval of its own.
    static let every = "every"

    static func axis(_ tensor: String, _ axis: Int) -> String { "\(tensor)_axis_\(axis)" }
}

/// A curve over `step`: its name, unit and description.
struct CurveColumn {
    let name: String
    let longName: String

    static let trainLoss = CurveColumn(name: "train_loss", longName: "loss on the training set")
    static let trainAccuracy = CurveColumn(
        name: "train_accuracy", longName: "fraction of training examples that are right")
    static let validationLoss = CurveColumn(
        name: "validation_loss", longName: "loss on the validation set")
    static let validationAccuracy = CurveColumn(
        name: "validation_accuracy", longName: "fraction of validation examples that are right")
    /// The columns of every cell, whatever it measures.
    static let always = [
        trainLoss, trainAccuracy, validationLoss, validationAccuracy, earlyTrainLoss,
    ]
    static let earlyTrainLoss = CurveColumn(
        name: "early_train_loss",
        longName: "loss of each early step's batch as trained on, dropout and noise included")
    /// What `early_train_loss` is of, the value of its attribute `definition`; files without the attribute mix it with the
    /// loss of the whole training set at evaluated steps.
    static let earlyDefinition = "batch"
}
