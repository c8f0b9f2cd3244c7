import Core

extension Examples {
    /// The pairs of each operation in turn, behind them the operation's number where there are several.
    init(_ task: ModularTask) {
        self.init()
        symbols = ExampleSymbols(count: task.modulus, operations: task.operations.count)
        classCount = task.modulus
        for (number, operation) in task.operations.enumerated() {
            add(
                task.order(of: operation),
                beside: task.operations.count > 1 ? [Int32(number)] : []
            ) { operation.label($0, $1, modulo: task.modulus) }
        }
    }
}
