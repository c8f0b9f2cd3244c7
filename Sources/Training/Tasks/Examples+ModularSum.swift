import Core

extension Examples {
    /// Every combination of residues in lexicographic order, with its sum.
    init(_ task: ModularSumTask) {
        self.init()
        symbols = ExampleSymbols(count: task.modulus, operands: task.terms)
        classCount = task.modulus
        inputs = [Int32](repeating: 0, count: task.count * task.terms)
        labels.reserveCapacity(task.count)
        for example in 0..<task.count {
            var (rest, sum) = (example, 0)
            for term in (0..<task.terms).reversed() {
                let residue = rest % task.modulus
                rest /= task.modulus
                sum += residue
                inputs[example * task.terms + term] = Int32(residue)
            }
            labels.append(Int32(sum % task.modulus))
        }
    }

    /// The same as rows of numbers: the residues' unit vectors side by side.
    init(unitVectorsOf task: ModularSumTask) {
        self.init(task)
        let (symbols, terms) = (inputs, task.terms)
        (inputs, self.symbols) = ([], nil)
        featureCount = terms * task.modulus
        features = [Float](repeating: 0, count: symbols.count * task.modulus)
        for (place, symbol) in symbols.enumerated() {
            features[place * task.modulus + Int(symbol)] = 1
        }
    }
}
