import Core

@testable import Training

/// A model that is nothing but given parameters and outputs.
final class StubModel: Model {
    let parameters: [NamedTensor]
    private let numbers: [String: [Double]]
    private let allOutputs: [Double]
    private let width: Int

    /// The problem's parameters with other numbers, and outputs for all of its examples.
    init(_ problem: CellProblem, _ numbers: [String: [Double]], outputs: [Double]) {
        self.numbers = numbers
        allOutputs = outputs
        width = problem.outputs
        parameters = problem.parameters.map { parameter in
            let tensor = parameter.tensor
            return NamedTensor(
                name: tensor.name, shape: tensor.shape,
                values: numbers[tensor.name]?.map { Float($0) } ?? tensor.values)
        }
    }

    var squaredNorm: Double {
        parameters.reduce(0) { sum, tensor in
            (copy(tensor.name) ?? []).reduce(sum) { $0 + $1 * $1 }
        }
    }

    func copy(_ name: String) -> [Double]? {
        numbers[name]
            ?? parameters.first { $0.name == name }.map { $0.values.map { Double($0) } }
    }

    func outputs(of examples: [Int32]) -> [Double] {
        examples.flatMap { allOutputs[Int($0) * width..<(Int($0) + 1) * width] }
    }

    var gradients: [NamedTensor] { [] }
    func differentiate(_ batch: borrowing Batch, step: Int, evaluating: Bool) -> StepResult {
        StepResult(loss: 0, accuracy: 0)
    }
    func update() {}
    func idleUpdates(upTo limit: Int) -> Int { 0 }
    func timelessState() -> [UInt8]? { nil }
    func save(to state: inout StateWriter) {}
    func restore(from state: inout StateReader) throws(StateError) {}
}
