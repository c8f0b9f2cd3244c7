package import Core

/// Names and texts that the writer and the reader of a cell file share; `docs/results-format.md` explains each.
enum Schema {
    static let cell = "grokmap-cell/1"
    static let sweep = "grokmap-sweep/1"

    /// The scalar that tells cells apart; files of versions before 0.2 do not have it.
    static let coordinate = "cell"

    static let orientation =
        "row-major; a weight is outputs × inputs (y = W x + b), a bias has one value per output, "
        + "representation is symbols × embedding dimensions"

    /// Bytes that one dataset may take in memory; a file that claims more is damaged or hostile.
    static let largestDataset = 1 << 30

    /// The dimension of the steps that a measure has of its own.
    static func ownSteps(_ measure: Measure) -> String { "\(measure.name)_step" }

    /// The attribute of a measure that was evaluated at an interval of its own.
    static let every = "every"

    /// What further clocks said, as JSON; only where a sweep asked for them.
    static let clocks = "clocks"

    /// The cut that a predicted cell was ended by, as text.
    static let prediction = "prediction"
    /// The value that the cell had.
    static let predictionValue = "prediction_value"
    /// The validation accuracy that the split lets one expect at most; only where some label does not occur in training.
    static let reachable = "reachable_accuracy"

    static func axis(_ tensor: String, _ axis: Int) -> String { "\(tensor)_axis_\(axis)" }
}

/// A curve over `step`: its name, its description and where an outcome has it.
package struct CurveColumn: Sendable {
    /// Its name in files.
    package let name: String
    /// What it is, in a few words.
    package let longName: String
    /// Its numbers along a curve.
    package let values: @Sendable (Curve) -> [Double]

    static let trainLoss = CurveColumn(name: "train_loss", longName: "loss on the training set") {
        $0.trainLoss
    }
    static let trainAccuracy = CurveColumn(
        name: "train_accuracy", longName: "fraction of training examples that are right"
    ) { $0.trainAccuracy }
    static let validationLoss = CurveColumn(
        name: "validation_loss", longName: "loss on the validation set"
    ) { $0.validationLoss }
    static let validationAccuracy = CurveColumn(
        name: "validation_accuracy", longName: "fraction of validation examples that are right"
    ) { $0.validationAccuracy }
    static let earlyTrainLoss = CurveColumn(
        name: "early_train_loss",
        longName: "loss of each early step's batch as trained on, dropout and noise included"
    ) { $0.earlyTrainLoss }

    /// The columns over `step` of every cell.
    package static let recorded = [trainLoss, trainAccuracy, validationLoss, validationAccuracy]
    /// The columns of every cell, whatever it measures.
    static let always = recorded + [earlyTrainLoss]

    /// What `early_train_loss` is of, the value of its attribute `definition`; files without the attribute mix it with the
    /// loss of the whole training set at evaluated steps.
    static let earlyDefinition = "batch"
}
