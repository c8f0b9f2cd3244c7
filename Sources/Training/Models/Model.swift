import Core

/// What the training loop asks of a model; every call works on buffers that the model made once.
protocol Model: AnyObject {
    /// Outputs for every example of the batch's order.
    func forward(_ batch: borrowing Batch)
    /// Losses and accuracies of the last forward pass, and the gradient of the batch's loss with respect to the outputs.
    func loss(_ batch: borrowing Batch) -> Evaluation
    /// Gradients of the batch's loss with respect to all parameters.
    func backward(_ batch: borrowing Batch)
    /// One step of every optimiser.
    func update()

    /// All parameters, copied.
    var parameters: [NamedTensor] { get }
    /// All gradients of the last backward pass, copied, named as the parameters.
    var gradients: [NamedTensor] { get }
    /// Sum of squares over all parameters.
    var squaredNorm: Double { get }
    /// Copies the embeddings (symbols × dimensions, row-major) into memory of that size.
    func copyRepresentation(into values: inout [Double])
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
