import Core

/// What the training loop asks of a model; every call works on buffers that the model made once.
protocol Model: AnyObject {
    /// Forward pass, loss and gradients of the batch; evaluates both whole sets as well when asked.
    func differentiate(_ batch: borrowing Batch, step: Int, evaluating: Bool) -> StepResult
    /// One update of all parameters by the gradients of the last call.
    func update()
    /// How many updates in a row, up to so many, would leave every parameter as it is, bit for bit, when each step's
    /// gradients depend on the parameters alone; 0 where they do not. The model is as before afterwards.
    func idleUpdates(upTo limit: Int) -> Int

    /// Everything that later steps depend on, as bytes, where they depend on parameters and what the optimiser keeps alone;
    /// nil where they depend on batches, noise or the number of updates made as well.
    func timelessState() -> [UInt8]?

    /// All parameters, copied.
    var parameters: [NamedTensor] { get }
    /// All gradients of the last backward pass, copied, named as the parameters.
    var gradients: [NamedTensor] { get }
    /// Sum of squares over all parameters.
    var squaredNorm: Double { get }
    /// The parameter of this name, copied, row-major; nil where there is none.
    func copy(_ name: String) -> [Double]?
    /// What the network puts out for these examples, as it is evaluated: examples × outputs, row-major. It is asked between
    /// `differentiate` and `update`, and changes nothing that these depend on.
    func outputs(of examples: [Int32]) -> [Double]

    /// Writes everything that the next steps depend on.
    func save(to state: inout StateWriter)
    /// Takes over what `save` wrote.
    func restore(from state: inout StateReader) throws(StateError)
}

/// Losses and accuracies at one step, over whole sets.
package struct Evaluation: Sendable, Equatable {
    /// Mean loss over the training set.
    package var trainLoss: Double
    /// Share of the training set that is right.
    package var trainAccuracy: Double
    /// Mean loss over the validation set.
    package var validationLoss: Double
    /// Share of the validation set that is right.
    package var validationAccuracy: Double
}

/// What one step's forward pass said.
struct StepResult {
    /// Mean loss over the batch, as trained on.
    var loss: Double
    /// Share of the batch that is right, as trained on.
    var accuracy: Double
    /// Both whole sets, where they were evaluated.
    var evaluation: Evaluation?
}
